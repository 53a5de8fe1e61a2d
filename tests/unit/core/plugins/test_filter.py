"""What may be loaded is decided before anything is imported."""

from __future__ import annotations

import logging
import textwrap
from typing import Any

import pytest

from conductor_core import Settings, hookimpl
from tests._support.fake_plugins import FakeEnvironment, Installed, row_of

BOMB = "raise SystemExit('imported although disabled')"
ENTRY = "[conductor.plugins]\nbomb = bomb\n[conductor.listeners]\nquiet = quiet\n"
QUIET = """
from conductor_core import hookimpl
@hookimpl
def conductor_on_poll_started(event): ...
"""


def wrap(next: object, settings: Settings) -> object:  # noqa: A002 - the hook's name for it
    return next


def _listening_to(fake: FakeEnvironment, settings: Settings) -> set[str]:
    plugins = fake.plugins(settings)
    plugins.listeners()
    return {row.name for row in plugins.report() if row.state == "active"}


def _id(value: dict[str, Any] | set[str]) -> str:
    """Sorted, since the order of a set differs from process to process."""
    return str(sorted(value) if isinstance(value, set) else value)


@pytest.mark.parametrize(
    ("values", "active"),
    [
        ({}, {"plugins:one", "plugins:two", "listeners:logging"}),
        ({"load_plugins": ()}, {"listeners:logging"}),
        ({"load_plugins": ("one",)}, {"plugins:one", "listeners:logging"}),
        ({"load_plugins": ("plugins:one",)}, {"plugins:one", "listeners:logging"}),
        ({"load_plugins": ("listeners:one",)}, {"listeners:logging"}),
        ({"disabled_plugins": ("two",)}, {"plugins:one", "listeners:logging"}),
        ({"disabled_plugins": ("plugins:two", "logging")}, {"plugins:one"}),
        ({"disabled_plugins": ("*",)}, {"listeners:logging"}),
        ({"disabled_plugins": ("*", "logging")}, set[str]()),
        ({"load_plugins": ("one", "two"), "disabled_plugins": ("two",)}, {"plugins:one", "listeners:logging"}),
    ],
    ids=_id,
)
def test_two_switches_have_one_meaning(fake: FakeEnvironment, values: dict[str, Any], active: set[str]) -> None:
    for name in ("one", "two"):
        fake.add("conductor.plugins", name, conductor_wrap_transport=hookimpl(wrap))
    assert _listening_to(fake, Settings(**values)) == active


@pytest.mark.parametrize(
    ("variable", "value", "source"),
    [
        ("CONDUCTOR_LOAD_PLUGINS", "", "environment CONDUCTOR_LOAD_PLUGINS"),
        ("CONDUCTOR_DISABLED_PLUGINS", "one", "environment CONDUCTOR_DISABLED_PLUGINS"),
    ],
)
def test_the_environment_switches_too_and_the_report_says_so(
    fake: FakeEnvironment, variable: str, value: str, source: str
) -> None:
    fake.add_value("conductor.plugins", "one", "a_module_that_is_not_there")
    plugins = fake.plugins(Settings.load(environ={variable: value}))
    plugins.listeners()
    row = row_of(plugins, "plugins:one")
    assert row.state == "disabled"
    assert source in row.reason
    assert row.load_ms is None


def test_what_is_disabled_is_not_imported(fake: FakeEnvironment, caplog: pytest.LogCaptureFixture) -> None:
    fake.add_value("conductor.plugins", "bomb", "a_module_that_is_not_there")
    with caplog.at_level(logging.DEBUG, "conductor"):
        fake.plugins(Settings(disabled_plugins=("bomb",))).listeners()
    assert caplog.records == []


def test_a_name_is_allowed_for_one_group_only(fake: FakeEnvironment) -> None:
    fake.add("conductor.plugins", "acme", conductor_wrap_transport=hookimpl(wrap))
    fake.add_value("conductor.listeners", "acme", "a_module_that_is_not_there")
    active = _listening_to(fake, Settings(load_plugins=("plugins:acme",)))
    assert active == {"plugins:acme", "listeners:logging"}


@pytest.mark.parametrize("name", ["bomb-conductor", "Bomb_Conductor", "bomb", "plugins:bomb", "*"])
def test_a_distribution_is_disabled_by_any_of_its_names(installed: Installed, name: str) -> None:
    installed.distribution("bomb-conductor", "1.0", ENTRY, bomb=BOMB, quiet=QUIET)
    program = f"""
        from conductor_core import Plugins, Settings
        plugins = Plugins(Settings(disabled_plugins=({name!r},)))
        plugins.check_names()
        plugins.listeners()
        (row,) = [row for row in plugins.report() if row.name == "plugins:bomb"]
        print(row.state, row.distribution, row.version)
    """
    assert installed.python(textwrap.dedent(program)) == "disabled bomb-conductor 1.0"


def test_a_distribution_is_allowed_by_its_name(installed: Installed) -> None:
    installed.distribution("bomb-conductor", "1.0", ENTRY, bomb=BOMB, quiet=QUIET)
    installed.distribution("fine-conductor", "1.0", "[conductor.listeners]\nfine = fine\n", fine=QUIET)
    program = """
        from conductor_core import Plugins, Settings
        plugins = Plugins(Settings(load_plugins=("fine_conductor",)))
        plugins.listeners()
        print(*[row.name for row in plugins.report() if row.state == "active"])
    """
    assert installed.python(textwrap.dedent(program)) == "listeners:fine listeners:logging"


def test_of_two_that_offer_one_name_either_can_be_disabled(installed: Installed) -> None:
    retry = """
        from conductor_core import RetryPolicy, hookimpl
        class Policy(RetryPolicy):
            name = {name!r}
            def wait(self, attempt): return None
        @hookimpl
        def conductor_register_retry(): return Policy
    """
    for name in ("first", "second"):
        source = textwrap.dedent(retry.format(name=name))
        installed.distribution(f"{name}-conductor", "1.0", f"[conductor.retry]\nshared = {name}\n", **{name: source})
    program = """
        import sys
        from conductor_core import Plugins, PluginError, Settings
        def ask(*disabled):
            settings = Settings(retry="shared", disabled_plugins=disabled)
            return Plugins(settings).retry(settings).name
        try:
            ask()
        except PluginError as error:
            print(error)
        print(ask("first-conductor"), "first" in sys.modules)
        print(ask("second-conductor"))
    """
    said, *chosen = installed.python(textwrap.dedent(program)).splitlines()
    assert "first-conductor 1.0 (first) and by second-conductor 1.0 (second)" in said
    assert chosen == ["second False", "first"]
