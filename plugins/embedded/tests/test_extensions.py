"""What other distributions add to an engine, in code and through entry points."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from conductor_core.errors import PluginError
from conductor_core.hookspecs import hookimpl
from conductor_core.http import Client
from conductor_core.settings import Settings
from conductor_embedded._extensions import Extensions
from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded.routing import Conflict, document, part, text_query
from conductor_embedded.store import Store
from conductor_embedded.system_tasks import Human, SystemTask, SystemTasks, begin
from conductor_embedded.testing import VirtualEngine
from conductor_embedded.transport import EmbeddedTransportFactory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from starlette.requests import Request

    from conductor_embedded._engine_api import EngineApi
    from conductor_embedded._values import Document
    from conductor_embedded.decider._draft import Draft

WAIT = {"name": "w", "type": "WAIT"}


class Pause(SystemTask):
    type = "ACME_PAUSE"

    def execute(self, draft: Draft, task: TaskState) -> bool:
        draft.end_task(task, TaskStatus.COMPLETED)
        return True


class Plugin:
    @hookimpl
    def conductor_embedded_routes(self, engine: EngineApi) -> Sequence[Route]:
        async def queues(_request: Request) -> Response:
            return JSONResponse(engine.queue_all())

        return [Route("/acme/queues", queues)]

    @hookimpl
    def conductor_embedded_system_tasks(self) -> Sequence[SystemTask]:
        return [Pause()]


class BrokenPlugin:
    @hookimpl
    def conductor_embedded_system_tasks(self) -> Sequence[SystemTask]:
        raise RuntimeError("out of order")


def test_a_plugin_adds_routes_and_task_types() -> None:
    with VirtualEngine(plugins=(Plugin(),)) as engine:
        factory = EmbeddedTransportFactory(engine.settings)
        with Client(transport=factory.sync_transport(), base_url=factory.base_url()) as client:
            tasks = [{"name": "n", "taskReferenceName": "n", "type": "ACME_PAUSE"}]
            client.post("/metadata/workflow", json={"name": "w", "version": 1, "tasks": tasks})
            workflow_id = client.post("/workflow", json={"name": "w"}).text

            assert client.get(f"/workflow/{workflow_id}").json()["status"] == "COMPLETED"
            assert client.get("/acme/queues").json() == {}
        factory.close()


def test_a_broken_plugin_is_left_out_and_named(caplog: pytest.LogCaptureFixture) -> None:
    types = {task.type for task in Extensions(plugins=(BrokenPlugin(), Plugin())).system_tasks()}

    assert {"SWITCH", "ACME_PAUSE"} <= types
    assert "out of order" in caplog.text


class PoliteHuman(SystemTask):
    """Takes the place of the engine's own HUMAN, and answers what it is told."""

    type = "HUMAN"
    is_replacement = True

    def execute(self, draft: Draft, task: TaskState) -> bool:
        return begin(draft, task)

    def receive(self, draft: Draft, task: TaskState, message: Document) -> None:
        if not task.is_open:
            raise Conflict("too late")
        draft.edit(task).extra = {"heard": message["say"]}
        draft.end_task(task, TaskStatus.COMPLETED, output={"answer": f"you said {message['say']}"})


class PolitePlugin:
    @hookimpl
    def conductor_embedded_routes(self, engine: EngineApi) -> Sequence[Route]:
        async def say(request: Request) -> Response:
            engine.send_to_task(part(request, "task_id"), {"say": text_query(request, "words")})
            heard = engine.documents("polite.heard")
            heard.put(part(request, "task_id"), engine.task_record(part(request, "task_id")).extra)
            return document({"all": heard.items(), "extras": [one.extra for one in engine.task_records("HUMAN")]})

        return [Route("/polite/{task_id}", say, methods=["POST"])]

    @hookimpl
    def conductor_embedded_system_tasks(self) -> Sequence[SystemTask]:
        return [PoliteHuman()]


def test_a_plugin_replaces_a_task_type_and_talks_to_its_tasks() -> None:
    with VirtualEngine(plugins=(PolitePlugin(),)) as engine:
        factory = EmbeddedTransportFactory(engine.settings)
        with Client(transport=factory.sync_transport(), base_url=factory.base_url()) as client:
            tasks = [{"name": "h", "taskReferenceName": "h", "type": "HUMAN"}, {**WAIT, "taskReferenceName": "w"}]
            client.post("/metadata/workflow", json={"name": "w", "version": 1, "tasks": tasks})
            workflow_id = client.post("/workflow", json={"name": "w"}).text
            task_id = client.get(f"/workflow/{workflow_id}").json()["tasks"][0]["taskId"]

            heard = client.post(f"/polite/{task_id}", params={"words": "hello"}).json()
            assert heard == {"all": {task_id: {"heard": "hello"}}, "extras": [{"heard": "hello"}]}
            human, wait = client.get(f"/workflow/{workflow_id}").json()["tasks"]
            assert (human["status"], human["outputData"]) == ("COMPLETED", {"answer": "you said hello"})
            late = client.post(f"/polite/{task_id}")
            assert (late.status_code, late.json()["message"]) == (409, "too late")
            deaf = client.post(f"/polite/{wait['taskId']}")
            assert (deaf.status_code, "takes no messages" in deaf.json()["message"]) == (400, True)
            assert client.post("/polite/nobody").status_code == 404
        factory.close()


def test_two_task_types_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two task types are called 'HUMAN'"):
        SystemTasks([PoliteHuman(), Human(), PoliteHuman()])
    assert isinstance(SystemTasks([PoliteHuman(), Human()]).get("HUMAN"), PoliteHuman)


def test_documents_of_plugins_are_kept_apart_and_forgotten() -> None:
    store = Store()
    ours, theirs = store.collection("ours"), store.collection("theirs")
    ours.put("b", {"n": 1})
    ours.put("a", {"n": None})
    ours.put("b", {"n": 2})
    assert ours.items() == {"a": {"n": None}, "b": {"n": 2}}
    assert (theirs.items(), theirs.get("a"), ours.get("a")) == ({}, None, {"n": None})
    assert (ours.delete("a"), ours.delete("a"), list(ours.items())) == (True, False, ["b"])
    store.close()


def test_a_misspelt_hook_is_refused() -> None:
    class Misspelt:
        @hookimpl
        def conductor_embedded_route(self) -> None:
            """Register nothing."""

    with pytest.raises(Exception, match="conductor_embedded_route"):
        Extensions(plugins=(Misspelt(),))


SOURCES = {
    "acme_half": "from conductor_core.hookspecs import hookimpl\n"
    "@hookimpl\ndef conductor_embedded_routes():\n"
    "    from starlette.routing import Route\n    return [Route('/acme', print)]\n",
    "broken_half": "raise ImportError('no such library')\n",
}


def install(folder: Path, distribution: str, name: str, module: str) -> None:
    information = folder / f"{distribution.replace('-', '_')}-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(f"[conductor.embedded]\n{name} = {module}\n")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two distributions with entry points: one that works, one that cannot be imported."""
    for name, source in SOURCES.items():
        (tmp_path / f"{name}.py").write_text(source)
        install(tmp_path, name.replace("_", "-"), name, name)
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return tmp_path


def test_two_plugins_of_one_name_are_refused(installed: Path) -> None:
    install(installed, "other-acme", "acme_half", "broken_half")

    with pytest.raises(
        PluginError, match=r"'acme_half' is offered twice: by acme-half 1\.0 \(.*\) and by other-acme 1\.0"
    ):
        Extensions(Settings())
    Extensions(Settings(disabled_plugins=("Other_Acme",)))


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("settings", "loaded"),
    [
        (None, set[str]()),
        (Settings(), {"acme_half"}),
        (Settings(disabled_plugins=("*",)), set[str]()),
        (Settings(disabled_plugins=("Acme_Half",)), set[str]()),
        (Settings(disabled_plugins=("embedded:acme_half",)), set[str]()),
        (Settings(load_plugins=("acme_half",)), {"acme_half"}),
        (Settings(load_plugins=()), set[str]()),
    ],
)
def test_entry_points_are_loaded_as_settings_say(settings: Settings | None, loaded: set[str]) -> None:
    Extensions(settings)

    assert set(sys.modules) & {"acme_half", "broken_half"} == loaded


@pytest.mark.usefixtures("installed")
def test_a_distribution_that_cannot_be_imported_is_named(caplog: pytest.LogCaptureFixture) -> None:
    Extensions(Settings())

    assert "embedded:broken_half of broken-half 1.0 is skipped" in caplog.text
    assert "no such library" in caplog.text
