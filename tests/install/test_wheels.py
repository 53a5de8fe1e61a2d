"""What is in the built wheels, which is all that users get."""

from __future__ import annotations

import configparser
import zipfile
from typing import TYPE_CHECKING

import pytest

from tools.distributions import Distribution, distributions

if TYPE_CHECKING:
    from tests.install.conftest import Environments

each_distribution = pytest.mark.parametrize("distribution", distributions(), ids=lambda item: item.name)


@each_distribution
def test_a_wheel_holds_its_package_and_nothing_else(environments: Environments, distribution: Distribution) -> None:
    with zipfile.ZipFile(environments.wheel(distribution.name)) as wheel:
        names = wheel.namelist()
    sources = {path.relative_to(distribution.source.parent).as_posix() for path in distribution.source.rglob("*.py")}
    assert sources < set(names)
    assert f"{distribution.import_name}/py.typed" in names
    information = f"{distribution.import_name}-{distribution.version}.dist-info"
    assert {name.split("/")[0] for name in names} == {distribution.import_name, information}


@each_distribution
def test_a_wheel_carries_its_entry_points(environments: Environments, distribution: Distribution) -> None:
    path = f"{distribution.import_name}-{distribution.version}.dist-info/entry_points.txt"
    with zipfile.ZipFile(environments.wheel(distribution.name)) as wheel:
        text = wheel.read(path).decode()
    found = configparser.ConfigParser(delimiters="=")
    found.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
    found.read_string(text)
    groups = {group: dict(found[group]) for group in found.sections() if group != "console_scripts"}
    assert groups == distribution.entry_points
