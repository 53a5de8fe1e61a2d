"""Workers with ``isolation="process"``: what crosses the pipe, and what a crash may cost."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import multiprocessing
import os
import sys
import threading
import types
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Plugins, Settings, hookimpl
from conductor_core.errors import WorkerError
from conductor_core.worker import WorkerLoader, define_worker
from conductor_core.worker._channel import Channel
from conductor_core.worker._config import WorkerOptions
from conductor_core.worker._context import ContextData
from conductor_core.worker._isolation._address import address_of
from conductor_core.worker._isolation._child import ChildWorker
from conductor_core.worker._isolation._exit import describe_exit
from conductor_core.worker._isolation._messages import Request
from tests._support import process_workers
from tests._support.fake_plugins import Installed

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from conductor_core.interfaces import Execute, ExecuteInput
    from tests._support.stub_server import Document, StubConductor
    from tests._support.worker_fixtures import Running

SECONDS = 60.0


def isolated(function: Any = process_workers.work, name: str = "pay", **options: Any) -> Any:
    return define_worker(name, function, WorkerOptions(isolation="process", **options))


async def results_of(
    stub: StubConductor, running: Running, tasks: Mapping[str, dict[str, Any]], *workers: Any, **options: Any
) -> dict[str, Document]:
    """Run tasks, one after the other in one child unless told otherwise, and return their results."""
    for task_id, given in tasks.items():
        stub.add("pay", task_id, inputData=given)
    async with asyncio.timeout(SECONDS), running(*(workers or (isolated(),)), **options):
        await stub.until(lambda: len(stub.results) == len(tasks))
    return {task_id: stub.result(task_id) for task_id in tasks}


async def test_arguments_results_and_context_cross_as_they_would_in_a_thread(
    stub: StubConductor, running: Running
) -> None:
    names = ["whereabouts", "in_progress", "own_result", "context", "scalar", "nothing", "unserializable", "one_field"]
    tasks: dict[str, dict[str, Any]] = {name: {"what": name} for name in names}
    tasks["typed"] = {"what": "typed", "address": {"street": "Elm", "number": "5"}}
    tasks["whereabouts-2"] = {"what": "whereabouts"}
    tasks["large"] = {"what": "large", "large": "x" * 3_000_000}
    done = await results_of(stub, running, tasks)

    assert done["typed"]["outputData"] == {"street": "Elm", "number": 5}
    assert done["large"]["outputData"] == {"size": 3_000_000, "back": "x" * 3_000_000}
    assert done["scalar"]["outputData"] == {"result": 5}
    assert done["nothing"]["outputData"] == {"result": None}
    assert done["one_field"]["outputData"] == {"result": {"score": 3}}
    where = done["whereabouts"]["outputData"]
    assert where["task"] == "whereabouts"
    assert where["pid"] != os.getpid()
    assert done["whereabouts-2"]["outputData"]["pid"] == where["pid"], "a child serves many tasks"
    assert (done["in_progress"]["status"], done["in_progress"]["callbackAfterSeconds"]) == ("IN_PROGRESS", 7)
    assert done["in_progress"]["outputData"] == {"part": 1}
    own = done["own_result"]
    assert (own["status"], own["outputData"], own["reasonForIncompletion"]) == ("FAILED", {"own": True}, "mine")
    context = done["context"]
    assert context["outputData"] == {"set": 1, "input": {"what": "context"}, "result": 2, "logs": 1}
    assert context["callbackAfterSeconds"] == 9
    assert [entry["log"] for entry in context["logs"]] == ["doing context"]
    assert done["unserializable"]["outputData"]["good"] == 1
    assert done["unserializable"]["outputData"]["bad"]["type"] == "object"


async def test_failures_keep_their_kind_their_text_and_their_traceback(
    stub: StubConductor, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[BaseException] = []

    def note(error: BaseException, _: object) -> None:
        seen.append(error)

    names = ["raises", "raises_for_good", "raises_together", "exits", "not_a_number", "times_out"]
    tasks: dict[str, dict[str, Any]] = {name: {"what": name} for name in names}
    tasks["bad_input"] = {"what": "scalar", "address": "nowhere"}
    tasks["logs"] = {"what": "logs"}
    with caplog.at_level(logging.ERROR):
        done = await results_of(stub, running, tasks, on_error=note)

    assert (done["raises"]["status"], done["raises"]["reasonForIncompletion"]) == ("FAILED", "no such order")
    trace = done["raises"]["logs"][-1]["log"]
    assert "in _raises" in trace
    assert trace.endswith("LookupError: no such order\n")
    assert done["raises"]["logs"][0]["log"] == "doing raises"
    assert (done["times_out"]["status"], done["times_out"]["reasonForIncompletion"]) == ("FAILED", "TimeoutError")
    assert done["raises_for_good"]["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert done["raises_for_good"]["reasonForIncompletion"] == "card unknown"
    assert done["raises_together"]["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert done["raises_together"]["reasonForIncompletion"].endswith("(1 sub-exception): card unknown")
    assert done["exits"]["reasonForIncompletion"] == "bye"
    assert (
        "NaN" in done["not_a_number"]["reasonForIncompletion"] or "nan" in done["not_a_number"]["reasonForIncompletion"]
    )
    assert done["bad_input"]["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert "'address'" in done["bad_input"]["reasonForIncompletion"]
    assert {type(error).__name__ for error in seen} >= {"LookupError", "UnknownCardError", "SystemExit"}

    (record,) = [record for record in caplog.records if record.name == "shop.child"]
    assert record.getMessage() == "what went wrong: all"
    assert record.process != os.getpid()
    assert vars(record)["order"] == 7
    assert record.exc_text is not None
    assert record.exc_text.endswith("invalid literal for int() with base 10: 'the reason'")


@pytest.mark.skipif(os.name == "nt", reason="signals do not kill there")
async def test_the_death_of_a_child_fails_its_task_alone_and_says_why(stub: StubConductor, running: Running) -> None:
    names = ["segfaults", "ends_hard", "is_killed"]
    tasks: dict[str, dict[str, Any]] = {name: {"what": name} for name in names}
    tasks["after"] = {"what": "scalar"}
    done = await results_of(stub, running, tasks, isolated(concurrency=2))

    assert "was killed by SIGSEGV (signal 11) while it ran this task" in done["segfaults"]["reasonForIncompletion"]
    assert "ended with exit code 3 while it ran this task" in done["ends_hard"]["reasonForIncompletion"]
    killed = done["is_killed"]["reasonForIncompletion"]
    assert killed.endswith("SIGKILL (signal 9) while it ran this task; the system does that when memory runs out")
    assert {done[name]["status"] for name in names} == {"FAILED"}
    assert done["is_killed"]["logs"][0]["log"] == "doing is_killed", "what it logged before is kept"
    assert done["after"]["outputData"] == {"result": 5}


async def test_heartbeats_go_on_while_a_child_works(stub: StubConductor, running: Running, tmp_path: Path) -> None:
    release = tmp_path / "release"
    stub.add("pay", "t1", inputData={"seconds": 600, "release": str(release)}, responseTimeoutSeconds=2)
    async with asyncio.timeout(SECONDS), running(isolated(process_workers.pause, lease_extend_enabled=True)):
        await stub.until(lambda: stub.heartbeats)
        assert not stub.results
        release.touch()
        await stub.until(lambda: stub.results)
    assert stub.result("t1")["status"] == "COMPLETED"
    assert {beat["taskId"] for beat in stub.heartbeats} == {"t1"}


async def test_coroutines_run_on_one_loop_of_the_child(stub: StubConductor, running: Running) -> None:
    done = await results_of(stub, running, {"one": {"what": "awaits"}, "two": {"what": "awaits"}})
    assert done["one"]["outputData"] == done["two"]["outputData"]


async def test_methods_and_workers_of_two_names_are_found(stub: StubConductor, running: Running) -> None:
    stub.add("service", "t1", inputData={"amount": 4})
    stub.add("second_name", "t2")
    second = process_workers.twice.__wrapped__.__conductor_worker__  # type: ignore[attr-defined]
    environ = {"CONDUCTOR_WORKER_SECOND_NAME_ISOLATION": "process"}
    async with asyncio.timeout(SECONDS), running(process_workers.Service(1.5), second, environ=environ):
        await stub.until(lambda: len(stub.results) == 2)
    assert stub.result("t1")["outputData"] == {"result": 6.0}
    assert stub.result("t2")["outputData"] == {"result": "two names"}


RESTORING = """
import contextlib, contextvars
from conductor_core import Plugins, Settings, hookimpl
current = contextvars.ContextVar("current", default=None)

@hookimpl
@contextlib.contextmanager
def conductor_restore_context(carrier):
    token = current.set(carrier.get("traceparent"))
    yield
    current.reset(token)
"""


class Carrying:
    """The parent's side: a wrapper sets a context variable, which is carried."""

    def __init__(self) -> None:
        self.span: ContextVar[str] = ContextVar("span")

    @hookimpl
    def conductor_wrap_execute(self, next: Execute) -> Execute:  # noqa: A002 - the contract's name
        async def traced(execution: ExecuteInput) -> object:
            self.span.set("span-1")
            return await next(execution)

        return traced

    @hookimpl
    def conductor_carry_context(self, carrier: dict[str, str]) -> None:
        carrier["traceparent"] = self.span.get()


async def test_plugins_carry_their_context_to_the_child(
    stub: StubConductor, running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Installed(tmp_path).distribution(
        "tracing", "1.0", "[conductor.plugins]\ntracing = tracing_plugin\n", tracing_plugin=RESTORING
    )
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    done = await results_of(stub, running, {"t1": {"what": "trace"}}, plugins=(Carrying(),))
    assert done["t1"]["outputData"] == {"result": "span-1"}


class Stumbling:
    """Fails at whatever it is asked for."""

    @hookimpl
    def conductor_carry_context(self, carrier: dict[str, str]) -> None:
        carrier["half"] = "done"
        raise RuntimeError("cannot carry")

    @hookimpl
    @contextlib.contextmanager
    def conductor_restore_context(self, carrier: Mapping[str, str]) -> Generator[None]:
        if carrier.get("when") == "begin":
            raise RuntimeError("cannot begin")
        yield
        raise RuntimeError("cannot end")


class Uninterested:
    @hookimpl
    def conductor_restore_context(self) -> None:
        return None


def test_a_plugin_that_cannot_carry_or_restore_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    carriers = Plugins.from_settings(Settings(), plugins=[Stumbling(), Uninterested()]).carriers()
    assert carriers.filled() == {"half": "done"}
    for when in ("begin", "end"):
        with carriers.restored({"when": when}):
            pass
        assert f"cannot {when}" in caplog.text
    with pytest.raises(LookupError, match="mine"), carriers.restored({}):
        raise LookupError("mine")


def _refused(function: Any) -> str:
    with pytest.raises(WorkerError) as caught:
        isolated(function)
    return str(caught.value)


def test_a_function_that_no_other_process_finds_is_refused_when_it_is_registered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def closure() -> None: ...

    assert "is a lambda" in _refused(lambda: None)
    assert "is defined inside another function" in _refused(closure)
    assert "write it as a def at the top of a module" in _refused(closure)

    notebook = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", notebook)
    exec("def cell(): ...", vars(notebook))  # noqa: S102 - as a notebook does
    assert "is of a notebook" in _refused(notebook.cell)
    with pytest.raises(WorkerError, match="must be 'thread' or 'process', got 'fork'"):
        define_worker("pay", print, WorkerOptions(isolation="fork"))


class Locked:
    """Holds what does not cross."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def work(self) -> None: ...


async def test_what_only_shows_when_workers_start_is_refused_then(stub: StubConductor, running: Running) -> None:
    def closure() -> None: ...

    environ = {"CONDUCTOR_WORKER_ISOLATION": "process"}
    with pytest.raises(WorkerError, match="is defined inside another function"):
        async with running(define_worker("pay", closure), environ=environ):
            pass
    with pytest.raises(WorkerError, match="cannot be pickled"):
        async with running(isolated(Locked().work)):
            pass
    hidden = types.FunctionType(process_workers.pause.__code__, dict(vars(process_workers)), "pause")
    hidden.__module__ = process_workers.__name__
    with pytest.raises(WorkerError, match="is not what its module has under that name"):
        async with running(isolated(hidden)):
            pass
    async with running(define_worker("pay", closure), environ=environ | {"CONDUCTOR_WORKER_PAY_ISOLATION": "thread"}):
        pass


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (-9, "was killed by SIGKILL (signal 9)"),
        (-250, "was killed by signal 250"),
        (1, "ended with exit code 1"),
        (255, "ended with exit code 255, or in an unknown way"),
        (0xC0000005, "ended with exit code 0XC0000005 (access violation)"),
        (None, "ended in an unknown way"),
    ],
)
def test_exit_codes_in_words(code: int | None, words: str) -> None:
    if os.name == "nt" and code == -9:
        pytest.skip("Windows has no SIGKILL")
    assert describe_exit(code) == words


async def test_a_child_that_cannot_start_ends_the_start_of_workers(
    stub: StubConductor, running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The module can be imported here, and raises in any other process."""
    source = f"import os\nassert os.getpid() == {os.getpid()}, 'only there'\ndef work(): ...\n"
    (tmp_path / "picky_module.py").write_text(source)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    picky = importlib.import_module("picky_module")
    with pytest.raises(WorkerError, match="AssertionError: only there"):
        async with running(isolated(picky.work)):
            pass


async def test_a_module_that_was_loaded_from_its_file_is_loaded_from_it_there_too(
    stub: StubConductor, running: Running, tmp_path: Path
) -> None:
    (tmp_path / "loose_module.py").write_text("def work(x: int) -> int:\n    return x + 1\n")
    loader = WorkerLoader()
    loader.scan_path(tmp_path, "loose")
    stub.add("pay", "t1", inputData={"x": 1})
    async with asyncio.timeout(SECONDS), running(isolated(loader.modules["loose.loose_module"].work)):
        await stub.until(lambda: stub.results)
    assert stub.result("t1")["outputData"] == {"result": 2}


@pytest.mark.skipif(os.name == "nt", reason="there is no signal 0 to look with")
async def test_a_task_that_is_given_back_does_not_run_on(stub: StubConductor, running: Running, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    stub.add("pay", "t1", inputData={"seconds": 600, "file": str(mark)})
    async with asyncio.timeout(SECONDS), running(isolated(process_workers.pause)) as handler:
        await stub.until(lambda: mark.exists() and mark.read_text())
        handler.force_stop()
        await handler.wait()
    assert stub.result("t1")["status"] == "IN_PROGRESS"
    pid = int(mark.read_text())
    async with asyncio.timeout(SECONDS):
        while _is_alive(pid):  # noqa: ASYNC110 - another process ends
            await asyncio.sleep(0.01)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_child_answers_over_its_pipe_until_it_is_closed() -> None:
    """The child's own loop, in a thread of this process."""
    ours, theirs = multiprocessing.Pipe()
    address = address_of("pay", process_workers.work)
    described = {"address": address.as_data(), "missing_as_none": False, "strict": False, "settings": {}}
    worker = ChildWorker(described)

    def serve() -> None:
        with contextlib.suppress(EOFError, OSError):
            worker.serve(Channel(theirs))

    thread = threading.Thread(target=serve)
    thread.start()
    channel = Channel(ours)

    def ask(what: str) -> tuple[list[Any], dict[str, Any]]:
        task: Any = {"taskId": "t1", "workflowInstanceId": "w1", "inputData": {"what": what}}
        before = ContextData(({"log": "before"},), None, {"kept": 1})
        channel.send(Request(task, before, {"traceparent": "00"}).as_data())
        logs: list[Any] = []
        while (message := channel.receive())["kind"] == "task_log":
            logs.append(message["entry"]["log"])
        return logs, message

    logs, answer = ask("context")
    assert logs == ["doing context"]
    assert (answer["kind"], answer["form"], answer["value"]["logs"]) == ("returned", "plain", 2)
    assert answer["context"]["callback_after_seconds"] == 9
    assert ask("in_progress")[1]["form"] == "in_progress"
    assert ask("own_result")[1]["value"]["reasonForIncompletion"] == "mine"
    raised = ask("raises_for_good")[1]
    assert (raised["type"], raised["terminal"], raised["text"]) == ("UnknownCardError", True, "card unknown")
    assert raised["context"]["output"] == {"kept": 1}
    assert isinstance(ask("awaits")[1]["value"], int)
    channel.close()
    thread.join(20)
    assert not thread.is_alive()
    theirs.close()


async def test_listeners_are_told_in_the_parent_whatever_they_hold(stub: StubConductor, running: Running) -> None:
    """A listener need not be pickled: it stays where it was made, also for workers of other processes."""

    class Listener:
        def __init__(self) -> None:
            self.lock = threading.Lock()  # nothing that could cross to another process
            self.told: list[tuple[str, int]] = []

        def on_task_execution_completed(self, event: Any) -> None:
            with self.lock:
                self.told.append((event.task_id, os.getpid()))

    listener = Listener()
    found = await results_of(stub, running, {"t1": {"what": "whereabouts"}}, event_listeners=[listener])
    assert listener.told == [("t1", os.getpid())]
    assert found["t1"]["outputData"]["pid"] != os.getpid()
