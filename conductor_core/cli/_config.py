"""``conductor config show``: every setting with its source, secrets hidden, and the variables that nobody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.cli._output import write_json, write_text
from conductor_core.cli._shown_settings import document_of
from conductor_core.cli._table import table
from conductor_core.hookspecs import hookimpl
from conductor_core.interfaces import Command

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from conductor_core.settings import Settings


class ConfigCommand(Command):
    """Shows what the settings are, and why."""

    help = "Show the settings that hold, and where each of them came from."
    repairs = True

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Take the word ``show``."""
        actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
        show = actions.add_parser("show", help="print each value with its source; secrets are hidden")
        show.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def run(self, args: argparse.Namespace, settings: Settings) -> int:
        """Print the table or the JSON document."""
        if args.json:
            write_json(document_of(settings))
        else:
            write_text(as_text(settings))
        return 0


def as_text(settings: Settings) -> str:
    """Return the settings as a table for people."""
    rows = [(name, value or "-", str(source)) for name, (value, source) in settings.shown().items()]
    parts = [table(("setting", "value", "source"), [*rows, *_option_rows(settings)])]
    if settings.unknown_environment:
        parts.append("variables that no setting reads: " + ", ".join(settings.unknown_environment))
    return "\n\n".join(parts)


def _option_rows(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Name the options of plugins; what they hold may be secret, so no value is shown."""
    source = str(settings.source("options"))
    for plugin, section in sorted(settings.options.items()):
        yield f"options.{plugin}", f"sets {', '.join(sorted(section)) or 'nothing'}", source


@hookimpl
def conductor_register_command() -> type[ConfigCommand]:
    """Offer the command."""
    return ConfigCommand
