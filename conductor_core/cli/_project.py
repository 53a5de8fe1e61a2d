"""What the project around the working folder asks of plugins: ``[tool.conductor] required-plugins``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from conductor_core._settings_sources import PROJECT_FILE, read_file
from conductor_core.settings import Settings, Source

_FIELD = "required_plugins"


def with_project(settings: Settings, folder: Path | None = None) -> Settings:
    """Return settings that also require what the nearest ``pyproject.toml`` requires; nothing else is taken from it.

    Args:
        settings: what was given.
        folder: where to look, and then in each folder above; the working folder when None.

    Raises:
        ConfigurationError: the file has a ``[tool.conductor]`` table that cannot be used.
    """
    try:
        folder = folder or Path.cwd()
    except OSError:  # it was removed under our feet
        return settings
    file = next((above / PROJECT_FILE for above in (folder, *folder.parents) if (above / PROJECT_FILE).is_file()), None)
    if file is None or not _mentions_us(file):
        return settings
    required = Settings(**{_FIELD: read_file(file).get(_FIELD, ())}).required_plugins  # type: ignore[arg-type]  # checked there
    if not required:
        return settings
    both = (*settings.required_plugins, *required)
    sources = {**settings.sources, _FIELD: Source("file", f"{file}: required-plugins", both)}
    return replace(settings, required_plugins=both, sources=sources)


def _mentions_us(file: Path) -> bool:
    """Look before parsing: most projects say nothing, and the parser costs more than the look."""
    try:
        return b"tool.conductor" in file.read_bytes()
    except OSError:
        return False
