"""``conductor doctor``: what is wrong with settings, plugins and the connection, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.cli._finding import as_text, summary, verdict_of
from conductor_core.cli._output import write_json, write_text
from conductor_core.cli._shown_settings import document_of
from conductor_core.hookspecs import hookimpl
from conductor_core.interfaces import Command

if TYPE_CHECKING:
    import argparse

    from conductor_core.settings import Settings


class DoctorCommand(Command):
    """Looks at everything that a program with these settings would use."""

    help = "Look for what is wrong with settings, plugins and the connection; exits with 1 when something is."
    repairs = True

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Take ``--json`` and ``--offline``."""
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
        parser.add_argument("--offline", action="store_true", help="do not ask the server")

    def run(self, args: argparse.Namespace, settings: Settings) -> int:
        """Print the findings; the exit code is 1 when one of them is a problem."""
        from conductor_core.cli import _examination  # noqa: PLC0415 - help does without

        looks = (_examination.of_settings, _examination.of_plugins, _examination.of_options)
        findings = [finding for look in looks for finding in look(settings)]
        if not args.offline:
            findings += _examination.of_server(settings)
        verdict = verdict_of(findings)
        if args.json:
            found = {"verdict": verdict, "findings": [one.to_dict() for one in findings]}
            write_json(found | document_of(settings))
        else:
            write_text(f"{as_text(findings)}\n\n{summary(findings)}")
        return 1 if verdict == "problem" else 0


@hookimpl
def conductor_register_command() -> type[DoctorCommand]:
    """Offer the command."""
    return DoctorCommand
