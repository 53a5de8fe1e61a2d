"""The one name that this plugin adds to a workflow's input."""

from __future__ import annotations

from typing import Final

KEY: Final = "_otel"
"""Reserved key of a workflow's input that carries the caller's W3C trace context."""
