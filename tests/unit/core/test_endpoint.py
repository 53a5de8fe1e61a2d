"""One declaration, two faces."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Api, Call, Face, NotFoundError, Sleep, endpoint, get, post
from conductor_core._endpoint import endpoints_of
from conductor_core.errors import InvalidArgumentError
from conductor_core.http import Response
from tests._support.fake_server import answering, async_conductor_for, conductor_for

if TYPE_CHECKING:
    from conductor_core import Flow


class PetApi(Api[Face], name="pets"):
    @endpoint
    def pet(self, pet_id: str, *, full: bool = False) -> Call[dict[str, Any]]:
        """Fetch one pet."""
        return get("/pets/{}", pet_id, query={"full": full}, returns=dict[str, Any])

    @endpoint
    def rename(self, pet_id: str, name: str) -> Call[None]:
        """Give a pet another name."""
        return post("/pets/{}/name", pet_id, text=name)

    @endpoint
    def pet_or_none(self, pet_id: str) -> Flow[dict[str, Any] | None]:
        """Fetch one pet, or None when there is none."""
        try:
            return (yield from PetApi.pet.call(self, pet_id, full=True))
        except NotFoundError:
            return None

    @endpoint
    def patient(self, pet_id: str, seconds: float) -> Flow[dict[str, Any]]:
        """Wait, then fetch."""
        yield Sleep(seconds)
        return (yield from PetApi.pet.call(self, pet_id))


class BigPetApi(PetApi[Face], name="big-pets"):
    @endpoint
    def weight(self, pet_id: str) -> Call[float]:
        """Fetch the weight of a pet."""
        return get("/pets/{}/weight", pet_id, returns=float)


def test_the_sync_face_answers_at_once() -> None:
    server = answering(Response(200, json={"name": "Rex"}))
    with conductor_for(server) as conductor:
        assert conductor.client(PetApi).pet("1", full=True) == {"name": "Rex"}
    assert server.paths == ["/api/pets/1?full=true"]


async def test_the_async_face_is_awaited() -> None:
    server = answering(Response(200, json={"name": "Rex"}))
    async with async_conductor_for(server) as conductor:
        coroutine = conductor.client(PetApi).pet("1")
        assert inspect.iscoroutine(coroutine)
        assert await coroutine == {"name": "Rex"}
    assert server.paths == ["/api/pets/1?full=false"]


@pytest.mark.parametrize("method", ["pet", "pet_or_none"])
async def test_a_forgotten_await_is_told_with_the_name_of_the_method(method: str) -> None:
    async with async_conductor_for(answering(Response(200))) as conductor:
        forgotten = getattr(conductor.client(PetApi), method)("1")
        with pytest.warns(RuntimeWarning, match=rf"coroutine 'PetApi\.{method}' was never awaited"):
            del forgotten


def test_a_flow_runs_on_the_sync_face() -> None:
    server = answering(Response(404, json={"message": "no such pet"}))
    with conductor_for(server) as conductor:
        assert conductor.client(PetApi).pet_or_none("1") is None


async def test_a_flow_runs_on_the_async_face() -> None:
    server = answering(Response(404, json={"message": "no such pet"}), Response(200, json={"name": "Rex"}))
    async with async_conductor_for(server) as conductor:
        assert await conductor.client(PetApi).pet_or_none("1") is None
        assert await conductor.client(PetApi).patient("1", 0) == {"name": "Rex"}


@pytest.mark.parametrize("pet_id", ["", ".."])
def test_a_bad_argument_is_refused_before_any_request(pet_id: str) -> None:
    server = answering(Response(200, json={}))
    with conductor_for(server) as conductor, pytest.raises(InvalidArgumentError):
        conductor.client(PetApi).pet(pet_id)
    assert server.requests == []


async def test_the_async_face_refuses_a_bad_argument_when_called() -> None:
    async with async_conductor_for(answering(Response(200))) as conductor:
        with pytest.raises(InvalidArgumentError):
            _ = conductor.client(PetApi).pet("")  # before there is anything to await


def test_read_from_the_class_an_endpoint_builds_without_running() -> None:
    assert PetApi.pet.build(None, "7") == get("/pets/{}", "7", query={"full": False}, returns=dict[str, Any])
    assert not PetApi.pet.is_flow
    assert PetApi.pet_or_none.is_flow
    with pytest.raises(TypeError, match=r"PetApi.pet_or_none is a flow of several calls"):
        PetApi.pet_or_none.build(None, "7")


def test_a_call_may_be_run_by_hand() -> None:
    server = answering(Response(200, json={"name": "Rex"}))
    with conductor_for(server) as conductor:
        assert conductor.run(PetApi.pet.build(None, "7")) == {"name": "Rex"}
        assert conductor.run(PetApi.pet.call(None, "7")) == {"name": "Rex"}


def test_help_shows_what_was_written() -> None:
    with conductor_for(answering(Response(200))) as conductor:
        bound: Any = conductor.client(PetApi).pet
    for shown in (PetApi.pet, bound):
        assert shown.__doc__ == "Fetch one pet."
        assert inspect.getdoc(shown) == "Fetch one pet."
        assert shown.__name__ == "pet"
        assert shown.__qualname__ == "PetApi.pet"
        assert list(shown.__signature__.parameters) == ["pet_id", "full"]
    assert list(inspect.signature(bound).parameters) == ["pet_id", "full"]
    assert repr(bound) == "<endpoint PetApi.pet>"


def test_wrong_arguments_are_a_type_error() -> None:
    with conductor_for(answering(Response(200))) as conductor:
        pets: Any = conductor.client(PetApi)
        with pytest.raises(TypeError, match="pet_id"):
            pets.pet()


def test_a_client_inherits_endpoints_and_has_its_own_name() -> None:
    assert (PetApi.name, BigPetApi.name) == ("pets", "big-pets")
    assert sorted(endpoints_of(BigPetApi)) == ["patient", "pet", "pet_or_none", "rename", "weight"]
    with conductor_for(answering(Response(200, json=7.5))) as conductor:
        assert conductor.client(BigPetApi).weight("1") == 7.5
