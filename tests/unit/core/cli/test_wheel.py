"""``conductor plugins check``: what is wrong with a wheel is found before anybody installs it."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from conductor_core.cli import main
from conductor_core.cli._scaffold import Names, files_of
from conductor_core.cli._scaffold_kinds import KINDS
from conductor_core.cli._wheel import check_wheel
from conductor_core.cli._wheel_metadata import WheelFiles, check_entries, check_metadata

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conductor_core.cli._finding import Finding

METADATA = """Metadata-Version: 2.4
Name: {name}
Version: 1.0
Summary: A plugin.
Requires-Python: >=3.11
Requires-Dist: {requires}
"""
GOOD = {
    "acme/__init__.py": "",
    "acme/py.typed": "",
    "acme/hooks.py": "from conductor_core import hookimpl\n@hookimpl\ndef conductor_on_poll_started(event): ...\n",
}
ENTRY = "[conductor.plugins]\nacme = acme.hooks\n"


def wheel(
    folder: Path,
    files: Mapping[str, str] = GOOD,
    entries: str = ENTRY,
    *,
    name: str = "acme-conductor",
    requires: str = "conductor-core>=0.1,<0.2",
) -> Path:
    """Make a wheel by hand."""
    path = folder / f"{name.replace('-', '_')}-1.0-py3-none-any.whl"
    info = f"{name.replace('-', '_')}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
        archive.writestr(f"{info}/METADATA", METADATA.format(name=name, requires=requires))
        if entries:
            archive.writestr(f"{info}/entry_points.txt", entries)
    return path


def said(findings: list[Finding], verdict: str) -> list[str]:
    return [one.text for one in findings if one.verdict == verdict]


def test_a_good_wheel_has_nothing_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = wheel(tmp_path, entries=ENTRY + "[conductor.options]\npace = acme.hooks:Pace\n")
    assert main(["plugins", "check", str(path)]) == 0
    printed = capsys.readouterr().out
    assert "plugins:acme: conductor_on_poll_started" in printed
    assert "nothing is wrong" in printed
    assert main(["plugins", "check", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[str(path)]["verdict"] == "ok"


HOOKED = "from conductor_core import hookimpl\n@hookimpl\n"
RETRY = """
from conductor_core import RetryPolicy, hookimpl
class Policy(RetryPolicy):
    name = "other"
    def wait(self, attempt): return None
@hookimpl
def conductor_register_retry(): return Policy
"""


@pytest.mark.parametrize(
    ("hooks", "group", "verdict", "text"),
    [
        ("raise ValueError('no licence')", "plugins", "problem", "ValueError: no licence (line 1 of hooks.py)"),
        ("import nowhere_to_be_found", "plugins", "problem", "No module named 'nowhere_to_be_found'"),
        ("import os; os._exit(7)", "plugins", "problem", "importing it ended the process (exit code 7)"),
        ("import sys; sys.exit(7)", "plugins", "problem", "SystemExit: 7"),
        ("x = 1", "plugins", "problem", "it implements no hook of this framework"),
        (f"{HOOKED}def conductor_on_pol_started(event): ...", "plugins", "problem", "did you mean 'conductor_on_poll"),
        (f"{HOOKED}def conductor_on_poll_started(evnt): ...", "plugins", "problem", "Argument(s) {'evnt'}"),
        (f"{HOOKED}async def conductor_wrap_execute(next): ...", "plugins", "problem", "is a coroutine function"),
        (f"{HOOKED}def conductor_on_poll_started(event): yield", "plugins", "problem", "is a generator function"),
        (f"conductor_hook_api = 9\n{HOOKED}def conductor_on_poll_started(): ...", "plugins", "problem", "hook API 9"),
        (f"{HOOKED}def conductor_on_poll_started(event): ...", "auth", "problem", "no conductor_register_auth hook"),
        (f"{HOOKED}def conductor_register_retry(): return int", "retry", "problem", "which is no RetryPolicy"),
        (RETRY, "retry", "warning", "is chosen as 'acme', and its class says name = 'other'"),
        ("x = 1", "workers", "warning", "workers:acme registers no worker"),
        (
            f"{HOOKED}def conductor_on_poll_started(event): ...",
            "listener",
            "problem",
            "did you mean 'conductor.listeners'",
        ),
        (f"{HOOKED}def conductor_embedded_routes(x): ...", "embedded", "problem", "Argument(s) {'x'}"),
    ],
)
def test_what_a_program_would_refuse_is_found(tmp_path: Path, hooks: str, group: str, verdict: str, text: str) -> None:
    path = wheel(tmp_path, GOOD | {"acme/hooks.py": hooks}, f"[conductor.{group}]\nacme = acme.hooks\n")
    found = said(check_wheel(path), verdict)
    assert any(text in one for one in found), check_wheel(path)


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        ("", "it has no entry point of this framework: installed, it would be invisible"),
        ("[console_scripts]\nx = acme:main\n", "installed, it would be invisible"),
        ("[conductor.plugins]\nacme = acne.hooks\n", "points at acne.hooks, and that module is not in this wheel"),
        ("[conductor.plugins]\nmy_plugin = acme.hooks\n", "plugins:my_plugin is still called so"),
        ("[conductor.clients]\na-b = acme.hooks\n", "clients:a-b is no attribute"),
        ("[conductor.commands]\nBig = acme.hooks\n", "commands:Big is no command"),
        ("[conductor.retry]\nstandard = acme.hooks\n", "is the name of a built-in plugin"),
        ("[conductor.auth]\norkes = acme.hooks\n", "is the name that conductor-auth-orkes has"),
        ("[conductor.plugins]\na b = acme.hooks\n", "cannot be named in a list of plugins"),
    ],
)
def test_what_nobody_could_find_or_choose_is_found(tmp_path: Path, entries: str, text: str) -> None:
    with zipfile.ZipFile(wheel(tmp_path, entries=entries)) as archive:
        found = said(list(check_entries(WheelFiles.read(archive))), "problem")
    assert any(text in one for one in found), found


def test_metadata_that_will_hurt_is_found(tmp_path: Path) -> None:
    def metadata(path: Path) -> list[Finding]:
        with zipfile.ZipFile(path) as archive:
            return list(check_metadata(WheelFiles.read(archive)))

    findings = metadata(wheel(tmp_path, name="my-plugin", requires="httpx"))
    assert any("still called 'my-plugin'" in one for one in said(findings, "problem"))
    assert any("does not require conductor-core" in one for one in said(findings, "problem"))
    unbounded = metadata(wheel(tmp_path, requires="conductor_core >=0.1"))
    assert any("any later core" in one for one in said(unbounded, "warning"))
    untyped = metadata(wheel(tmp_path, {name: text for name, text in GOOD.items() if "typed" not in name}))
    assert any("no py.typed" in one for one in said(untyped, "warning"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_wheel_of_the_scaffold_is_good(tmp_path: Path, kind: str) -> None:
    names = Names.of("acme-conductor")
    files = {path.removeprefix("src/"): text for path, text in files_of(names, kind) if path.startswith("src/")}
    values = names.values(kind)
    path = wheel(tmp_path, files, f"[{values['group']}]\n{values['name']} = acme_conductor.hooks\n")
    findings = check_wheel(path)
    assert {one.verdict for one in findings} == {"ok"}, findings
    assert any(one.topic == "loading" for one in findings)


@pytest.mark.parametrize("content", [None, b"no zip"])
def test_what_is_no_wheel_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    path = tmp_path / "acme-1.0-py3-none-any.whl"
    if content is not None:
        path.write_bytes(content)
    assert main(["plugins", "check", str(path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert main(["plugins", "check", str(tmp_path)]) == 2
    assert "is no wheel: build one first" in capsys.readouterr().err
