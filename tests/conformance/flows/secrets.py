"""`${workflow.secrets.X}`: a document keeps the expression, only what takes the task sees the secret. Here there are none."""

from __future__ import annotations

from tests.conformance.flows.operators import inline, set_variables
from tests.conformance.lab import Lab, flow, latest

SECRET = "${workflow.secrets.NOBODY_KNOWS}"
MIXED = f"a {SECRET} b"


@flow
async def workers_get_what_documents_do_not_show(lab: Lab) -> None:
    parameters = {"whole": SECRET, "mixed": MIXED, "deep": {"list": [SECRET, 1]}}
    workflow_id = await lab.run_tasks([lab.simple("a", inputParameters=parameters)], {"given": SECRET})
    lab.note("scheduled", latest(await lab.document(workflow_id), "a")["inputData"])
    task = await lab.take("a")
    lab.note("taken", task.input_data)
    lab.note("shown", latest(await lab.document(workflow_id), "a")["inputData"])
    await lab.complete(task, {"said": SECRET})
    lab.note("output", (await lab.finished(workflow_id))["output"])


@flow
async def tasks_of_the_server_see_secrets(lab: Lab) -> None:
    tasks = [
        set_variables("v", whole=SECRET, mixed=MIXED),
        inline("i", "$.whole + '|' + $.mixed", whole=SECRET, mixed=MIXED),
    ]
    document = await lab.finished(await lab.run_tasks([*tasks, inline("j", "$.v", v="${workflow.variables.mixed}")]))
    lab.note("variables", document["variables"])
    lab.note("inputs", [latest(document, ref)["inputData"] for ref in ("v", "i")])
    lab.note("outputs", [latest(document, ref)["outputData"] for ref in ("v", "i", "j")])
