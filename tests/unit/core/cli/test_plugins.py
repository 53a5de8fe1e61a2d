"""``conductor plugins``: the truth about every plugin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core._plugins import PluginInfo
from conductor_core.cli import main
from conductor_core.cli._plugins import as_requirements, as_text, details, named
from conductor_core.cli._table import table
from conductor_core.errors import PluginNotFoundError

if TYPE_CHECKING:
    from tests._support.fake_plugins import Installed

ROWS = [
    PluginInfo(
        "auth:acme",
        "acme-conductor",
        "1.0",
        "acme",
        "active",
        hooks=("a", "b"),
        load_ms=1.25,
        source="installed",
        order={"a": 2},
    ),
    PluginInfo("retry:acme", "acme-conductor", "1.0", "acme", "failed", "two\nlines"),
    PluginInfo(
        "code:Mine",
        "",
        "",
        "",
        "active",
        hooks=("a", "b"),
        source="code",
        order={"a": 1, "b": 3},
        declared="after acme",
    ),
]


def test_the_table_has_a_line_for_each() -> None:
    head, first, second, third = as_text(ROWS).splitlines()
    assert " ".join(head.split()) == "NAME DISTRIBUTION VERSION SOURCE STATE ORDER LOAD MS HOOKS REASON"
    assert " ".join(first.split()) == "auth:acme acme-conductor 1.0 installed active 2 1.2 a, b -"
    assert second.endswith("two lines")
    assert " ".join(third.split()) == "code:Mine - - code active 1-3 - a, b -"


def test_details_show_order_and_what_was_declared() -> None:
    text = details([ROWS[2]])
    assert "order         a 1, b 3" in text
    assert "declares      after acme" in text


def test_the_distributions_in_use_are_requirements() -> None:
    assert as_requirements(ROWS) == "acme-conductor==1.0"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("acme", ["auth:acme", "retry:acme"]),
        ("auth:acme", ["auth:acme"]),
        ("acme-conductor", ["auth:acme", "retry:acme"]),
        ("Mine", ["code:Mine"]),
    ],
)
def test_a_plugin_is_found_by_any_of_its_names(name: str, found: list[str]) -> None:
    assert [row.name for row in named(ROWS, name)] == found


def test_an_unknown_name_has_a_suggestion() -> None:
    with pytest.raises(PluginNotFoundError, match="no plugin is called 'acne'; did you mean 'acme'"):
        named(ROWS, "acne")


def test_details_show_the_entry_point() -> None:
    first, _, third = details(ROWS).split("\n\n")
    assert "entry point   acme" in first
    assert "entry point   -" in third


def test_a_table_aligns_and_keeps_empty_rows() -> None:
    assert table(("a", "bb"), [("1", "2"), ("333", "")]).splitlines() == ["A    BB", "1    2", "333"]
    assert table(("a", "b"), []) == "A  B"


def test_the_command_shows_what_the_settings_load(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plugins", "--json"]) == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    states = {row["name"]: row["state"] for row in rows}
    assert states["retry:standard"] == states["transport:http1"] == states["auth:none"] == "active"
    assert states["auth:bearer"] == "available"
    assert main(["plugins", "show", "standard"]) == 0
    assert "conductor_register_retry" in capsys.readouterr().out
    assert main(["plugins", "show", "standard", "--json"]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)] == ["retry:standard"]


BROKEN = {
    "raises": "raise ValueError('no licence')",
    "exits": "import sys; sys.exit(4)",
    "hangs": "raise BaseException('x')",
    "odd": "conductor_hook_api = 99",
    "late": "from conductor_core import hookimpl\n@hookimpl\nasync def conductor_wrap_execute(next): return next",
}


def test_broken_plugins_are_shown_with_reasons_and_take_nothing_down(installed: Installed) -> None:
    for name, source in BROKEN.items():
        entries = f"[conductor.plugins]\n{name} = {name}\n[conductor.auth]\n{name} = {name}\n"
        installed.distribution(f"{name}-conductor", "6.6", entries, **{name: source})
    listed = installed.conductor("plugins", "--json", CONDUCTOR_AUTH="raises", CONDUCTOR_TRANSPORT="http3")
    assert listed.returncode == 0
    assert "Traceback" not in listed.stderr
    rows = {row["name"]: row for row in json.loads(listed.stdout)}
    for name, reason in (
        ("raises", "ValueError: no licence"),
        ("exits", "SystemExit: 4"),
        ("hangs", "BaseException: x"),
        ("odd", "needs hook API 99"),
        ("late", "is a coroutine function"),
    ):
        row = rows[f"plugins:{name}"]
        assert (row["state"], row["distribution"], row["version"]) == ("failed", f"{name}-conductor", "6.6")
        assert reason in row["reason"]
        assert f"plugins:{name} of {name}-conductor 6.6 is skipped" in listed.stderr
    assert rows["auth:raises"]["state"] == "failed"
    assert rows["auth:odd"]["state"] == "available"
    assert rows["transport:http3"]["state"] == "missing"
    assert installed.conductor("--help").returncode == 0


def test_what_is_disabled_is_shown_and_not_imported(installed: Installed) -> None:
    installed.distribution("bomb-conductor", "1.0", "[conductor.plugins]\nbomb = bomb\n", bomb="import os; os._exit(9)")
    done = installed.conductor("plugins", "show", "bomb", CONDUCTOR_DISABLED_PLUGINS="bomb-conductor")
    assert done.returncode == 0
    assert "disabled by disabled_plugins (environment CONDUCTOR_DISABLED_PLUGINS)" in done.stdout
    flagged = installed.conductor("--load-plugins", "", "plugins", "show", "bomb")
    assert "not in load_plugins (argument load_plugins)" in flagged.stdout
