"""What to use where a server has no integrations."""

from __future__ import annotations

from typing import Final

HINT: Final = "give the provider's settings to the task or the worker"
