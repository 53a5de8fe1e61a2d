"""Routes of forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from starlette.routing import Route

from conductor_embedded.routing import (
    InvalidRequest,
    NotFound,
    bool_query,
    document,
    json_body,
    nothing,
    optional_int,
    part,
    whole_number,
)
from conductor_human_tasks._embedded._routes import definition_of, human_record
from conductor_human_tasks._embedded._work import Document, as_items, as_object, as_objects

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from conductor_embedded import EngineApi
    from conductor_human_tasks._embedded._templates import TemplateStore


class TemplateRoutes:
    """`/human/template`: forms by name and version, of a task, and their tags."""

    def __init__(self, engine: EngineApi, templates: TemplateStore) -> None:
        self._engine = engine
        self._templates = templates

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        base = "/human/template"
        return [
            Route(base, self._list, methods=["GET"]),
            Route(base, self._save, methods=["POST"]),
            Route(f"{base}/bulk", self._save_many, methods=["POST"]),
            Route(f"{base}/{{name}}/tags", self._get_tags, methods=["GET"]),
            Route(f"{base}/{{name}}/tags", self._set_tags, methods=["PUT"]),
            Route(f"{base}/{{name}}/tags", self._delete_tags, methods=["DELETE"]),
            Route(f"{base}/{{task_id}}", self._of_task, methods=["GET"]),
            Route(f"{base}/{{name}}", self._delete, methods=["DELETE"]),
            Route(f"{base}/{{name}}/{{version}}", self._get, methods=["GET"]),
            Route(f"{base}/{{name}}/{{version}}", self._delete, methods=["DELETE"]),
        ]

    async def _list(self, request: Request) -> Response:
        return document(self._templates.find(request.query_params.get("name"), optional_int(request, "version")))

    async def _save(self, request: Request) -> Response:
        (stored,) = self._stored([await json_body(request)], request)
        return document(stored)

    async def _save_many(self, request: Request) -> Response:
        body = await json_body(request)
        if not isinstance(body, list):
            raise InvalidRequest("templates must be a list")
        return document(self._stored(as_items(cast("object", body)), request))

    def _stored(self, templates: list[object], request: Request) -> list[Document]:
        is_new = bool_query(request, "newVersion", default=False)
        return [self._templates.save(as_object(template), is_new_version=is_new) for template in templates]

    async def _get(self, request: Request) -> Response:
        return document(self._templates.get(part(request, "name"), whole_number("version", part(request, "version"))))

    async def _of_task(self, request: Request) -> Response:
        task_id = part(request, "task_id")
        template = self._templates.for_task(definition_of(human_record(self._engine, task_id)))
        if template is None:
            raise NotFound(f"Human task {task_id} has no template")
        return document(template)

    async def _delete(self, request: Request) -> Response:
        version = request.path_params.get("version")
        self._templates.delete(part(request, "name"), None if version is None else whole_number("version", version))
        return nothing()

    async def _get_tags(self, request: Request) -> Response:
        return document(self._templates.tags(self._known(request)))

    async def _set_tags(self, request: Request) -> Response:
        self._templates.set_tags(self._known(request), as_objects(await json_body(request)))
        return nothing()

    async def _delete_tags(self, request: Request) -> Response:
        self._templates.remove_tags(self._known(request), as_objects(await json_body(request)))
        return nothing()

    def _known(self, request: Request) -> str:
        name = part(request, "name")
        self._templates.get(name, None)
        return name
