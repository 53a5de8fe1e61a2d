"""`pip install conductor-core`, and nothing more: a working client, and helpful errors for what is not there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests._support.local_server import LocalServer
    from tests.install.conftest import Environment, Environments

OWN_CLIENT = """
from conductor_core import Api, Call, Conductor, Face, Settings, endpoint, get

class QueueApi(Api[Face], name="acme_queue"):
    @endpoint
    def size(self, name: str) -> Call[dict[str, int]]:
        "Ask for the size of one queue."
        return get("/acme/queue/{{}}", name, returns=dict[str, int])

with Conductor(Settings(server_url={url!r})) as conductor:
    print(conductor.client(QueueApi).size("a b"))
"""
MISSING = """
from conductor_core import Conductor, ConductorError, Settings
with Conductor(Settings()) as conductor:
    try:
        conductor.workflows
    except ConductorError as error:
        print(type(error).__name__, error)
"""
START = """
from conductor_core import Conductor, Settings
from conductor_workflows import StartWorkflowRequest
with Conductor(Settings(server_url={url!r})) as conductor:
    print(conductor.workflows.start_workflow(StartWorkflowRequest(name="orders", input={{"amount": 3}})))
"""


def test_a_client_of_our_own_works(core_alone: Environment, server: LocalServer) -> None:
    server.body = b'{"size": 7}'
    assert core_alone.python_output(OWN_CLIENT.format(url=server.url)) == "{'size': 7}"
    assert (server.methods, server.paths) == (["GET"], ["/api/acme/queue/a%20b"])


def test_a_missing_client_names_the_distribution_to_install(core_alone: Environment) -> None:
    printed = core_alone.python_output(MISSING)
    assert printed.startswith("ClientNotInstalledError")
    assert "pip install conductor-workflows" in printed


def test_a_missing_transport_names_the_distribution_to_install(core_alone: Environment) -> None:
    done = core_alone.run("conductor", "config", "show", settings={"CONDUCTOR_TRANSPORT": "embedded"})
    assert done.returncode == 0, done.stderr
    code = "from conductor_core import Conductor\nConductor(transport='embedded')"
    failed = core_alone.run(core_alone.python.name, "-c", code)
    assert "pip install conductor-embedded" in failed.stderr.splitlines()[-1]


def test_a_missing_command_names_the_distribution_to_install(core_alone: Environment) -> None:
    done = core_alone.run("conductor", "server")
    assert done.returncode == 2
    assert "pip install conductor-embedded" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_line_helps_and_lists_the_built_in_plugins(core_alone: Environment) -> None:
    assert core_alone.run("conductor", "--help").returncode == 0
    listed = core_alone.run("conductor", "plugins", "--json")
    assert listed.returncode == 0, listed.stderr
    owners = {entry["distribution"] for entry in json.loads(listed.stdout)}
    assert owners == {"conductor-core"}


def test_adding_workflows_is_enough_to_start_one(environments: Environments, server: LocalServer) -> None:
    environment = environments.make("workflows", "conductor-core", "conductor-workflows")
    server.body = b"an-id"
    assert environment.python_output(START.format(url=server.url)) == "an-id"
    assert (server.methods, server.paths) == (["POST"], ["/api/workflow"])
