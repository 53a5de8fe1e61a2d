"""What a new distribution can begin with, and what it may not be called."""

from __future__ import annotations

from typing import Final

from conductor_core._plugins import _known
from conductor_core._plugins._catalog import canonical

GROUPS: Final = {
    "auth": _known.AUTH,
    "client": _known.CLIENTS,
    "command": _known.COMMANDS,
    "embedded": _known.EMBEDDED,
    "listener": _known.LISTENERS,
    "retry": _known.RETRY,
    "transport": _known.TRANSPORT,
    "worker": _known.WORKERS,
    "wrap": _known.GENERAL,
}
KINDS: Final = tuple(GROUPS)

_PLACEHOLDERS: Final = frozenset(
    {
        "change-me",
        "conductor-plugin",
        "example",
        "example-plugin",
        "foo",
        "my-conductor-plugin",
        "my-package",
        "my-plugin",
        "name",
        "name-of-plugin",
        "plugin",
        "plugin-name",
        "sample-plugin",
        "test-plugin",
        "todo",
        "untitled",
        "your-plugin",
    }
)


def is_placeholder(name: str) -> bool:
    """Tell whether a name is one that templates and tutorials use, which collides where two of them are installed."""
    return canonical(name) in _PLACEHOLDERS
