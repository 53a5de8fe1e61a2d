"""Which tests coverage watches: those of the distributions; the others run at their own speed, since watching takes as long again as what is watched.

What users do (servers that are killed, networks, examples, each operation on every transport, thousands of tasks) is played through in tests
that go the same ways very often. They run unwatched, and the floor in pyproject.toml is kept by the others.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

FOLDERS = (
    "tests/chaos/",
    "tests/conformance/",
    "tests/contract/",
    "tests/examples/",
    "tests/install/",
    "tests/networks/",
)
MARKS = ("real_server", "slow")


def is_watched(item: pytest.Item) -> bool:
    """Tell whether coverage counts what a test runs."""
    return not item.nodeid.startswith(FOLDERS) and not any(item.get_closest_marker(mark) for mark in MARKS)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Import what is measured: it happens once in a process, so not for the first time in a test that nobody watches."""
    if sys.gettrace() is None:
        return
    from coverage import Coverage  # noqa: PLC0415 - a single test does without

    measuring = Coverage.current()
    if measuring is None:  # a debugger's trace function
        return
    for name in _modules(cast("list[str]", measuring.get_option("run:source_pkgs"))):
        with suppress(ImportError):  # of another system
            importlib.import_module(name)


def _modules(packages: Iterable[str]) -> Iterator[str]:
    for package in packages:
        found = importlib.import_module(package)
        yield from (module.name for module in pkgutil.walk_packages(found.__path__, f"{package}."))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Take the trace function away from a test that is not watched, and from the threads that it starts."""
    tracing, of_threads = sys.gettrace(), threading.gettrace()
    if tracing is None or is_watched(item):
        return (yield)
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        threading.settrace(of_threads)
        sys.settrace(tracing)
