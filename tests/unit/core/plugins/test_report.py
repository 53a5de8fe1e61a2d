"""The report tells the truth about every plugin, whatever became of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Settings, __version__, hookimpl
from conductor_core._plugins import Catalog, Offer, Plugins
from conductor_core._plugins._catalog import canonical
from tests._support.fake_plugins import FakeEnvironment, Installed, row_of

if TYPE_CHECKING:
    from conductor_core import PluginInfo


def state(plugins: Plugins, name: str) -> str:
    return row_of(plugins, name).state


def test_built_ins_are_listed_like_all_others(fake: FakeEnvironment) -> None:
    plugins = fake.plugins()
    rows: dict[str, PluginInfo] = {row.name: row for row in plugins.report()}
    for name in ("auth:none", "auth:bearer", "transport:httpx", "retry:standard", "listeners:logging"):
        assert (rows[name].distribution, rows[name].version) == ("conductor-core", __version__)
        assert (rows[name].state, rows[name].load_ms, rows[name].hooks) == ("available", None, ())
    assert rows["retry:standard"].value == "conductor_core.builtin.standard_retry"


def test_a_state_follows_what_happens(fake: FakeEnvironment) -> None:
    plugins = fake.plugins()
    plugins.retry(Settings())
    row = row_of(plugins, "retry:standard")
    assert (row.state, row.reason, row.hooks) == ("active", "", ("conductor_register_retry",))
    assert row.load_ms is not None
    assert row.load_ms >= 0


def test_everything_that_settings_need_is_loaded_for_the_report(fake: FakeEnvironment) -> None:
    plugins = fake.plugins()
    plugins.load_needed()
    active = {row.name for row in plugins.report() if row.state == "active"}
    assert active == {"auth:none", "transport:http1", "retry:standard", "listeners:logging"}


def test_what_is_needed_and_missing_has_a_row(fake: FakeEnvironment) -> None:
    plugins = fake.plugins(Settings(transport="http2", retry="xyzzy", auth_key="k", auth_secret="s"))
    plugins.load_needed()
    missing = {row.name: row.reason for row in plugins.report() if row.state == "missing"}
    assert sorted(missing) == ["auth:orkes", "retry:xyzzy", "transport:http2"]
    assert "pip install conductor-transport-http2" in missing["transport:http2"]


def test_what_is_needed_and_disabled_says_both(fake: FakeEnvironment) -> None:
    plugins = fake.plugins(Settings(disabled_plugins=("http1",)))
    plugins.load_needed()
    row = row_of(plugins, "transport:http1")
    assert row.state == "disabled"
    assert row.reason.startswith("conductor.transport 'http1' is needed (transport, default) and disabled")


def test_what_registers_something_else_failed(fake: FakeEnvironment) -> None:
    fake.add("conductor.retry", "odd", conductor_register_retry=hookimpl(lambda: int))
    plugins = fake.plugins(Settings(retry="odd"))
    plugins.load_needed()
    row = row_of(plugins, "retry:odd")
    assert row.state == "failed"
    assert "which is no RetryPolicy" in row.reason


def test_names_in_lists_that_fit_nothing_are_shown(fake: FakeEnvironment) -> None:
    plugins = fake.plugins(Settings(disabled_plugins=("loging",)))
    plugins.load_needed()
    row = row_of(plugins, "loging")
    assert row.state == "missing"
    assert "did you mean 'logging'" in row.reason


def test_duplicates_fail_and_disabled_ones_do_not_count(fake: FakeEnvironment) -> None:
    fake.add("conductor.retry", "acme", "acme_one")
    fake.add("conductor.retry", "acme", "acme_two")
    rows = [row for row in fake.plugins().report() if row.name == "retry:acme"]
    assert [row.state for row in rows] == ["failed", "failed"]
    assert all("offered twice" in row.reason for row in rows)
    disabled = fake.plugins(Settings(disabled_plugins=("acme",))).report()
    assert {row.state for row in disabled if row.name == "retry:acme"} == {"disabled"}


def test_what_was_made_in_code_is_shown(fake: FakeEnvironment) -> None:
    class Wrapping:
        @hookimpl
        def conductor_wrap_execute(self, next: object) -> object:  # noqa: A002 - the hook's name for it
            return next

    class Listening:
        def on_poll_started(self, event: object) -> None:
            """Listen."""

    plugins = fake.plugins(plugins=[Wrapping()], listeners=[Listening()])
    assert row_of(plugins, "code:Wrapping").hooks == ("conductor_wrap_execute",)
    assert row_of(plugins, "code:Listening").hooks == ("conductor_on_poll_started",)


def test_a_row_is_plain_data(fake: FakeEnvironment) -> None:
    row: dict[str, Any] = json.loads(json.dumps(row_of(fake.plugins(), "auth:none").to_dict()))
    assert row["name"] == "auth:none"
    assert set(row) == {"name", "distribution", "version", "value", "state", "reason", "hooks", "load_ms"} | {
        "source",
        "order",
        "declared",
    }


def test_installed_plugins_know_distribution_and_version(installed: Installed) -> None:
    entries = "[conductor.plugins]\nBest_Acme = acme_hooks\n"
    source = "from conductor_core import hookimpl\n@hookimpl\ndef conductor_on_poll_started(event): ...\n"
    installed.distribution("Acme_Conductor", "2.5.1", entries, acme_hooks=source)
    program = """
from conductor_core import Plugins, Settings
plugins = Plugins(Settings())
plugins.load_needed()
(row,) = [row for row in plugins.report() if row.name == "plugins:Best_Acme"]
print(row.distribution, row.version, row.value, row.state, row.hooks)
"""
    expected = "acme-conductor 2.5.1 acme_hooks active ('conductor_on_poll_started',)"
    assert installed.python(program) == expected


@pytest.mark.parametrize("name", ["Acme_Conductor", "acme.conductor", "ACME--conductor"])
def test_names_of_distributions_have_one_form(name: str) -> None:
    assert canonical(name) == "acme-conductor"


def test_the_catalog_of_this_environment_knows_the_project() -> None:
    catalog = Catalog()
    offer = Offer("conductor.retry", "standard", "conductor_core.builtin.standard_retry", builtin=True)
    assert offer in catalog.group("conductor.retry")
    assert catalog.distribution_of(offer) == ("conductor-core", __version__)
    assert {"standard", "retry:standard", "conductor-embedded"} <= catalog.all_names()
