"""Facts about each distribution that its pyproject.toml, its folder and the root settings must agree on."""

from __future__ import annotations

import importlib
from typing import cast

import pytest

from tools.distributions import ROOT, Distribution, Table, distributions, table
from tools.lock import HEADER, LOCK, missing, requirements
from tools.plugins_readme import TARGET, page

CORE, *PLUGINS = distributions()
each_distribution = pytest.mark.parametrize("distribution", distributions(), ids=lambda item: item.name)
each_plugin = pytest.mark.parametrize("plugin", PLUGINS, ids=lambda item: item.name)


def _setting(*path: str) -> object:
    *tables, last = path
    found = CORE.settings
    for name in tables:
        found = table(found, name)
    return found[last]


def test_all_distributions_carry_one_version() -> None:
    versions = {distribution.name: distribution.version for distribution in distributions()}
    package = importlib.import_module("conductor_core")
    assert set(versions.values()) == {package.__version__}, versions


@each_distribution
def test_a_distribution_is_typed_documented_and_licensed(distribution: Distribution) -> None:
    assert (distribution.source / "py.typed").is_file()
    assert (distribution.folder / "README.md").stat().st_size > 0
    assert distribution.project["license"] == "Apache-2.0"
    assert distribution.project["requires-python"] == CORE.project["requires-python"]


@each_plugin
def test_a_plugin_depends_on_the_core_of_its_series_and_on_no_other_plugin(plugin: Distribution) -> None:
    major, minor, _ = plugin.version.split(".")
    own = [entry for entry in plugin.dependencies if entry.startswith("conductor-")]
    assert own == [f"conductor-core>={major}.{minor},<{major}.{int(minor) + 1}"]


@each_plugin
def test_a_plugin_offers_something(plugin: Distribution) -> None:
    assert plugin.entry_points


@each_distribution
def test_the_exports_are_there_and_named_once(distribution: Distribution) -> None:
    package = importlib.import_module(distribution.import_name)
    exported = cast("list[str]", package.__all__)
    assert len(set(exported)) == len(exported) > 0
    assert [name for name in exported if not hasattr(package, name)] == []


def test_the_tools_know_every_distribution() -> None:
    names = sorted(distribution.import_name for distribution in distributions())
    plugins = sorted(plugin.import_name for plugin in PLUGINS)
    sources = [f"plugins/{plugin.folder.name}/src" for plugin in PLUGINS]
    assert set(sources) <= set(cast("list[str]", _setting("tool", "mypy", "mypy_path")))
    assert _setting("tool", "coverage", "run", "source_pkgs") == names
    assert _setting("tool", "importlinter", "root_packages") == names
    contracts = cast("list[Table]", _setting("tool", "importlinter", "contracts"))
    by_type = {(contract["type"], tuple(cast("list[str]", contract.get("modules", [])))) for contract in contracts}
    assert ("independence", tuple(plugins)) in by_type
    assert contracts[0]["forbidden_modules"] == plugins


def test_the_lock_names_every_requirement_and_no_host() -> None:
    text = LOCK.read_text(encoding="utf-8")
    assert missing(text, requirements(distributions())) == []
    assert text.startswith(HEADER)
    assert "://" not in text


def test_every_locked_package_has_a_hash() -> None:
    packages = LOCK.read_text(encoding="utf-8").removeprefix(HEADER).replace("\\\n", " ").splitlines()
    assert [line for line in packages if "--hash=sha256:" not in line] == []


def test_the_table_of_distributions_is_current() -> None:
    assert TARGET.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_the_changelog_fragments_have_a_known_kind() -> None:
    kinds = {str(kind["directory"]) for kind in cast("list[Table]", _setting("tool", "towncrier", "type"))}
    fragments = [path.name for path in (ROOT / "changelog.d").glob("*.md") if path.name != "README.md"]
    assert [name for name in fragments if name.split(".")[1] not in kinds] == []
