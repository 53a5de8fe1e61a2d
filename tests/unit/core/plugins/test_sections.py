"""Sections of options that nobody reads are a warning, and never stop a program."""

from __future__ import annotations

import logging
import re
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import conductor_core
from conductor_core import Conductor, ConfigurationError, Plugins, Settings, hookimpl
from conductor_core._plugins import _known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests._support.fake_plugins import FakeEnvironment, Installed

ROOT = Path(conductor_core.__file__).parents[1]


def stray(fake: FakeEnvironment, *names: str, plugins: Iterable[object] = ()) -> dict[str, str]:
    settings = Settings(options={name: {} for name in names})
    return fake.plugins(settings, plugins=plugins).stray_sections()


def test_sections_of_what_is_installed_are_read(fake: FakeEnvironment) -> None:
    fake.add("conductor.auth", "acme-key")
    fake.add("conductor.plugins", "otel")
    assert stray(fake, "http1", "acme-key", "acme_key", "otel") == {}
    assert stray(fake) == {}


def test_others_are_named_with_the_nearest_that_is_read(fake: FakeEnvironment) -> None:
    fake.add("conductor.plugins", "otel")
    found = stray(fake, "otl", "zzz", "http2", "HTTP1")
    assert found["otl"] == (
        "options.otl (argument options) belongs to no plugin that is installed here; did you mean 'otel'?"
    )
    assert found["zzz"].endswith("belongs to no plugin that is installed here; known: http1, otel")
    assert set(found) == {"otl", "zzz", "http2", "HTTP1"}


def test_a_plugin_of_this_project_that_takes_no_options_says_so(fake: FakeEnvironment) -> None:
    assert stray(fake, "bearer", "doctor") == {
        "bearer": "options.bearer (argument options) is not used: auth:bearer takes no options",
        "doctor": "options.doctor (argument options) is not used: commands:doctor takes no options",
    }


def test_what_plugins_made_in_code_read_is_not_known(fake: FakeEnvironment) -> None:
    class Failover:
        @hookimpl
        def conductor_wrap_execute(self, next: object) -> object:  # noqa: A002 - the hook's name for it
            return next

    assert stray(fake, "failover", plugins=[Failover()]) == {}
    assert "did you mean 'http1'" in stray(fake, "htp1", plugins=[Failover()])["htp1"]


def test_a_distribution_declares_sections_of_other_names(fake: FakeEnvironment) -> None:
    fake.add("conductor.plugins", "acme")
    fake.add_value("conductor.options", "pace", "nothing.here:Pace")
    assert stray(fake, "acme", "pace") == {}
    assert stray(fake, "pase")["pase"].endswith("did you mean 'pace'?")
    assert [row.name for row in fake.plugins().report() if row.source != "built-in"] == ["plugins:acme"]


def test_a_section_may_be_called_like_the_distribution_unless_that_declares_its_sections(installed: Installed) -> None:
    entries = "[conductor.plugins]\na = acme_plugin\n"
    installed.distribution("acme-conductor", "1.0", entries, acme_plugin="raise ImportError")
    installed.distribution("pace-conductor", "1.0", entries + "[conductor.options]\nspeed = acme_plugin:Speed\n")
    program = """
from conductor_core import Plugins, Settings
sections = ("acme", "acme-conductor", "pace", "pace-conductor", "speed", "metrics-otel", "otel", "http2")
print(*Plugins.from_settings(Settings(options={name: {} for name in sections})).stray_sections())
"""
    assert installed.python(program).split() == ["pace", "pace-conductor", "metrics-otel"]


def test_a_declaration_is_no_plugin(installed: Installed) -> None:
    entries = "[conductor.options]\nspeed = acme_plugin:Speed\n[conductor.plugins]\nacme = acme_plugin\n"
    installed.distribution("acme-conductor", "1.0", entries, acme_plugin="")
    program = """
from conductor_core import PluginError, Plugins, Settings
plugins = Plugins.from_settings(Settings(load_plugins=["plugins:acme"], required_plugins=["acme-conductor>=1"]))
plugins.check_names()
settings = Settings(disabled_plugins=["options:speed"])
try:
    Plugins.from_settings(settings).check_names()
except PluginError as error:
    print(error)
"""
    assert "names 'options:speed', which is not installed" in installed.python(program)


def test_a_conductor_warns_once_and_works(caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(options={"htp1": {"max_body_bytes": 1}})
    plugins = Plugins.from_settings(settings)
    with caplog.at_level(logging.WARNING), Conductor(plugins=plugins), Conductor(plugins=plugins):
        pass
    assert [record.getMessage() for record in caplog.records] == [
        "options.htp1 (argument options) belongs to no plugin that is installed here; did you mean 'http1'?"
    ]


def test_options_of_drivers_that_are_not_in_use_can_be_checked(fake: FakeEnvironment) -> None:
    class Slow(conductor_core.RetryPolicy):
        name = "slow"

        def __init__(self, settings: Settings) -> None:
            if "pace" not in settings.options_of("slow"):
                raise ConfigurationError("slow.pace must be set")

        def wait(self, attempt: object) -> float | None:
            return None

    fake.add("conductor.retry", "slow", conductor_register_retry=hookimpl(lambda: Slow))
    fake.plugins(Settings(options={"slow": {"pace": 1}})).check_options()
    with pytest.raises(ConfigurationError, match=r"slow\.pace must be set"):
        fake.plugins(Settings(options={"slow": {}})).check_options()
    fake.plugins(Settings(options={"zzz": {}})).check_options()


def test_a_listener_with_wrong_options_is_an_error(fake: FakeEnvironment) -> None:
    def made(settings: Settings) -> list[object]:
        raise ConfigurationError("acme.pace must be a number, got str")

    fake.add("conductor.plugins", "acme", conductor_register_listeners=hookimpl(made))
    with pytest.raises(ConfigurationError, match=r"acme\.pace must be a number"):
        fake.plugins().listeners()


def test_the_sections_that_the_sources_read_are_declared() -> None:
    sources = [*ROOT.glob("conductor_core/**/*.py"), *ROOT.glob("plugins/*/src/**/*.py")]
    text = "\n".join(file.read_text("utf-8") for file in sources if "interfaces" not in file.name)
    readers = set(re.findall(r"options_(?:of|as)\((\w*SECTION)\b", text))
    assert readers == {"SECTION", "_SECTION"}
    declared = entry_points(group=_known.OPTIONS)
    assert {entry.load().__name__ for entry in declared} == {"Http2Options", "OtelOptions"}
    read = re.findall(r'^_?SECTION: Final = "(\w+)"', text, re.MULTILINE)
    assert sorted(read) == sorted([*_known.OPTION_SECTIONS, *declared.names])
