"""The words before a command: global flags, the help that lists commands, and how flags become settings.

Names of commands come from entry points, so neither help nor an unknown command imports any plugin.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from conductor_core._version import __version__
from conductor_core.cli._project import with_project
from conductor_core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROG = "conductor"
_FLAGS = (
    ("--config", "FILE", "read settings from a TOML file"),
    ("--server-url", "URL", "base URL of the Conductor server"),
    ("--auth", "NAME", "auth plugin, for example bearer (default auto)"),
    ("--transport", "NAME", "transport plugin, for example embedded (default http1)"),
    ("--retry", "NAME", "retry plugin (default standard)"),
    ("--load-plugins", "NAMES", "load only these plugins, separated by commas; none when empty"),
    ("--disable-plugins", "NAMES", "load all plugins but these; * stands for all"),
    ("--plugins-dir", "FOLDER", "load the Python files of this folder as plugins too"),
)

_EXIT_CODES = "exit codes: 0 success, 1 failure, 2 wrong arguments, settings or plugins, 130 Ctrl-C"


class SharedFlag(argparse.Action):
    """A flag that every command takes."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - argparse passes it
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,  # noqa: ARG002 - the same
    ) -> None:
        """Store the value; a flag without one is a switch."""
        setattr(namespace, self.dest, self.nargs == 0 or values)


class OwnUsage(argparse.HelpFormatter):
    """Leaves the shared flags out of the line of usage, where nine of them would hide what the command itself takes."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],  # of a class that argparse keeps to itself
        prefix: str | None = None,
    ) -> None:
        """Add the line for everything else."""
        super().add_usage(usage, [one for one in actions if not isinstance(one, SharedFlag)], groups, prefix)


def add_global_flags(parser: argparse.ArgumentParser, *, default: object = None) -> None:
    """Add the flags that every command takes, before its name or after it.

    Args:
        parser: where to add them.
        default: value of a flag that is not given; ``argparse.SUPPRESS`` keeps what an earlier parser found.
    """
    group = parser.add_argument_group("connection and plugins")
    for flag, metavar, text in _FLAGS:
        group.add_argument(flag, action=SharedFlag, metavar=metavar, default=default, help=text)
    text = "let a plugin that cannot be loaded be an error"
    group.add_argument("--strict-plugins", action=SharedFlag, nargs=0, default=default, help=text)


def front_parser() -> argparse.ArgumentParser:
    """Return the parser of everything up to the command's name; the rest is kept for the command."""
    parser = argparse.ArgumentParser(
        prog=PROG,
        usage=f"{PROG} [OPTION]... COMMAND ...",
        description="Work with a Conductor server, and with the plugins of this framework.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
        allow_abbrev=False,
    )
    parser.add_argument("-h", "--help", action="store_true", help="show this text and exit")
    parser.add_argument("--version", action="version", version=f"{PROG} {__version__}")
    add_global_flags(parser)
    parser.add_argument("command", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


class CommandParser(argparse.ArgumentParser):
    """Takes the global flags at any depth: argparse makes the parsers of subcommands from the class of their parent.

    A command that has an argument of the same name keeps its own.
    """

    def __init__(self, **options: Any) -> None:
        options.update(allow_abbrev=False, conflict_handler="resolve")
        options.setdefault("formatter_class", OwnUsage)
        super().__init__(**options)
        add_global_flags(self, default=argparse.SUPPRESS)


def command_parser(name: str, help_text: str) -> argparse.ArgumentParser:
    """Return the parser that one command adds its own arguments to."""
    return CommandParser(prog=f"{PROG} {name}", description=help_text or None)


def global_flags(arguments: argparse.Namespace) -> argparse.Namespace:
    """Return only the global flags of what the front parser found."""
    names = [flag.removeprefix("--").replace("-", "_") for flag, _, _ in _FLAGS]
    return argparse.Namespace(**{name: getattr(arguments, name) for name in [*names, "strict_plugins"]})


def commands_text(helps: Mapping[str, str]) -> str:
    """Return the list of commands, one line each.

    Args:
        helps: what is said of each, by its name.
    """
    if not helps:
        return "commands: none (they are all disabled)"
    width = max(len(name) for name in helps)
    lines = [f"  {name:{width}}  {text}".rstrip() for name, text in sorted(helps.items())]
    return "\n".join(["commands:", *lines, "", f"{PROG} COMMAND --help tells more.", _EXIT_CODES])


def settings_of(arguments: argparse.Namespace, environ: Mapping[str, str], *, project: bool = True) -> Settings:
    """Resolve settings from the global flags, the environment, a file, and what the project around us requires.

    Args:
        arguments: the global flags.
        environ: the environment.
        project: look for a ``pyproject.toml`` in the working folder or above it.

    Raises:
        ConfigurationError: a value cannot be used, or a file cannot be read.
    """
    settings = Settings.load(
        arguments.config,
        environ=environ,
        server_url=arguments.server_url,
        auth=arguments.auth,
        transport=arguments.transport,
        retry=arguments.retry,
        load_plugins=arguments.load_plugins,
        disabled_plugins=arguments.disable_plugins,
        plugins_dir=arguments.plugins_dir,
        strict_plugins=arguments.strict_plugins or None,
    )
    return with_project(settings) if project else settings
