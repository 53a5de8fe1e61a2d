"""The only module that knows stevedore: it lists entry points from its cache, and loads exactly one by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stevedore import ExtensionManager, NamedExtensionManager
from stevedore.extension import error_on_conflict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import EntryPoint


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading one entry point gave: the object, or the exception that its import raised."""

    found: object | None
    error: BaseException | None


def entry_points(group: str) -> list[tuple[str, str]]:
    """Return name and value of each entry point of a group, none of them loaded."""
    ExtensionManager.ENTRY_POINT_CACHE.pop(group, None)  # kept for the whole process, also when sys.path has changed
    return [(entry.name, entry.value) for entry in _manager(group, [], []).list_entry_points()]


def load(group: str, name: str, value: str) -> Loaded:
    """Import the one entry point of this name and value; whatever its import raises is returned, not raised."""
    errors: list[BaseException] = []
    try:
        found = _imported(group, name, value, errors)
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a stranger's module may raise anything, or end the program
        return Loaded(None, error)
    return Loaded(found, errors[0] if errors else None)


def _imported(group: str, name: str, value: str, errors: list[BaseException]) -> object | None:
    entries = [entry for entry in _manager(group, [], errors).list_entry_points() if entry.name == name]
    if len(entries) > 1:  # stevedore would import all of one name, also those that settings disable
        chosen = [entry for entry in entries if entry.value == value]
        return chosen[0].load() if chosen else None
    found = [extension.plugin for extension in _manager(group, [name], errors)]
    return found[0] if found else None


def _manager(group: str, names: list[str], errors: list[BaseException]) -> NamedExtensionManager[Any]:
    def keep(_manager: ExtensionManager[Any], _entry: EntryPoint, error: BaseException) -> None:
        errors.append(error)

    def missing(_names: Iterable[str]) -> None:
        """Say nothing: the caller knows what it asked for and reports it in its own words."""

    return NamedExtensionManager(
        group,
        names,
        on_load_failure_callback=keep,
        on_missing_entrypoints_callback=missing,
        conflict_resolver=error_on_conflict,
    )
