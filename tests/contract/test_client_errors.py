"""Each client says no in the same five ways, on both faces: the class of the error, its message and its fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
import respx

from conductor_core import errors
from conductor_core.http import Response
from tests.contract._calls import clients, declarations, is_plain
from tests.contract._conductors import URL, awaiting, blocking
from tests.contract._samples import arguments_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from conductor_core import AsyncConductor, Call, Conductor

pytestmark = pytest.mark.asyncio(loop_scope="module")
Both = tuple["Conductor", "AsyncConductor"]


@dataclass(frozen=True)
class Refusal:
    """An answer that says no, and the error that it must become."""

    status: int
    message: str
    kind: type[errors.ApiError]
    problems: tuple[dict[str, str], ...] = ()


REFUSALS = {
    "not found": Refusal(404, "there is none of this name", errors.NotFoundError),
    "invalid": Refusal(400, "wrong", errors.BadRequestError, ({"path": "name", "message": "must not be empty"},)),
    "conflict": Refusal(409, "it exists", errors.ConflictError),
    "permission": Refusal(403, "not yours", errors.PermissionDeniedError),
    "not on this server": Refusal(404, "No static resource api/x.", errors.NotSupportedByServerError),
}


def _call_of(client: str) -> tuple[str, dict[str, Any], Call[Any]]:
    """A method of a client that is one call: its name, arguments for it, and the call."""
    plain = [name for name in sorted(declarations(client)) if is_plain(client, name)]
    for name in plain:
        declaration = declarations(client)[name]
        arguments = arguments_of(declaration)
        call = declaration.builder(None, **arguments)
        if not call.beside_api and not call.orkes_only:
            return name, arguments, call
    raise AssertionError(f"{client} has no plain method")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def conductors() -> AsyncIterator[Both]:
    """A conductor of each face."""
    with blocking() as sync_conductor:
        async with awaiting() as async_conductor:
            yield sync_conductor, async_conductor


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS.keys())
@pytest.mark.parametrize("client", sorted(clients()))
async def test_a_client_says_no(client: str, refusal: Refusal, conductors: Both) -> None:
    name, arguments, call = _call_of(client)
    document = {"status": refusal.status, "message": refusal.message, "validationErrors": list(refusal.problems)}
    with respx.mock() as router:
        router.route().mock(return_value=Response(refusal.status, json=document))
        with pytest.raises(errors.ApiError) as on_sync:
            getattr(getattr(conductors[0], client), name)(**arguments)
        with pytest.raises(errors.ApiError) as on_async:
            await getattr(getattr(conductors[1], client), name)(**arguments)
    for error in (on_sync.value, on_async.value):
        assert type(error) is refusal.kind
        assert (error.method, error.url, error.status) == (call.method, URL + call.target, refusal.status)
        assert error.server_message == refusal.message
        assert list(error.validation_errors) == list(refusal.problems)
        assert not error.retryable
        assert refusal.message in str(error)
        assert all(problem["message"] in str(error) for problem in refusal.problems)
    assert str(on_sync.value) == str(on_async.value)
