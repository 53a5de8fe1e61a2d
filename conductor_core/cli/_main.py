"""``run``: find the command, run it, and turn what it raises into one line and an exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from conductor_core._plugins import Plugins
from conductor_core.cli._front import command_parser, commands_text, front_parser, global_flags, settings_of
from conductor_core.cli._output import complain, open_streams, silence_stdout
from conductor_core.errors import ConductorError, ConfigurationError, InvalidArgumentError, PluginError
from conductor_core.settings import Settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from conductor_core.interfaces import Command

FAILURE = 1
USAGE = 2
BROKEN_PIPE = 141  # 128 + SIGPIPE
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def run(argv: Sequence[str] | None = None) -> int:
    """Run ``conductor`` and return its exit code.

    0 is success, 1 a failure, 2 a mistake in the arguments, the settings or the choice of plugins, 141 a reader of the
    output that left. A :class:`~conductor_core.ConductorError` becomes one line on stderr, and so does what
    the operating system refuses, such as a file on a full disk; at log level DEBUG with its traceback.

    Args:
        argv: the words after ``conductor``; those of this process when None.

    Raises:
        KeyboardInterrupt: Ctrl-C, which the caller answers, since it may come before this module is imported.
    """
    open_streams()
    try:
        code = _run(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except SystemExit as end:
        return _exit_code(end)
    except BrokenPipeError:
        silence_stdout()
        return BROKEN_PIPE
    except ConductorError as error:
        complain(f"conductor: {one_line(error)}")
        return USAGE if isinstance(error, ConfigurationError | InvalidArgumentError | PluginError) else FAILURE
    except OSError as error:
        return _refused_by_system(error)
    return code


def one_line(error: ConductorError) -> str:
    """Return an error's notes and message as one line."""
    parts = [*reversed(getattr(error, "__notes__", [])), str(error) or type(error).__name__]
    return ": ".join(" ".join(part.split()) for part in parts)


def _run(words: list[str]) -> int:
    front = front_parser()
    arguments = front.parse_args(words)
    if arguments.help or arguments.command is None:
        front.epilog = commands_text(_command_lines(arguments))
        front.print_help(sys.stdout if arguments.help else sys.stderr)
        return 0 if arguments.help else USAGE
    settings = settings_of(arguments, os.environ)
    command = Plugins.from_settings(settings).command(arguments.command)()
    return _run_command(command, arguments)


def _run_command(command: Command, arguments: argparse.Namespace) -> int:
    parser = command_parser(arguments.command, command.help)
    command.configure(parser)
    # Global flags may also follow the command's name, so they are read once more.
    own = parser.parse_args(arguments.rest, global_flags(arguments))
    settings = settings_of(own, os.environ)
    if not command.repairs:
        Plugins.from_settings(settings).check_names()
    _log_to_stderr(os.environ.get("CONDUCTOR_LOG_LEVEL", ""))
    return command.run(own, settings)


def _command_lines(arguments: argparse.Namespace) -> dict[str, str]:
    """Return what to list; help works with any settings, also with those it is read to repair."""
    try:
        settings = settings_of(arguments, os.environ, project=False)
    except ConductorError:
        settings = Settings()
    return Plugins.from_settings(settings).command_lines()


def _log_to_stderr(level: str) -> None:
    """Show the library's log lines; commands that run for long may ask for more of them."""
    import logging  # noqa: PLC0415 - help and version do without

    chosen = level.strip().upper() or "WARNING"
    if chosen not in _LEVELS:
        raise ConfigurationError(f"CONDUCTOR_LOG_LEVEL must be one of {', '.join(_LEVELS)}, got {level!r}")
    from conductor_core._log_setup import json_formatter, quiet_http_libraries, wants_json  # noqa: PLC0415 - the same

    quiet_http_libraries()
    logging.basicConfig(level=chosen, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    if wants_json(os.environ):
        for handler in logging.getLogger().handlers:
            handler.setFormatter(json_formatter())


def _exit_code(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    complain(str(end.code))  # what the interpreter does with such an exit
    return FAILURE


def _refused_by_system(error: OSError) -> int:
    """Say what the system refused, such as a write to a full disk; the output may be what it is about."""
    import logging  # noqa: PLC0415 - loaded by now, but for help

    logging.getLogger("conductor").debug("the system refused something", exc_info=error)
    try:
        sys.stdout.flush()
    except OSError:
        silence_stdout()
    where = f": {error.filename}" if error.filename else ""
    complain(f"conductor: {error.strerror or error}{where}")
    return FAILURE
