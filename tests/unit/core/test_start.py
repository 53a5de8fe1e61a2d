"""What importing and starting costs and touches."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import conductor_core
from tests._support.local_server import local_server

HOMES: dict[str, str] = vars(conductor_core)["_HOME"]
SOURCE = Path(conductor_core.__file__).parent
HEAVY = ("asyncio", "httpx", "importlib.metadata", "logging", "pluggy", "pydantic", "stevedore")


def _run(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_the_package_imports_nothing_heavy() -> None:
    # Modules that the interpreter itself brings (editable installs, coverage) do not count.
    program = f"""
import sys
before = set(sys.modules)
import conductor_core
print(*[name for name in {HEAVY!r} if name in sys.modules and name not in before])
"""
    assert _run(program) == ""


@pytest.mark.parametrize(
    ("names", "without"),
    [
        ("Settings", ("asyncio", "httpx", "pluggy", "pydantic", "stevedore")),
        ("worker_task", ("httpx", "pydantic", "stevedore")),
        ("Conductor, AsyncConductor", ("httpx", "pydantic", "stevedore")),
        ("hookimpl, AuthProvider, RetryPolicy", ("asyncio", "httpx", "pydantic", "stevedore")),
    ],
)
def test_a_name_imports_only_what_it_needs(names: str, without: tuple[str, ...]) -> None:
    program = f"""
import sys
before = set(sys.modules)
from conductor_core import {names}
print(*[name for name in {without!r} if name in sys.modules and name not in before])
"""
    assert _run(program) == ""


def test_a_program_that_only_calls_imports_no_worker() -> None:
    program = """
import sys
from conductor_core import Conductor, get
import conductor_core.client
with Conductor(server_url=sys.argv[1]) as conductor:
    conductor.run(get("/ping"))
print(*[name for name in sys.modules if name.startswith("conductor_core.worker")])
"""
    with local_server() as server:
        assert _run(program, server.url) == ""
        assert server.paths == ["/api/ping"]


def test_a_worker_sends_its_first_poll_before_the_model_library_is_loaded() -> None:
    program = """
import sys
before = set(sys.modules)
seen = []
from conductor_core import Settings, TaskHandler, worker_task
@worker_task(task_definition_name="plain")
async def plain(order_id: str, amount: float, tags: list) -> dict:
    return {}
def heavy(event, arguments):
    if event == "socket.connect" and not seen:
        seen.append([name for name in ("click", "pydantic", "pydantic_core", "rich") if name in sys.modules and name not in before])
sys.addaudithook(heavy)
with TaskHandler(Settings(server_url=sys.argv[1]), workers=[plain], environ={}):
    sys.stdin.readline()
print(*seen[0])
"""
    with local_server() as server:
        server.body = b"[]"
        worker = subprocess.Popen(
            [sys.executable, "-c", program, server.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.arrived.wait(30)
        finally:
            printed, _ = worker.communicate("stop\n", timeout=30)
    assert server.paths[0].startswith("/api/tasks/poll/batch/plain?")
    assert (printed.strip(), worker.returncode) == ("", 0)


def test_httpx_keeps_its_command_line_and_does_not_load_it_before_it_is_called() -> None:
    program = """
import sys
before = set(sys.modules)
import conductor_core.http, httpx
print([name for name in ("click", "rich", "httpx._main") if name in sys.modules and name not in before])
try:
    import click, rich
except ImportError:
    print("no command line here: HTTPX needs click")
else:
    sys.argv = ["httpx", "--help"]
    httpx.main()
"""
    first, *shown = _run(program).splitlines()
    assert first == "[]"
    assert "HTTPX" in "".join(shown)


def test_importing_every_module_has_no_side_effect() -> None:
    program = """
import importlib, logging, os, pkgutil, sys, threading
read = []
class Watched(dict):
    def __getitem__(self, name):
        read.append(name)
        return dict.__getitem__(self, name)
    def get(self, name, default=None):
        read.append(name)
        return dict.get(self, name, default)
    def __iter__(self):
        read.append("everything")
        return dict.__iter__(self)
def opened(event, arguments):
    if event in ("socket.bind", "socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
        read.append(event)
sys.addaudithook(opened)
import asyncio, httpx, pluggy, pydantic, stevedore  # what these do is theirs
import conductor_core
os.environ = Watched(os.environ)
root, threads = list(logging.getLogger().handlers), threading.active_count()
signals = __import__("signal").getsignal(15)
for module in pkgutil.walk_packages(conductor_core.__path__, "conductor_core."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
assert logging.getLogger().handlers == root
assert logging.getLogger("conductor").level == logging.NOTSET
assert threading.active_count() == threads, threading.enumerate()
assert __import__("signal").getsignal(15) == signals
print(*[name for name in read if name.startswith("CONDUCTOR") or not name.isupper()])
"""
    assert _run(program) == ""


def _imports(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_one_module_names_httpx() -> None:
    users = [file.relative_to(SOURCE).as_posix() for file in SOURCE.rglob("*.py") if "httpx" in _imports(file)]
    assert users == ["http.py"]


def test_every_exported_name_is_sorted_homed_and_there() -> None:
    exported = conductor_core.__all__
    assert exported == sorted(exported)
    homes = HOMES
    assert set(exported) - {"__version__"} == set(homes)
    for name, home in homes.items():
        module = importlib.import_module(f"conductor_core.{home}")
        assert getattr(conductor_core, name) is getattr(module, name), name


def test_names_for_type_checkers_are_the_names_at_run_time() -> None:
    tree = ast.parse((SOURCE / "__init__.py").read_text(encoding="utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {
        alias.name: str(node.module).removeprefix("conductor_core.")
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == HOMES


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Conducter'"):
        _ = conductor_core.Conducter
    assert {"Conductor", "worker_task"} <= set(dir(conductor_core))


def test_the_names_users_rely_on_are_there() -> None:
    stay = (
        "Conductor AsyncConductor Settings worker_task TaskHandler TaskContext get_task_context TaskInProgress "
        "NonRetryableException Task TaskResult hookimpl"
    )
    assert set(stay.split()) <= set(conductor_core.__all__)
