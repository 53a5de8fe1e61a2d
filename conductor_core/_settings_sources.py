"""Where settings are read from: the environment, and TOML files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conductor_core._json import is_object
from conductor_core._settings_fields import FIELDS, check_sections, from_text, normalise, suggestion
from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT_FILE = "pyproject.toml"
_OPTIONS = "options"
# Read elsewhere, so not unknown: the file's name, and everything about workers.
_OTHER_VARIABLES = frozenset({"CONDUCTOR_CONFIG", "CONDUCTOR_LOG_FORMAT", "CONDUCTOR_LOG_LEVEL"})
_OTHER_PREFIXES = ("CONDUCTOR_WORKER_", "CONDUCTOR_TEST_")


def read_environment(environ: Mapping[str, str]) -> dict[str, tuple[str, object]]:
    """Return ``{field: (variable, value)}`` for the variables that are set; empty text counts as unset.

    Lists of plugins alone mean something when empty: load none, disable none.

    Raises:
        ConfigurationError: a value cannot be read; the message names its variable.
    """
    found: dict[str, tuple[str, object]] = {}
    for spec in FIELDS:
        text = environ.get(spec.variable)
        if text is None or (not text.strip() and spec.kind != "names"):
            continue
        value = from_text(spec, text.strip(), spec.variable)
        found[spec.name] = (spec.variable, normalise(spec, value, spec.variable))
    for spec in FIELDS:
        text = environ.get(spec.opposite, "").strip() if spec.opposite else ""
        if text and from_text(spec, text, spec.opposite):
            found[spec.name] = (spec.opposite, False)
    return found


def unknown_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ``CONDUCTOR_*`` variables that nobody reads; never an error, since Kubernetes injects such names."""
    known = {name for spec in FIELDS for name in (spec.variable, spec.opposite)} | _OTHER_VARIABLES
    return tuple(
        sorted(
            name
            for name in environ
            if name.startswith("CONDUCTOR_") and name not in known and not name.startswith(_OTHER_PREFIXES)
        )
    )


def read_file(path: str | Path) -> dict[str, object]:
    """Return the settings of a TOML file: the ``[conductor]`` table, with plugin sections below ``[conductor.options]``.

    In a ``pyproject.toml`` the table is ``[tool.conductor]``.

    Raises:
        ConfigurationError: the file cannot be read, is no TOML, or has an unknown key (with a suggestion).
    """
    import tomllib  # noqa: PLC0415 - only programs that read a file pay for the parser

    try:
        document = tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError(f"cannot read the settings file {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the settings file {path} is not valid TOML: {error}") from error
    if Path(path).name == PROJECT_FILE:
        return _known_values(project_table(document, path), path)
    if document and "conductor" not in document:
        raise ConfigurationError(f"{path} has no [conductor] table{suggestion('conductor', document, otherwise='')}")
    table: object = document.get("conductor", {})
    if not is_object(table):
        raise ConfigurationError(f"{path}: [conductor] must be a table")
    return _known_values(table, path)


def project_table(document: Mapping[str, object], path: str | Path) -> dict[str, object]:
    """Return ``[tool.conductor]`` of a ``pyproject.toml``, empty when there is none; its keys may be written with dashes.

    Raises:
        ConfigurationError: it is no table.
    """
    tools: object = document.get("tool", {})
    table: object = tools.get("conductor", {}) if is_object(tools) else {}
    if not is_object(table):
        raise ConfigurationError(f"{path}: [tool.conductor] must be a table")
    return {name.replace("-", "_"): value for name, value in table.items()}


def _known_values(table: dict[str, object], path: str | Path) -> dict[str, object]:
    specs = {spec.name: spec for spec in FIELDS}
    values: dict[str, object] = {}
    for name, value in table.items():
        if name == _OPTIONS:
            values[name] = check_sections(value, f"{path}: [conductor.options]")
        elif name not in specs:
            raise ConfigurationError(f"{path}: unknown key {name!r}{suggestion(name, [*specs, _OPTIONS])}")
        else:
            values[name] = normalise(specs[name], value, f"{path}: {name}")
    return values
