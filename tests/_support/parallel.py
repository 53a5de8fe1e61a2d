"""What a parallel run (`make test`) needs to know of the tests: which stay together, and which go first.

pytest-xdist runs the tests in several processes, and hands them out by group. A file is a group, so that its fixtures are made once.
All tests of the real server are one group, since one server is enough and many of them count what it holds; so are those which
share the wheels of tests/install. What takes longest goes first and the many short files of tests/unit last, so that no process has much
left to do when the others are done. There is one process more than cores, since tests wait half of their time for other programs.

The groups are found where the tests are collected, in the processes, and needed where they are handed out: a file carries them over.
(The option ``--dist loadgroup`` of pytest-xdist 3.8 does so by the ids of tests, which pytest 9.2 no longer lets it change.)
"""

from __future__ import annotations

import json
import os
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # it has no types of its own

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from typing import Protocol

    class Node(Protocol):
        """One of the processes, as the first one sees it."""

        config: pytest.Config
        workerinput: dict[str, object]


REAL_SERVER = "real_server"
INSTALL = "install"
FIRST = (REAL_SERVER, INSTALL)
LAST = "tests/unit/"
GROUPS = "groups_of_tests"
_folder = pytest.StashKey["tempfile.TemporaryDirectory[str]"]()


class ByGroup(LoadScopeScheduling):  # type: ignore[misc]  # the same
    """Hands out the groups that a process wrote down, in the order of collection."""

    def __init__(self, config: pytest.Config, log: Any, groups: Path) -> None:
        super().__init__(config, log)
        self._file = groups

    @cached_property
    def _groups(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8"))
        return found

    def _split_scope(self, nodeid: str) -> str:
        return self._groups[nodeid]


def pytest_configure(config: pytest.Config) -> None:
    """Measure what the processes of the run cover, but not the programs that tests start."""
    if config.getoption("numprocesses", None):
        config.stash[_folder] = tempfile.TemporaryDirectory(prefix="groups-of-tests-")
    else:
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the file of the groups."""
    folder = config.stash.get(_folder, None)
    if folder is not None:
        folder.cleanup()


def _file(config: pytest.Config) -> Path:
    return Path(config.stash[_folder].name) / "groups.json"


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Node) -> None:
    """Tell a process where to write the groups."""
    node.workerinput[GROUPS] = str(_file(node.config))


@pytest.hookimpl(optionalhook=True, wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Start a process more than cores for ``--numprocesses auto``."""
    return (yield) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByGroup:
    """Hand out tests by group, whatever ``--dist`` says."""
    return ByGroup(config, log, _file(config))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a process of a parallel run, order the groups, and write them down."""
    worker: Mapping[str, str] | None = getattr(config, "workerinput", None)
    if worker is None:
        return
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: _rank(_group(item), slow=item.path in slow))
    # Every process finds the same groups, and may have to replace one that ended.
    new = Path(f"{worker[GROUPS]}.{worker['workerid']}")
    new.write_text(json.dumps({item.nodeid: _group(item) for item in items}), encoding="utf-8")
    new.replace(worker[GROUPS])


def _group(item: pytest.Item) -> str:
    wanted = item.get_closest_marker("xdist_group")
    if wanted is not None:
        return str(wanted.args[0])
    for name in FIRST:
        if item.get_closest_marker(name):
            return name
    return item.nodeid.partition("::")[0]


def _rank(group: str, *, slow: bool) -> int:
    if group in FIRST:
        return FIRST.index(group)
    return len(FIRST) + (0 if slow else 2 if group.startswith(LAST) else 1)
