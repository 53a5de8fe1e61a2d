"""Sections of plugins: what a dataclass of options makes of them, and what a mistake is answered with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Settings
from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class AcmeOptions:
    url: str
    seconds: float = 5.0
    tries: int = 3
    loud: bool = False
    names: list[str] = field(default_factory=list[str])
    connections: int = 10

    def __post_init__(self) -> None:
        if self.tries < 1:
            raise ConfigurationError(f"acme.tries must be above 0, got {self.tries}")


def read(section: dict[str, Any]) -> AcmeOptions:
    return Settings(options={"acme": section}).options_as("acme", AcmeOptions, connections=2)


def test_a_section_becomes_a_dataclass_with_its_defaults() -> None:
    assert read({"url": "u"}) == AcmeOptions(url="u", connections=2)
    found = read({"url": "u", "seconds": 1, "tries": 7, "loud": True, "names": ["a"]})
    assert found == AcmeOptions(url="u", seconds=1.0, tries=7, loud=True, names=["a"], connections=2)
    assert isinstance(found.seconds, float)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"url": "u", "secnds": 1}, "unknown option acme.secnds (argument options); did you mean 'seconds'?"),
        ({"url": "u", "zzz": 1}, "unknown option acme.zzz (argument options); known: loud, names, seconds, tries, url"),
        ({"url": "u", "connections": 1}, "unknown option acme.connections (argument options)"),
        ({"url": 7}, "acme.url (argument options) must be text, got int"),
        ({"url": "u", "seconds": "1"}, "acme.seconds (argument options) must be a number, got str"),
        ({"url": "u", "seconds": True}, "acme.seconds (argument options) must be a number, got bool"),
        ({"url": "u", "tries": 1.0}, "acme.tries (argument options) must be a whole number, got float"),
        ({"url": "u", "tries": False}, "acme.tries (argument options) must be a whole number, got bool"),
        ({"url": "u", "loud": 1}, "acme.loud (argument options) must be true or false, got int"),
        ({"url": "u", "tries": 0}, "acme.tries must be above 0, got 0 (argument options)"),
        ({"tries": 1}, "acme.url must be set in the options of 'acme' (argument options)"),
    ],
)
def test_a_mistake_names_the_key_the_type_and_the_source(section: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(section)
    assert message in str(caught.value)


def test_a_value_of_a_wrong_type_is_not_shown() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read({"url": ["correct-horse-battery"]})
    assert "correct-horse" not in str(caught.value)


def test_the_source_is_the_file_or_the_program(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("[conductor.options.acme]\nurls = 'u'\n")
    settings = Settings.load(file, environ={})
    with pytest.raises(
        ConfigurationError, match=r"unknown option acme\.urls .file .*c\.toml: options.; did you mean 'url'"
    ):
        settings.options_as("acme", AcmeOptions)
    assert str(Settings().source("options")) == "default"


def test_a_dataclass_without_fields_takes_nothing() -> None:
    @dataclass
    class Nothing:
        pass

    settings = Settings(options={"acme": {"x": 1}})
    with pytest.raises(ConfigurationError, match=r"unknown option acme\.x .argument options.; it takes none"):
        settings.options_as("acme", Nothing)
    assert settings.options_as("other", Nothing) == Nothing()
