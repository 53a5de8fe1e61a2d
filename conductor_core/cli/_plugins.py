"""``conductor plugins``: the truth about every plugin of this environment, under the settings that hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core._plugins import PluginInfo, Plugins
from conductor_core._settings_fields import suggestion
from conductor_core.cli._table import table
from conductor_core.errors import PluginNotFoundError
from conductor_core.hookspecs import hookimpl
from conductor_core.interfaces import Command

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from conductor_core.settings import Settings

_HEAD = ("name", "distribution", "version", "state", "load ms", "hooks", "reason")


class PluginsCommand(Command):
    """Lists plugins; it works whatever they do."""

    help = "List the plugins that are installed, what state they are in, and why."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Take ``--json``, and the words ``show NAME``."""
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
        actions = parser.add_subparsers(dest="action", metavar="ACTION")
        show = actions.add_parser("show", help="print everything about one plugin")
        show.add_argument("name", metavar="NAME", help="entry-point name, group:name, or distribution")

    def run(self, args: argparse.Namespace, settings: Settings) -> int:
        """Print all plugins, or those of one name."""
        plugins = Plugins.from_settings(settings)
        plugins.load_needed()
        rows = plugins.report()
        if args.action == "show":
            rows = named(rows, args.name)
        if args.json:
            print(as_json(rows))  # noqa: T201 - the command's output
        else:
            print(details(rows) if args.action == "show" else as_text(rows))  # noqa: T201 - the command's output
        return 0


def named(rows: Sequence[PluginInfo], name: str) -> list[PluginInfo]:
    """Return the plugins that a name means.

    Raises:
        PluginNotFoundError: there is none; the message suggests a name.
    """
    found = [row for row in rows if name in names_of(row)]
    if not found:
        known = {known for row in rows for known in names_of(row)}
        raise PluginNotFoundError(f"no plugin is called {name!r}{suggestion(name, known)}")
    return found


def names_of(row: PluginInfo) -> tuple[str, ...]:
    """Return what a plugin may be called: group and name, the name alone, its distribution."""
    names = (row.name, row.name.partition(":")[2], row.distribution)
    return tuple(name for name in names if name)


def as_text(rows: Sequence[PluginInfo]) -> str:
    """Return a table for people."""
    return table(_HEAD, [_cells(row) for row in rows])


def as_json(rows: Sequence[PluginInfo]) -> str:
    """Return a list of objects, one for each plugin."""
    import json  # noqa: PLC0415 - the table does without

    return json.dumps([row.to_dict() for row in rows], indent=2)


def details(rows: Sequence[PluginInfo]) -> str:
    """Return one block of lines for each plugin."""
    blocks: list[str] = []
    for row in rows:
        cells = dict(zip(_HEAD, _cells(row), strict=True)) | {"entry point": row.value or "-"}
        width = max(map(len, cells))
        blocks.append("\n".join(f"{name:{width}}  {value}" for name, value in cells.items()))
    return "\n\n".join(blocks)


def _cells(row: PluginInfo) -> tuple[str, ...]:
    load = "-" if row.load_ms is None else f"{row.load_ms:.1f}"
    hooks = ", ".join(row.hooks) or "-"
    return (row.name, row.distribution or "-", row.version or "-", row.state, load, hooks, row.reason or "-")


@hookimpl
def conductor_register_command() -> type[PluginsCommand]:
    """Offer the command."""
    return PluginsCommand
