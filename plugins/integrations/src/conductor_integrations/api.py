"""The integration client. It is put together from one class for each of its nouns."""

from __future__ import annotations

from conductor_core import Face
from conductor_integrations._setup import Setup
from conductor_integrations._tags import Tags
from conductor_integrations._tokens import Tokens


class IntegrationsApi(Setup[Face], Tokens[Face], Tags[Face], name="integrations"):
    """Providers of language models, vector stores and other systems, as ``conductor.integrations``."""
