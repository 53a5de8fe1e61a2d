"""Both faces of every client method: the same requests, the same answers, the same errors, and respx sees all of it."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any, cast

import pytest
import pytest_asyncio
import respx

from conductor_core import AsyncConductor, Call, Conductor, errors
from conductor_core.http import Request, Response, TimeoutException
from conductor_workflows import StartWorkflowRequest
from tests.contract import _spec
from tests.contract._calls import all_sent, declarations, is_plain, methods
from tests.contract._conductors import URL, awaiting, blocking
from tests.contract._examples import example
from tests.contract._samples import arguments_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

PLAIN = [pytest.param(client, name, id=f"{client}.{name}") for client, name in methods() if is_plain(client, name)]
HINTED = [
    pytest.param(client, name, id=f"{client}.{name}")
    for client, name in methods()
    if any(sent.call.hint and (sent.client, sent.method) == (client, name) for sent in all_sent())
]
ALL = [pytest.param(client, name, id=f"{client}.{name}") for client, name in methods()]
Seen = list[tuple[str, str, bytes]]
Both = tuple[Conductor, AsyncConductor]

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _answers(seen: Seen) -> Callable[[Request], Response]:
    """Answer each request as the document describes it, with a state that ends every wait."""
    keys = {(sent.call.method, sent.call.target.partition("?")[0]): sent.key for sent in all_sent()}

    def answer(request: Request) -> Response:
        seen.append((request.method, str(request.url), request.read()))
        path = request.url.raw_path.decode().partition("?")[0].removeprefix("/api")
        if (request.method, path) not in keys:  # the question which server this is
            return Response(200, json={})
        schema = _spec.answer_of(keys[request.method, path])
        if schema is None:
            return Response(200, json=[])
        document = example(schema)
        if schema.get("x-content"):
            return Response(200, text=document, headers={"content-type": "text/plain"})
        return Response(200, json=_ended(document))

    return answer


def _ended(document: object) -> object:
    """The same execution after its end, so that nothing waits for it."""
    if not isinstance(document, dict):
        return document
    found = cast("dict[str, object]", document)
    return {**found, "status": "COMPLETED"} if found.get("status") == "RUNNING" else found


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def conductors() -> AsyncIterator[Both]:
    """A conductor of each face."""
    with blocking() as sync_conductor:
        async with awaiting() as async_conductor:
            yield sync_conductor, async_conductor


async def _on_both(conductors: Both, client: str, name: str) -> tuple[tuple[Any, Any], tuple[Seen, Seen]]:
    arguments = arguments_of(declarations(client)[name])
    sync_seen: Seen = []
    async_seen: Seen = []
    with respx.mock() as router:
        router.route().mock(side_effect=_answers(sync_seen))
        sync_answer = _all(lambda: getattr(getattr(conductors[0], client), name)(**arguments))
        router.route().mock(side_effect=_answers(async_seen))
        async_answer = await _all_awaited(lambda: getattr(getattr(conductors[1], client), name)(**arguments))
    return (sync_answer, async_answer), (sync_seen, async_seen)


def _all(method: Callable[[], Any]) -> Any:
    """The answer, all items of a stream, or what a flow says that does not find what it looks for in an example."""
    try:
        answer = method()
        return list(answer) if inspect.isgenerator(answer) else answer
    except errors.ConductorError as error:
        return str(error)


async def _all_awaited(method: Callable[[], Any]) -> Any:
    try:
        answer = method()
        return [item async for item in answer] if inspect.isasyncgen(answer) else await answer
    except errors.ConductorError as error:
        return str(error)


@pytest.mark.parametrize(("client", "name"), ALL)
async def test_both_faces_send_and_answer_the_same(client: str, name: str, conductors: Both) -> None:
    (sync_answer, async_answer), (sync_seen, async_seen) = await _on_both(conductors, client, name)
    assert sync_answer == async_answer
    assert sync_seen == async_seen != []


@pytest.mark.parametrize(("client", "name"), ALL)
async def test_a_method_shows_its_own_signature_and_description(client: str, name: str, conductors: Both) -> None:
    endpoint = declarations(client)[name]
    for conductor in conductors:
        bound = getattr(getattr(conductor, client), name)
        assert "self" not in inspect.signature(bound).parameters
        assert list(inspect.signature(bound).parameters) == list(inspect.signature(endpoint.builder).parameters)[1:]
        assert bound.__doc__ == endpoint.builder.__doc__
        assert bound.__doc__.partition("\n")[0].endswith(".")


ERRORS = [
    (400, errors.BadRequestError, False),
    (401, errors.AuthenticationError, False),
    (403, errors.PermissionDeniedError, False),
    (404, errors.NotFoundError, False),
    (405, errors.NotSupportedByServerError, False),
    (409, errors.ConflictError, False),
    (413, errors.PayloadTooLargeError, False),
    (422, errors.BadRequestError, False),
    (429, errors.RateLimitedError, True),
    (500, errors.ServerError, False),
    (503, errors.ServerError, True),
]
PROBLEMS = [{"path": "name", "message": "must not be empty", "invalidValue": ""}]


@pytest.mark.parametrize(("status", "kind", "retryable"), ERRORS)
async def test_each_status_has_its_error(
    status: int,
    kind: type[errors.ApiError],
    retryable: bool,  # noqa: FBT001 - a column of the table
    conductors: Both,
) -> None:
    document = {"status": status, "message": "no", "retryable": False, "validationErrors": PROBLEMS}
    with respx.mock() as router:
        router.route().mock(return_value=Response(status, json=document))
        with pytest.raises(kind) as on_sync:
            conductors[0].workflows.get_workflow("an id")
        with pytest.raises(kind) as on_async:
            await conductors[1].workflows.get_workflow("an id")
    for error in (on_sync.value, on_async.value):
        assert type(error) is kind
        assert (error.method, error.url) == ("GET", f"{URL}/workflow/an%20id")
        assert (error.status, error.server_message, error.retryable) == (status, "no", retryable)
        assert list(error.validation_errors) == PROBLEMS
        assert "name: must not be empty" in str(error)
    assert str(on_sync.value) == str(on_async.value)


@pytest.mark.parametrize(("client", "name"), PLAIN)
async def test_every_method_raises_on_both_faces(client: str, name: str, conductors: Both) -> None:
    endpoint = declarations(client)[name]
    arguments = arguments_of(endpoint)
    with respx.mock() as router:
        router.route().mock(return_value=Response(409, json={"message": "no"}))
        with pytest.raises(errors.ConflictError) as on_sync:
            getattr(getattr(conductors[0], client), name)(**arguments)
        with pytest.raises(errors.ConflictError) as on_async:
            await getattr(getattr(conductors[1], client), name)(**arguments)
    call = endpoint.builder(None, **arguments)
    for error in (on_sync.value, on_async.value):
        assert (error.method, error.url, error.server_message) == (call.method, _url_of(call), "no")


def _url_of(call: Call[Any]) -> str:
    return (URL.removesuffix("/api") if call.beside_api else URL) + call.target


@pytest.mark.parametrize(("client", "name"), HINTED)
async def test_a_path_that_the_server_does_not_know_says_what_to_use(client: str, name: str, conductors: Both) -> None:
    arguments = arguments_of(declarations(client)[name])
    hints = {sent.call.hint for sent in all_sent() if (sent.client, sent.method) == (client, name)} - {""}
    with respx.mock() as router:
        router.route().mock(return_value=Response(404, json={"message": "No static resource api/x."}))
        with pytest.raises(errors.NotSupportedByServerError) as caught:
            getattr(getattr(conductors[0], client), name)(**arguments)
    assert any(hint in str(caught.value) for hint in hints)


async def test_no_answer_in_time_is_the_same_error_on_both_faces(conductors: Both) -> None:
    with respx.mock() as router:
        router.route().mock(side_effect=TimeoutException("late"))
        with pytest.raises(errors.RequestTimeoutError) as on_sync:
            conductors[0].workflows.get_workflow("id")
        with pytest.raises(errors.RequestTimeoutError) as on_async:
            await conductors[1].workflows.get_workflow("id")
    assert str(on_sync.value) == str(on_async.value)


async def test_respx_matches_a_route_by_path_query_and_body(conductors: Both) -> None:
    request = StartWorkflowRequest(name="orders", input={"n": 1})
    with respx.mock(base_url=URL) as router:
        route = router.post("/workflow", json={"name": "orders", "input": {"n": 1}}).respond(text="an-id")
        read = router.get("/workflow/an-id", params={"includeTasks": "true"}).respond(json={"workflowId": "an-id"})
        assert conductors[0].workflows.start_workflow(request) == "an-id"
        assert await conductors[1].workflows.start_workflow(request) == "an-id"
        assert (await conductors[1].workflows.get_workflow("an-id")).workflow_id == "an-id"
    assert (route.call_count, read.call_count) == (2, 1)
    assert json.loads(route.calls.last.request.content) == {"name": "orders", "input": {"n": 1}}
