"""The secret client: secrets, and the environment variables of the cluster."""

from __future__ import annotations

from conductor_core import Face
from conductor_secrets._secrets import Secrets
from conductor_secrets._variables import Variables


class SecretApi(Secrets[Face], Variables[Face], name="secrets"):
    """Secrets and environment variables, as ``conductor.secrets``."""
