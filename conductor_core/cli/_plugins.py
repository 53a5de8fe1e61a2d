"""``conductor plugins``: the truth about every plugin of this environment, under the settings that hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core._plugins import PluginInfo, Plugins
from conductor_core._settings_fields import suggestion
from conductor_core.cli._output import write_json, write_text
from conductor_core.cli._table import table
from conductor_core.errors import PluginNotFoundError
from conductor_core.hookspecs import hookimpl
from conductor_core.interfaces import Command

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from conductor_core.settings import Settings

_HEAD = ("name", "distribution", "version", "source", "state", "order", "load ms", "hooks", "reason")


class PluginsCommand(Command):
    """Lists plugins, whatever they do; checks the wheel of one, and begins a new one."""

    help = "List the plugins that are installed, what state they are in, and why."
    repairs = True

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Take ``--json`` and ``--requirements``, and the words ``show NAME``, ``check WHEEL`` and ``new NAME``."""
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
        parser.add_argument(
            "--requirements", action="store_true", help="print the distributions as lines for required-plugins"
        )
        actions = parser.add_subparsers(dest="action", metavar="ACTION")
        show = actions.add_parser("show", help="print everything about one plugin")
        show.add_argument("name", metavar="NAME", help="entry-point name, group:name, or distribution")
        check = actions.add_parser("check", help="look whether a built wheel would work where it is installed")
        check.add_argument(
            "wheels", nargs="+", metavar="WHEEL", help="file that was built, like dist/acme-1.0-py3-none-any.whl"
        )
        for parser_of_action in (show, check):
            _add_json(parser_of_action)
        _configure_new(actions.add_parser("new", help="write the beginning of a distribution, with tests that pass"))

    def run(self, args: argparse.Namespace, settings: Settings) -> int:
        """Do what was asked for; the exit code of a check is 1 when a wheel has a problem."""
        if args.action == "check":
            from conductor_core.cli._wheel import check_wheels  # noqa: PLC0415 - few need it

            return check_wheels(args.wheels, as_json=args.json)
        if args.action == "new":
            from conductor_core.cli._scaffold import new_distribution  # noqa: PLC0415 - few need it

            return new_distribution(args.name, kind=args.kind, into=args.into)
        self._list(args, settings)
        return 0

    @staticmethod
    def _list(args: argparse.Namespace, settings: Settings) -> None:
        plugins = Plugins.from_settings(settings)
        plugins.load_needed()
        rows = plugins.report()
        if args.action == "show":
            rows = named(rows, args.name)
        if args.requirements:
            write_text(as_requirements(rows))
        elif args.json:
            write_json([row.to_dict() for row in rows])
        else:
            write_text(details(rows) if args.action == "show" else as_text(rows))


def _add_json(parser: argparse.ArgumentParser) -> None:
    from argparse import SUPPRESS  # noqa: PLC0415 - loaded already by whoever has a parser

    parser.add_argument("--json", action="store_true", default=SUPPRESS, help="print JSON instead of text")


def _configure_new(parser: argparse.ArgumentParser) -> None:
    from conductor_core.cli._scaffold_kinds import KINDS  # noqa: PLC0415 - help of other commands does without

    parser.add_argument("name", metavar="NAME", help="name of the distribution, like acme-conductor")
    parser.add_argument("--kind", choices=KINDS, default="listener", help="what it begins with (default: listener)")
    parser.add_argument("--into", metavar="FOLDER", default=".", help="where its folder is made (default: here)")


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


def as_requirements(rows: Sequence[PluginInfo]) -> str:
    """Return the distributions behind plugins that are neither disabled nor broken, as requirements."""
    usable = [row for row in rows if row.distribution and row.state in ("active", "available", "shared")]
    return "\n".join(sorted({f"{row.distribution}=={row.version}" for row in usable}))


def details(rows: Sequence[PluginInfo]) -> str:
    """Return one block of lines for each plugin."""
    blocks: list[str] = []
    for row in rows:
        cells = dict(zip(_HEAD, _cells(row), strict=True)) | {"entry point": row.value or "-"}
        cells["order"] = ", ".join(f"{hook} {place}" for hook, place in row.order.items()) or "-"
        cells["declares"] = row.declared or "-"
        width = max(map(len, cells))
        blocks.append("\n".join(f"{name:{width}}  {value}" for name, value in cells.items()))
    return "\n\n".join(blocks)


def _cells(row: PluginInfo) -> tuple[str, ...]:
    load = "-" if row.load_ms is None else f"{row.load_ms:.1f}"
    hooks = ", ".join(row.hooks) or "-"
    owner = (row.name, row.distribution or "-", row.version or "-", row.source or "-")
    return (*owner, row.state, _order(row), load, hooks, row.reason or "-")


def _order(row: PluginInfo) -> str:
    """Return the plugin's place, or its places where hooks differ."""
    places = sorted(set(row.order.values()))
    return "-" if not places else str(places[0]) if len(places) == 1 else f"{places[0]}-{places[-1]}"


@hookimpl
def conductor_register_command() -> type[PluginsCommand]:
    """Offer the command."""
    return PluginsCommand
