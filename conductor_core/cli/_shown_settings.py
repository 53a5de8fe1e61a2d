"""The settings as a document: every value with its source, secrets hidden, and the variables that nobody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_core.settings import Settings


def document_of(settings: Settings) -> dict[str, object]:
    """Return what ``config show`` and ``doctor`` print of the settings; of options the names alone, they may be secret."""
    values = {
        name: {"value": value, "source": source.kind, "from": source.name}
        for name, (value, source) in settings.shown().items()
    }
    options = {plugin: sorted(section) for plugin, section in settings.options.items()}
    return {"settings": values, "options": options, "unknown_variables": list(settings.unknown_environment)}
