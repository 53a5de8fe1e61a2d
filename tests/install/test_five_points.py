"""A distribution from outside replaces each extension point by its name alone, and the listing tells the truth of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.http import Request, Response
from tests._support.socket_server import served

if TYPE_CHECKING:
    from pathlib import Path

    from tests.install.conftest import Environment

POINTS = {
    "auth": ("acme", "CONDUCTOR_AUTH"),
    "transport": ("acme-gateway", "CONDUCTOR_TRANSPORT"),
    "retry": ("acme-patience", "CONDUCTOR_RETRY"),
}
OFFERED = {"auth:acme", "transport:acme-gateway", "retry:acme-patience", "clients:acme_stock", "listeners:acme-audit"}
BOTH_FACES = """
import asyncio
from conductor_core import AsyncConductor, Conductor, ConductorError
try:
    with Conductor() as conductor:
        print(conductor.acme_stock.level("A 1"))
    async def main():
        async with AsyncConductor() as conductor:
            print(await conductor.acme_stock.level("A 1"))
    asyncio.run(main())
except ConductorError as error:
    print(type(error).__name__, error)
"""
LISTENING = """
from conductor_core import Plugins, Settings
from conductor_core.events import TaskExecutionCompleted
print(*[listener.name for listener in Plugins.from_settings(Settings.load()).listeners().of(TaskExecutionCompleted)])
"""


class Stock:
    """Answers what Acme's server answers, some times not at first."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        self.failures -= 1
        return Response(503) if self.failures >= 0 else Response(200, text="7")


@pytest.fixture
def acme(tmp_path: Path) -> dict[str, str]:
    """The environment variables of a deployment of Acme's."""
    file = tmp_path / "conductor.toml"
    file.write_text('[conductor.options.acme]\nkey = "key-of-acme"\nprogram = "shop"\n')
    chosen = {variable: name for name, variable in POINTS.values()}
    return {"CONDUCTOR_CONFIG": str(file), **chosen}


def listed(environment: Environment, settings: dict[str, str]) -> dict[str, dict[str, Any]]:
    done = environment.run("conductor", "plugins", "--json", settings=settings)
    assert done.returncode == 0, done.stderr
    return {row["name"]: row for row in json.loads(done.stdout)}


def test_all_five_act_together_chosen_by_environment_alone(outsiders: Environment, acme: dict[str, str]) -> None:
    stock = Stock(failures=1)
    with served(stock) as url:
        said = outsiders.python_output(BOTH_FACES, {**acme, "CONDUCTOR_SERVER_URL": url})
    assert said.split() == ["7", "7"]
    assert [request.url.path for request in stock.requests] == ["/api/acme/stock/A 1"] * 3  # the policy tried again
    assert {request.headers["x-acme-key"] for request in stock.requests} == {"key-of-acme"}
    assert {request.headers["x-acme-program"] for request in stock.requests} == {"shop"}
    assert "listeners:acme-audit" in outsiders.python_output(LISTENING, acme).split()


def test_they_are_listed_as_active_with_their_order(outsiders: Environment, acme: dict[str, str]) -> None:
    rows = listed(outsiders, acme)
    for name in OFFERED:
        assert (rows[name]["distribution"], rows[name]["version"], rows[name]["source"]) == (
            "acme-conductor",
            "2.3.0",
            "installed",
        )
    used = {name: rows[name]["state"] for name in OFFERED - {"clients:acme_stock"}}
    assert set(used.values()) == {"active"}, used
    assert rows["clients:acme_stock"]["state"] == "available"  # until conductor.acme_stock is used
    around, metrics = rows["plugins:acme-around"], rows["plugins:otel"]
    assert around["declared"] == "before conductor-metrics-otel"
    assert around["order"]["conductor_wrap_execute"] < metrics["order"]["conductor_wrap_execute"]


@pytest.mark.parametrize(("point", "name"), [(point, name) for point, (name, _) in POINTS.items()])
def test_a_driver_that_is_disabled_stops_the_start_and_is_shown_so(
    outsiders: Environment, acme: dict[str, str], point: str, name: str
) -> None:
    settings = {**acme, "CONDUCTOR_DISABLED_PLUGINS": f"{point}:{name}"}
    said = outsiders.python_output(BOTH_FACES, settings)
    assert said.startswith(f"PluginDisabledError conductor.{point} {name!r} is needed")
    row = listed(outsiders, settings)[f"{point}:{name}"]
    assert (row["state"], row["load_ms"]) == ("disabled", None)
    assert "environment CONDUCTOR_DISABLED_PLUGINS" in row["reason"]


def test_client_and_listener_that_are_disabled_are_not_there(outsiders: Environment, acme: dict[str, str]) -> None:
    settings = {**acme, "CONDUCTOR_DISABLED_PLUGINS": "acme_stock,acme-audit"}
    assert outsiders.python_output(BOTH_FACES, settings).startswith(
        "PluginDisabledError conductor.clients 'acme_stock'"
    )
    assert "acme-audit" not in outsiders.python_output(LISTENING, settings)
    states = {name: row["state"] for name, row in listed(outsiders, settings).items()}
    assert states["clients:acme_stock"] == states["listeners:acme-audit"] == "disabled"


def test_an_allow_list_of_one_distribution_leaves_only_that(outsiders: Environment, acme: dict[str, str]) -> None:
    rows = listed(outsiders, {**acme, "CONDUCTOR_LOAD_PLUGINS": "Acme_Conductor"})
    usable = {row["distribution"] for row in rows.values() if row["state"] in ("active", "available")}
    assert usable == {"acme-conductor", "conductor-core"}


@pytest.mark.parametrize("point", list(POINTS))
def test_a_broken_one_that_was_chosen_stops_the_start_in_one_sentence(outsiders: Environment, point: str) -> None:
    said = outsiders.python_output(BOTH_FACES, {POINTS[point][1]: "broken"})
    assert said.startswith(
        f"PluginLoadError broken-conductor 6.6.6 offers conductor.{point} 'broken' and cannot be used"
    )
    assert len(said.splitlines()) == 1


def test_the_doctor_names_every_broken_point_and_exits_with_1(outsiders: Environment) -> None:
    done = outsiders.run("conductor", "doctor", "--offline", "--json")
    assert done.returncode == 1
    problems = [one["text"] for one in json.loads(done.stdout)["findings"] if one["verdict"] == "problem"]
    for name in ("auth:broken", "transport:broken", "retry:broken", "clients:broken", "listeners:broken-listener"):
        assert any(text.startswith(f"{name} of broken-conductor 6.6.6 is failed") for text in problems), problems


def test_the_doctor_has_nothing_to_say_of_acme(outsiders: Environment, acme: dict[str, str]) -> None:
    with served(Stock()) as url:
        settings = {**acme, "CONDUCTOR_SERVER_URL": url, "CONDUCTOR_DISABLED_PLUGINS": "broken-conductor"}
        done = outsiders.run("conductor", "doctor", "--json", settings=settings)
    document = json.loads(done.stdout)
    assert [one["text"] for one in document["findings"] if one["verdict"] == "problem"] == []
    assert done.returncode == 0
