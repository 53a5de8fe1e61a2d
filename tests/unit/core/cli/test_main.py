"""The front of the command line: help, flags, exit codes, and errors in one line."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Command, Settings, __version__
from conductor_core.cli import main
from conductor_core.cli._front import command_parser, commands_text, front_parser
from conductor_core.cli._main import one_line
from conductor_core.errors import ConductorError, NotFoundError
from conductor_core.interfaces import Command as CommandClass

if TYPE_CHECKING:
    import argparse
    from collections.abc import Generator
    from pathlib import Path

    from tests._support.fake_plugins import Installed

COMMANDS = "[conductor.commands]\n{name} = {module}\n"
COMMAND = """
import sys
from conductor_core import Command, ConductorError, hookimpl
class Acme(Command):
    help = "Do what Acme does."
    def configure(self, parser):
        parser.add_argument("--count", type=int, default=1)
        parser.add_argument("command", nargs="?")
    def run(self, args, settings):
        {body}
@hookimpl
def conductor_register_command(): return Acme
"""


@pytest.fixture(autouse=True)
def quiet_logging() -> Generator[None]:
    """Undo the logging that a command sets up."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def install(installed: Installed, body: str, name: str = "acme") -> None:
    entries = COMMANDS.format(name=name, module=f"{name}_command")
    installed.distribution(f"{name}-conductor", "1.0", entries, **{f"{name}_command": COMMAND.format(body=body)})


def test_help_lists_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    for name in ("config", "plugins", "worker", "--config FILE", "--server-url", "--load-plugins", "--disable-plugins"):
        assert name in printed
    assert "list plugins with their states and reasons" in printed


def test_the_version_is_the_cores(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"conductor {__version__}\n"


def test_no_command_is_a_mistake_with_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "commands:" in captured.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["plugns"], "conductor: there is no command 'plugns'; did you mean 'plugins'?"),
        (["--config", "/not/there", "plugins"], "conductor: cannot read the settings file /not/there"),
        (["--server-url", "nonsense", "config", "show"], "conductor: argument server_url must be like http://"),
        (["config", "show", "--server-url", "nonsense"], "argument server_url must be like http://"),
        (["--disable-plugins", "config", "config", "show"], "disabled by disabled_plugins (argument"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["config", "shwo"], "invalid choice: 'shwo'"),
        (["config"], "the following arguments are required: ACTION"),
        (["plugins", "show", "htpx"], "no plugin is called 'htpx'; did you mean 'httpx'?"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert "Traceback" not in captured.err
    assert captured.err.splitlines()[-1].startswith("conductor")


def test_a_wrong_variable_is_a_mistake_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONDUCTOR_REQUEST_TIMEOUT_MS", "soon")
    assert main(["config", "show"]) == 2
    assert capsys.readouterr().err == "conductor: CONDUCTOR_REQUEST_TIMEOUT_MS must be a number, got 'soon'\n"
    assert main(["--help"]) == 0
    monkeypatch.setenv("CONDUCTOR_REQUEST_TIMEOUT_MS", "1000")
    monkeypatch.setenv("CONDUCTOR_LOG_LEVEL", "loud")
    assert main(["config", "show"]) == 2
    assert "CONDUCTOR_LOG_LEVEL must be one of DEBUG, INFO" in capsys.readouterr().err


def test_flags_stand_before_the_command_or_after_it(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["--server-url", "http://flag:1", "config", "show"],
        ["config", "--server-url", "http://flag:1", "show"],
        ["config", "show", "--server-url", "http://flag:1"],
    ):
        assert main(words) == 0
        assert "http://flag:1/api" in capsys.readouterr().out


def test_flags_beat_the_environment_and_the_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "c.toml"
    file.write_text('[conductor]\nserver_url = "http://file"\nretry = "of-file"\n')
    monkeypatch.setenv("CONDUCTOR_SERVER_URL", "http://environment")
    assert main(["--config", str(file), "config", "show"]) == 0
    printed = capsys.readouterr().out
    assert "http://environment/api" in printed
    assert f"file {file}: retry" in printed
    assert main(["--server-url", "http://flag", "config", "show"]) == 0
    assert "argument server_url" in capsys.readouterr().out


def test_commands_of_strangers_are_listed_by_name_and_not_imported(installed: Installed) -> None:
    summaries = {
        "bomb": "Summary: Counts down\n",
        "mute": "",
        "loud": f"Summary: \x1b[31m{'A' * 500}\n",
    }
    for name, line in summaries.items():
        distribution = f"{name}-conductor"
        installed.distribution(
            distribution, "1.0", COMMANDS.format(name=name, module=name), **{name: "raise SystemExit(9)"}
        )
        with (installed.folder / f"{name}_conductor-1.0.dist-info" / "METADATA").open("a") as metadata:
            metadata.write(line)
    done = installed.conductor("--help")
    assert done.returncode == 0
    listed = done.stdout.partition("commands:")[2].splitlines()
    assert "  bomb      bomb-conductor: Counts down" in listed
    assert "  mute      mute-conductor" in listed
    (loud,) = [line for line in listed if line.startswith("  loud ")]
    assert "\x1b" not in loud
    assert loud.endswith("AAA...")
    assert len(loud) < 120
    hidden = installed.conductor("--disable-plugins", "bomb-conductor", "--help")
    assert "bomb" not in hidden.stdout.partition("commands:")[2]


def test_the_usage_of_a_command_shows_what_is_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worker", "run"]) == 2
    assert "--server-url" not in capsys.readouterr().err
    assert main(["worker", "run", "--help"]) == 0
    usage, _, rest = capsys.readouterr().out.partition("\n\n")
    assert "--server-url" not in usage
    assert "--processes N" in usage
    assert "connection and plugins:" in rest
    assert "--server-url URL" in rest


def test_help_works_with_settings_that_do_not(installed: Installed) -> None:
    done = installed.conductor("--help", CONDUCTOR_CONFIG="/not/there", CONDUCTOR_TLS_INSECURE="perhaps")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_command_runs_with_its_arguments_and_the_settings(installed: Installed) -> None:
    install(installed, "print(args.count, args.command, settings.server_url); return 7")
    done = installed.conductor("--server-url", "http://h", "acme", "--count", "3", "word")
    assert (done.returncode, done.stdout) == (7, "3 word http://h/api\n")
    told = installed.conductor("acme", "--help")
    assert told.returncode == 0
    assert "Do what Acme does." in told.stdout
    assert "--count" in told.stdout
    wrong = installed.conductor("acme", "--count", "many")
    assert wrong.returncode == 2
    assert "argument --count: invalid int value: 'many'" in wrong.stderr


@pytest.mark.parametrize(
    ("body", "code", "out", "err"),
    [
        ("raise ConductorError('it\\n  failed')", 1, "", "conductor: it failed\n"),
        ("raise KeyboardInterrupt", 130, "", "conductor: interrupted\n"),
        ("sys.exit(5)", 5, "", ""),
        ("sys.exit()", 0, "", ""),
        ("sys.exit('said')", 1, "", "said\n"),
        ("raise BrokenPipeError", 141, "", ""),
        ("open('/not/there')", 1, "", "conductor: No such file or directory: /not/there\n"),
        ("print('so far'); raise OSError('no more')", 1, "so far\n", "conductor: no more\n"),
        ("return 0", 0, "", ""),
    ],
)
def test_exit_codes(installed: Installed, body: str, code: int, out: str, err: str) -> None:
    install(installed, body)
    done = installed.conductor("acme")
    assert (done.returncode, done.stdout, done.stderr) == (code, out, err)


INTERRUPTED_IMPORT = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a suite in the background of a shell ignores
class Hasty:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Hasty())
from conductor_core.cli import main
sys.exit(main(["--help"]))
"""


@pytest.mark.parametrize("name", ["conductor_core.cli._main", "argparse", "conductor_core.settings"])
def test_an_interrupt_in_the_first_imports_is_one_line(name: str) -> None:
    program = INTERRUPTED_IMPORT.format(name=name)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "conductor: interrupted\n")


def test_a_broken_command_is_one_line_and_the_others_work(installed: Installed) -> None:
    installed.distribution(
        "bad-conductor", "3.1", COMMANDS.format(name="bad", module="bad"), bad="import nothing_there"
    )
    done = installed.conductor("bad")
    assert done.returncode == 2
    assert done.stderr == (
        "conductor: bad-conductor 3.1 offers conductor.commands 'bad' and cannot be used: ModuleNotFoundError: "
        "No module named 'nothing_there' (line 1 of bad.py)\n"
    )
    listed = installed.conductor("plugins")
    assert listed.returncode == 0
    assert "commands:bad" in listed.stdout


def test_two_commands_of_one_name_break_only_that_name(installed: Installed) -> None:
    for name in ("one", "two"):
        installed.distribution(f"{name}-conductor", "1.0", COMMANDS.format(name="same", module=name), **{name: ""})
    assert installed.conductor("--help").returncode == 0
    done = installed.conductor("same")
    assert done.returncode == 2
    assert "one-conductor 1.0 (one) and by two-conductor 1.0 (two)" in done.stderr
    assert "offered twice" in installed.conductor("plugins", "show", "same").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end differently")
def test_a_reader_that_leaves_is_no_error(installed: Installed) -> None:
    install(installed, "[print('x' * 1000) for _ in range(1000)]; return 0")
    environment = os.environ | {"PYTHONPATH": str(installed.folder), "XDG_CACHE_HOME": str(installed.folder)}
    command = [sys.executable, "-c", "import sys; from conductor_core.cli import main; sys.exit(main())", "acme"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait(30) == 141
    assert said == b""


def test_notes_of_an_error_are_part_of_the_line() -> None:
    error = NotFoundError(method="GET", url="http://h/x", status=404)
    error.add_note("cannot find it")
    error.add_note("cannot start")
    assert one_line(error) == "cannot start: cannot find it: GET http://h/x answered 404"
    assert one_line(ConductorError()) == "ConductorError"


def test_the_list_of_commands_copes_with_none() -> None:
    assert commands_text({}).startswith("commands: none")
    assert commands_text({"b": "", "aa": "does it"}).splitlines()[1:3] == ["  aa  does it", "  b"]


def test_words_after_the_command_belong_to_it() -> None:
    arguments = front_parser().parse_args(["--config", "f", "acme", "--help", "--version", "-x", "--", "y"])
    assert arguments.command == "acme"
    assert arguments.rest == ["--help", "--version", "-x", "--", "y"]
    assert arguments.config == "f"
    assert not arguments.help


def test_a_command_needs_no_arguments_of_its_own() -> None:
    class Plain(Command):
        def run(self, args: argparse.Namespace, settings: Settings) -> int:
            return 0

    parser = command_parser("plain", Plain.help)
    Plain().configure(parser)
    parsed: dict[str, Any] = vars(parser.parse_args([]))
    assert parsed == {}
    assert Command is CommandClass


def test_a_command_keeps_an_argument_of_its_own_that_has_the_name_of_a_global_flag() -> None:
    parser = command_parser("mine", "")
    parser.add_argument("--transport", choices=["tram", "bus"])
    nested = parser.add_subparsers().add_parser("go")
    nested.add_argument("--config", type=int)
    assert vars(parser.parse_args(["--transport", "bus", "go", "--config", "3", "--server-url", "u"])) == {
        "transport": "bus",
        "config": 3,
        "server_url": "u",
    }


def test_help_and_version_import_nothing_heavy(installed: Installed) -> None:
    program = """
import sys
from conductor_core.cli import main
assert main([{word!r}]) == 0
print(*[name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
"""
    heavy = ("asyncio", "httpx", "pydantic", "opentelemetry", "rich", "json.tool", "conductor_core.worker", "ssl")
    for word in ("--help", "--version"):
        done = installed.run(program.format(word=word, heavy=heavy))
        assert done.stderr.split() == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")  # noqa: PTH110 - at collection
def test_a_full_disk_is_one_line(installed: Installed) -> None:
    install(installed, "print('x' * 100_000); return 0")
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123 - a device
        done = subprocess.run(
            [sys.executable, "-c", "import sys; from conductor_core.cli import main; sys.exit(main())", "acme"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(installed.folder), "XDG_CACHE_HOME": str(installed.folder)},
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "conductor: No space left on device\n")


def test_what_a_locale_cannot_show_is_escaped_and_json_stays_json(installed: Installed) -> None:
    install(installed, "import json; print(json.dumps('w\\xfc \\U0001f600 \\ud800', ensure_ascii=False)); return 0")
    done = installed.conductor("acme", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == '"w\\u00fc \\ud83d\\ude00 \\ud800"\n'
    assert json.loads(done.stdout) == "w\xfc \U0001f600 \ud800"


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_closed_stream_swallows_what_is_said(installed: Installed, closed: str) -> None:
    program = f"import sys; sys.{closed} = None; from conductor_core.cli import main; sys.exit(main(['nothing']))"
    environment = os.environ | {"PYTHONPATH": str(installed.folder)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert bool(done.stderr) == (closed == "stdout")


def test_help_tells_the_exit_codes(installed: Installed) -> None:
    done = installed.conductor("--help")
    assert done.stdout.endswith(
        "exit codes: 0 success, 1 failure, 2 wrong arguments, settings or plugins, 130 Ctrl-C\n"
    )
