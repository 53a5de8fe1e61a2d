"""Finding workers by importing modules, packages and folders."""

from __future__ import annotations

import asyncio
import sys
import textwrap
import threading
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from stevedore import ExtensionManager

from conductor_core import Plugins, Settings, TaskHandler
from conductor_core.errors import WorkerError
from conductor_core.worker import (
    WorkerLoader,
    auto_discover_workers,
    define_worker,
    get_registered_workers,
    scan_for_workers,
)
from tests._support.stub_server import StubConductor, stub_plugins

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORKER = """
from conductor_core import worker_task

@worker_task("{name}", thread_count=4, domain="{domain}")
def work(a: int) -> int:
    return a
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A package ``shop`` with workers at three depths, a program, and a module that fails."""
    files = {
        "shop/__init__.py": "",
        "shop/pay.py": WORKER.format(name="pay", domain=""),
        "shop/__main__.py": "raise SystemExit('started')",
        "shop/deep/__init__.py": WORKER.format(name="deep", domain="eu"),
        "shop/deep/er/__init__.py": "",
        "shop/deep/er/deeper.py": WORKER.format(name="deeper", domain=""),
        "broken.py": "raise ValueError('cannot be')",
        "needy.py": "import not_installed_anywhere",
    }
    for name, text in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
    monkeypatch.syspath_prepend(str(tmp_path))  # pyright: ignore[reportUnknownMemberType] - the untyped lambda or worker is the test's own
    yield tmp_path
    for name in [name for name in sys.modules if name.split(".")[0] in {"shop", "broken", "needy", "loose"}]:
        del sys.modules[name]


def names() -> Any:
    return sorted(worker.name for worker in get_registered_workers())


def test_packages_are_scanned_to_every_depth_without_starting_programs(package: Any) -> None:
    scan_for_workers("shop")
    assert names() == ["deep", "deeper", "pay"]


def test_not_recursive_means_one_level(package: Any) -> None:
    WorkerLoader().scan_packages(["shop"], recursive=False)
    assert names() == ["deep", "pay"]


def test_one_module_is_imported_once(package: Any) -> None:
    loader = WorkerLoader()
    assert loader.scan_module("shop.pay") is loader.scan_module("shop.pay")
    assert names() == ["pay"]


def test_a_folder_is_scanned_by_its_files(package: Any) -> None:
    loader = WorkerLoader()
    loader.scan_path(package / "shop", package_prefix="loose")
    assert names() == ["deep", "deeper", "pay"]
    assert "loose.pay" in loader.modules
    loader.scan_path(package / "shop", package_prefix="loose")


def test_the_handler_imports_modules_and_packages(package: Any) -> None:
    plugins = Plugins.from_settings(Settings())
    handler = TaskHandler(plugins=plugins, import_modules=["shop.pay"], scan_packages=["shop.deep"], environ={})
    assert sorted(worker.name for worker in handler.workers) == ["deep", "deeper", "pay"]


async def test_the_loop_goes_on_while_a_handler_imports_its_modules(
    package: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The module waits for the loop, so that an import on the loop itself would fail."""
    gate = ModuleType("gate_of_this_test")
    vars(gate)["event"] = event = threading.Event()
    monkeypatch.setitem(sys.modules, gate.__name__, gate)
    waits = "import gate_of_this_test\nassert gate_of_this_test.event.wait(20)\n"
    (package / "shop" / "waits.py").write_text(waits + textwrap.dedent(WORKER.format(name="waits", domain="")))
    asyncio.get_running_loop().call_later(0.01, event.set)
    plugins = Plugins.from_settings(Settings())
    handler = await TaskHandler.create(import_modules=["shop.waits"], plugins=plugins, environ={})
    assert [worker.name for worker in handler.workers] == ["waits"]
    with pytest.raises(WorkerError, match="there is no module 'absent'"):
        await TaskHandler.create(import_modules=["absent"], plugins=plugins, environ={})


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("no.such.module", r"there is no module 'no.such.module'"),
        ("shop.absent", r"there is no module 'shop.absent'"),
        ("broken", r"'broken' could not be imported: ValueError: cannot be .*\(line \d+ of broken.py\)"),
        ("shop/deep.py", r"shop/deep.py is the path of a file; name the module, as an import does: shop.deep$"),
        ("needy", r"'needy' needs 'not_installed_anywhere', which is not installed"),
    ],
)
def test_what_cannot_be_imported_is_told_in_one_sentence(package: Any, module: Any, text: Any) -> None:
    with pytest.raises(WorkerError, match=text):
        WorkerLoader().import_modules([module])


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="is no folder"):
        WorkerLoader().scan_path(tmp_path / "absent")


def test_a_file_that_fails(tmp_path: Path) -> None:
    (tmp_path / "failing.py").write_text("1 / 0")
    with pytest.raises(WorkerError, match=r"failing.py could not be imported: ZeroDivisionError"):
        WorkerLoader().scan_path(tmp_path)
    assert "failing" not in sys.modules


def test_the_summary_names_task_domain_options_kind_function_and_source(
    package: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    auto_discover_workers(["shop"], print_summary=True)
    header, *rows = capsys.readouterr().out.strip().splitlines()
    assert header.split() == [*("TASK", "DOMAIN", "CONCURRENCY", "INTERVAL", "KIND", "STATE", "FUNCTION", "SOURCE")]
    assert ["deep", "eu", "4", "100ms", "thread", "active", "shop.deep.work", "decorator"] in [
        row.split() for row in rows
    ]


def test_the_summary_shows_what_the_environment_decides(
    package: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONDUCTOR_WORKER_DEEP_THREAD_COUNT", "9")
    monkeypatch.setenv("CONDUCTOR_WORKER_DEEP_POLL_INTERVAL", "soon")
    monkeypatch.setenv("CONDUCTOR_WORKER_DEEP_PAUSED", "true")
    auto_discover_workers(["shop"], print_summary=True)
    printed = capsys.readouterr().out
    assert ["deep", "eu", "9", "100ms", "thread", "paused"] in [row.split()[:6] for row in printed.splitlines()]
    assert "CONDUCTOR_WORKER_DEEP_POLL_INTERVAL='soon' is not" in printed


def test_packages_and_folders_are_discovered_together(package: Any, capsys: pytest.CaptureFixture[str]) -> None:
    folder = package / "loose_files"
    folder.mkdir()
    (folder / "loose.py").write_text(textwrap.dedent(WORKER.format(name="loose", domain="")))
    loader = auto_discover_workers(["shop.deep"], [folder])
    assert names() == ["deep", "deeper", "loose"]
    assert set(loader.modules) == {"shop.deep", "shop.deep.er", "shop.deep.er.deeper", "loose"}
    assert capsys.readouterr().out == ""


async def test_the_summary_of_a_running_handler_tells_its_state(capsys: pytest.CaptureFixture[str]) -> None:
    async def work() -> None: ...

    workers = [define_worker(name, work) for name in ("first", "second")]
    async with TaskHandler(plugins=stub_plugins(StubConductor()), workers=workers, environ={}) as handler:
        handler.pause("second")
        await asyncio.sleep(0.01)
        handler.print_summary()
    printed = [row.split() for row in capsys.readouterr().out.splitlines()]
    assert [(row[0], row[5]) for row in printed] == [("TASK", "STATE"), ("first", "active"), ("second", "paused")]


def test_the_summary_of_nothing_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    WorkerLoader().print_summary()
    assert "@worker_task" in capsys.readouterr().out


@pytest.fixture
def distribution(package: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A distribution that publishes a module of workers, one object, and one that fails on import."""
    (package / "published.py").write_text(WORKER.format(name="published", domain=""))
    (package / "objects.py").write_text(
        textwrap.dedent(
            """
            class Ship:
                task_definition_name = "ship"
                def execute(self, task):
                    return {}
            ship = Ship()
            """
        )
    )
    info = package / "acme_workers-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-workers\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[conductor.workers]\nacme = published\nship = objects:ship\nbad = broken\n")
    # stevedore remembers the entry points of a process; this one's path has just changed.
    monkeypatch.setattr(ExtensionManager, "ENTRY_POINT_CACHE", {})
    yield package
    for name in ("published", "objects"):
        sys.modules.pop(name, None)


def test_workers_of_installed_distributions_are_found_and_a_broken_one_is_reported(
    distribution: Any, caplog: pytest.LogCaptureFixture
) -> None:
    plugins = Plugins.from_settings(Settings())
    handler = TaskHandler(plugins=plugins, environ={})
    assert sorted(worker.name for worker in handler.workers) == ["published", "ship"]
    assert "workers:bad of acme-workers 1.0 is skipped: ValueError: cannot be" in caplog.text


def test_they_are_left_alone_where_settings_or_the_list_of_workers_say_so(distribution: Any) -> None:
    disabled = Plugins.from_settings(Settings(disabled_plugins=("acme-workers",)))
    assert TaskHandler(plugins=disabled, environ={}).workers == []
    assert TaskHandler(plugins=Plugins.from_settings(Settings()), workers=[], environ={}).workers == []
