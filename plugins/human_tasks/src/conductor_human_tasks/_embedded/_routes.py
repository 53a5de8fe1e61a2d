"""Routes of people's tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from starlette.routing import Route

from conductor_embedded.routing import (
    InternalError,
    InvalidRequest,
    NotFound,
    bool_query,
    document,
    json_body,
    list_query,
    nothing,
    part,
    required_query,
)
from conductor_human_tasks._embedded._entries import entry_of, is_shown
from conductor_human_tasks._embedded._search import matching, search
from conductor_human_tasks._embedded._work import DEFINITION, Document, as_items, as_object, as_objects

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from conductor_embedded import EngineApi, TaskRecord
    from conductor_human_tasks._embedded._templates import TemplateStore

_TYPE = "HUMAN"
_SEARCH_TYPES = ("ADMIN", "INBOX")


class HumanTaskRoutes:
    """`/human/tasks`: search, claim, release, update, complete."""

    def __init__(self, engine: EngineApi, templates: TemplateStore) -> None:
        self._engine = engine
        self._templates = templates

    def routes(self) -> list[Route]:
        """Return the table of routes; those with fixed words come before those with ids."""
        base = "/human/tasks"
        return [
            Route(f"{base}/search", self._search, methods=["POST"]),
            Route(f"{base}/update/taskRef", self._update_by_ref, methods=["POST"]),
            Route(f"{base}/getTaskDisplayNames", self._display_names, methods=["GET"]),
            Route(f"{base}/backPopulateFullTextIndex", self._rebuild_index, methods=["GET"]),
            Route(f"{base}/delete", self._forget_many, methods=["DELETE"]),
            Route(f"{base}/delete/{{task_id}}", self._forget, methods=["DELETE"]),
            Route(f"{base}/{{task_id}}", self._get, methods=["GET"]),
            Route(f"{base}/{{task_id}}/conductorTask", self._get_task, methods=["GET"]),
            Route(f"{base}/{{task_id}}/claim", self._claim, methods=["POST"]),
            Route(f"{base}/{{task_id}}/externalUser/{{user}}", self._claim, methods=["POST"]),
            Route(f"{base}/{{task_id}}/release", self._release, methods=["POST"]),
            Route(f"{base}/{{task_id}}/reassign", self._reassign, methods=["POST"]),
            Route(f"{base}/{{task_id}}/update", self._update, methods=["POST"]),
            Route(f"{base}/{{task_id}}/skip", self._skip, methods=["POST"]),
        ]

    async def _search(self, request: Request) -> Response:
        wanted = _object(await json_body(request), "a search")
        entries = (entry_of(record) for record in self._engine.task_records(_TYPE) if is_shown(record))
        return document(search(entries, wanted))

    async def _display_names(self, request: Request) -> Response:
        kind = required_query(request, "searchType")
        if kind not in _SEARCH_TYPES:
            raise InternalError(f"searchType must be one of {', '.join(_SEARCH_TYPES)}, got {kind!r}")
        entries = (entry_of(record) for record in self._engine.task_records(_TYPE) if is_shown(record))
        names = {str(entry["displayName"]) for entry in matching(entries, {"searchType": kind})}
        return document(sorted(names))

    async def _rebuild_index(self, _request: Request) -> Response:
        return document({})  # searches read the tasks themselves

    async def _get(self, request: Request) -> Response:
        return self._entry(request)

    async def _get_task(self, request: Request) -> Response:
        return document(self._record(part(request, "task_id")).task)

    async def _claim(self, request: Request) -> Response:
        override = bool_query(request, "overrideAssignment", default=False)
        self._send(request, do="claim", user=request.path_params.get("user"), override=override)
        return self._entry(request)

    async def _release(self, request: Request) -> Response:
        return self._send(request, do="release")

    async def _reassign(self, request: Request) -> Response:
        return self._send(request, do="reassign", assignments=await json_body(request))

    async def _update(self, request: Request) -> Response:
        output = _object(await json_body(request), "an output")
        return self._send(request, do="update", output=output, complete=bool_query(request, "complete", default=False))

    async def _skip(self, request: Request) -> Response:
        return self._send(request, do="skip", reason=request.query_params.get("reason"))

    async def _update_by_ref(self, request: Request) -> Response:
        workflow_id, name = required_query(request, "workflowId"), required_query(request, "taskRefName")
        suffix = "".join(f"__{number}" for number in list_query(request, "iteration"))
        complete = bool_query(request, "complete", default=False)
        output = _object(await json_body(request), "an output")
        found = _open_human_task(self._engine.get_workflow(workflow_id), name, suffix)
        if found is None:
            raise NotFound(f"Workflow {workflow_id} has no open human task {name}{suffix}")
        message: Document = {"do": "update", "output": output, "complete": complete, "unclaimed": True}
        self._engine.send_to_task(found, message)
        return nothing()

    async def _forget(self, request: Request) -> Response:
        return self._send(request, do="forget")

    async def _forget_many(self, request: Request) -> Response:
        ids = await json_body(request)
        if not isinstance(ids, list):
            raise InvalidRequest("task ids must be a list")
        for task_id in map(str, as_items(cast("object", ids))):
            self._record(task_id)
            self._engine.send_to_task(task_id, {"do": "forget"})
        return nothing()

    def _send(self, request: Request, **message: object) -> Response:
        task_id = part(request, "task_id")
        self._record(task_id)
        self._engine.send_to_task(task_id, message)
        return nothing()

    def _entry(self, request: Request) -> Response:
        record = self._record(part(request, "task_id"))
        with_template = bool_query(request, "withTemplate", default=False)
        template = self._templates.for_task(definition_of(record)) if with_template else None
        return document(entry_of(record, template))

    def _record(self, task_id: str) -> TaskRecord:
        return human_record(self._engine, task_id)


def human_record(engine: EngineApi, task_id: str) -> TaskRecord:
    """Return a person's task.

    Raises:
        NotFound: there is no such task, it is not a person's, or its record was deleted.
    """
    record = engine.task_record(task_id)
    if record.task["taskType"] != _TYPE or not is_shown(record):
        raise NotFound(f"Human task not found for taskId: {task_id}")
    return record


def definition_of(record: TaskRecord) -> Document:
    """Return what the workflow definition says about a person's task."""
    return as_object(as_object(record.task.get("inputData")).get(DEFINITION))


def _object(value: object, what: str) -> Document:
    if not isinstance(value, dict):
        raise InvalidRequest(f"{what} must be a JSON object, got {type(value).__name__}")
    return as_object(cast("object", value))


def _open_human_task(workflow: Document, name: str, suffix: str) -> str | None:
    for task in reversed(as_objects(workflow.get("tasks"))):
        reference = str(task.get("referenceTaskName"))
        fits = reference == name + suffix or (not suffix and reference.partition("__")[0] == name)
        if fits and (task.get("taskType"), task.get("status")) == (_TYPE, "IN_PROGRESS"):
            return str(task["taskId"])
    return None
