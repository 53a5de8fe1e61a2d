"""Routes of task and workflow definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from conductor_embedded._values import as_int
from conductor_embedded.api._answers import document, nothing
from conductor_embedded.api._reading import bool_query, json_body, optional_int, part, whole_number

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from conductor_embedded._engine_api import Document, EngineApi
    from conductor_embedded.validation import Validation

_VERSION_FIELDS = ("name", "version", "createTime", "updateTime")


class TaskDefinitionRoutes:
    """`/metadata/taskdefs`."""

    def __init__(self, engine: EngineApi, validation: Validation) -> None:
        self._engine = engine
        self._validation = validation

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        at = "/metadata/taskdefs"
        return [
            Route(at, self._list, methods=["GET"]),
            Route(at, self._put_all, methods=["POST"]),
            Route(at, self._update, methods=["PUT"]),
            Route(f"{at}/{{name}}", self._get, methods=["GET"]),
            Route(f"{at}/{{name}}", self._delete, methods=["DELETE"]),
        ]

    async def _list(self, _request: Request) -> Response:
        return document(self._engine.list_task_defs())

    async def _put_all(self, request: Request) -> Response:
        self._engine.put_task_defs(self._validation.task_defs(await json_body(request)))
        return nothing()

    async def _update(self, request: Request) -> Response:
        self._engine.update_task_def(self._validation.task_def(await json_body(request)))
        return nothing()

    async def _get(self, request: Request) -> Response:
        return document(self._engine.get_task_def(part(request, "name")))

    async def _delete(self, request: Request) -> Response:
        self._engine.delete_task_def(part(request, "name"))
        return nothing()


class WorkflowDefinitionRoutes:
    """`/metadata/workflow`."""

    def __init__(self, engine: EngineApi, validation: Validation) -> None:
        self._engine = engine
        self._validation = validation

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        at = "/metadata/workflow"
        return [
            Route(at, self._list, methods=["GET"]),
            Route(at, self._create, methods=["POST"]),
            Route(at, self._update_all, methods=["PUT"]),
            Route(f"{at}/validate", self._validate, methods=["POST"]),
            Route(f"{at}/names", self._names, methods=["GET"]),
            Route(f"{at}/names-and-versions", self._names_and_versions, methods=["GET"]),
            Route(f"{at}/latest-versions", self._latest, methods=["GET"]),
            Route(f"{at}/{{name}}", self._get, methods=["GET"]),
            Route(f"{at}/{{name}}/versions", self._versions, methods=["GET"]),
            Route(f"{at}/{{name}}/{{version}}", self._delete, methods=["DELETE"]),
        ]

    async def _list(self, _request: Request) -> Response:
        return document(self._engine.list_workflow_defs())

    async def _create(self, request: Request) -> Response:
        overwrite = bool_query(request, "overwrite", default=False)
        definition = self._validation.workflow_def(await json_body(request))
        self._engine.create_workflow_def(definition, overwrite=overwrite)
        return nothing()

    async def _update_all(self, request: Request) -> Response:
        return document(self._engine.update_workflow_defs(self._validation.workflow_defs(await json_body(request))))

    async def _validate(self, request: Request) -> Response:
        self._validation.workflow_def(await json_body(request), "validateWorkflowDef.arg0")
        return nothing()

    async def _names(self, _request: Request) -> Response:
        return document(list(self._by_name()))

    async def _names_and_versions(self, _request: Request) -> Response:
        return document({name: [_version(each) for each in found] for name, found in self._by_name().items()})

    async def _latest(self, _request: Request) -> Response:
        return document([definitions[-1] for definitions in self._by_name().values()])

    async def _get(self, request: Request) -> Response:
        return document(self._engine.get_workflow_def(part(request, "name"), optional_int(request, "version")))

    async def _versions(self, request: Request) -> Response:
        return document([_version(each) for each in self._by_name().get(part(request, "name"), [])])

    async def _delete(self, request: Request) -> Response:
        version = whole_number("version", part(request, "version"))
        self._engine.delete_workflow_def(part(request, "name"), version)
        return nothing()

    def _by_name(self) -> dict[str, list[Document]]:
        """Return all definitions by name, each in the order of its versions."""
        found: dict[str, list[Document]] = {}
        for definition in sorted(self._engine.list_workflow_defs(), key=lambda each: as_int(each.get("version"))):
            found.setdefault(str(definition.get("name")), []).append(definition)
        return dict(sorted(found.items()))


def _version(definition: Document) -> Document:
    return {field: definition[field] for field in _VERSION_FIELDS if field in definition}
