"""Distributions of other people: found by their entry points, used when asked for, harmless when broken."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from tests._support.local_server import LocalServer
    from tests.install.conftest import Environment

SETTINGS = 'Settings(server_url={url!r}, auth="acme", options={{"acme": {{"key": "key-of-acme"}}}})'
BOTH_FACES = f"""
import asyncio
from conductor_core import AsyncConductor, Conductor, Settings
settings = {SETTINGS}
with Conductor(settings) as conductor:
    conductor.metadata.get_task("greet")
async def main():
    async with AsyncConductor(settings) as conductor:
        await conductor.metadata.get_task("greet")
asyncio.run(main())
"""
WITHOUT_KEY = """
from conductor_core import Conductor, ConductorError, Settings
try:
    Conductor(Settings(auth="acme"))
except ConductorError as error:
    print(type(error).__name__, error)
"""
BROKEN_BY_NAME = """
from conductor_core import Conductor, ConductorError, Settings
try:
    Conductor(Settings(auth="broken"))
except ConductorError as error:
    print(type(error).__name__, error)
"""
WHOLE_STORY = """
import logging, sys
from conductor_core import Conductor, Settings, TaskDef, TaskHandler, WorkflowDef, WorkflowTask
from conductor_workflows import StartWorkflowRequest
logging.basicConfig(stream=sys.stderr, format="%(name)s|%(message)s", level=logging.INFO)
settings = Settings(
    server_url="embedded://memory/outsiders", transport="embedded", auth="acme", options={"acme": {"key": "k"}}
)
with Conductor(settings) as conductor, TaskHandler(settings=settings):
    conductor.metadata.register_task(TaskDef(name="acme_greet"))
    task = WorkflowTask(name="acme_greet", task_reference_name="greet", input_parameters={"name": "${workflow.input.name}"})
    definition = WorkflowDef(name="welcome", version=1, tasks=[task], output_parameters={"said": "${greet.output.greeting}"})
    conductor.metadata.register_workflow_def(definition)
    run = conductor.workflows.execute_workflow(StartWorkflowRequest(name="welcome", version=1, input={"name": "Ada"}))
    print(run.status.value if hasattr(run.status, "value") else run.status, run.output)
"""


def _plugins(environment: Environment) -> dict[str, dict[str, object]]:
    listed = environment.run("conductor", "plugins", "--json")
    assert "Traceback" not in listed.stderr
    entries = cast("list[dict[str, object]]", json.loads(listed.stdout))
    return {str(entry["name"]): entry for entry in entries}


def test_their_auth_acts_on_both_faces(outsiders: Environment, server: LocalServer) -> None:
    server.body = b'{"name": "greet"}'
    outsiders.python_output(BOTH_FACES.format(url=server.url))
    assert [headers.get("x-acme-key") for headers in server.received] == ["key-of-acme"] * 2


def test_their_error_is_one_sentence(outsiders: Environment) -> None:
    assert outsiders.python_output(WITHOUT_KEY).startswith("ConfigurationError options.acme.key must be the key")


def test_their_worker_and_listener_run_without_being_named(outsiders: Environment) -> None:
    done = outsiders.run(outsiders.python.name, "-c", WHOLE_STORY)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "COMPLETED {'said': 'Welcome to Acme, Ada!'}"
    audit = [line for line in done.stderr.splitlines() if line.startswith("acme.audit|")]
    assert len(audit) == 1
    assert audit[0].startswith("acme.audit|acme_greet ")


def test_they_are_listed_with_distribution_and_version(outsiders: Environment) -> None:
    found = _plugins(outsiders)
    for name in ("auth:acme", "listeners:acme-audit"):
        assert (found[name]["distribution"], found[name]["version"]) == ("acme-conductor", "2.3.0")


def test_a_broken_plugin_is_reported_and_harmless(outsiders: Environment) -> None:
    done = outsiders.run(outsiders.python.name, "-c", WHOLE_STORY)
    assert done.returncode == 0, done.stderr
    complaints = [line for line in done.stderr.splitlines() if "broken" in line]
    assert complaints
    assert all("6.6.6" in line and "a library that nobody has" in line for line in complaints)
    assert outsiders.run("conductor", "--help").returncode == 0


def test_a_broken_plugin_that_is_asked_for_by_name_is_an_error(outsiders: Environment) -> None:
    printed = outsiders.python_output(BROKEN_BY_NAME)
    assert printed.startswith("PluginLoadError")
    assert "broken-conductor 6.6.6" in printed


def test_a_broken_plugin_can_be_disabled_by_the_name_of_its_distribution(outsiders: Environment) -> None:
    quiet = WHOLE_STORY.replace('auth="acme"', 'auth="acme", disabled_plugins=("broken-conductor",)')
    done = outsiders.run(outsiders.python.name, "-c", quiet)
    assert done.returncode == 0, done.stderr
    assert "broken" not in done.stderr
