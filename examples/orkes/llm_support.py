"""What the examples with language models share: the names of the model, and running a workflow when there is one."""

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from cluster import cluster

from conductor_core import Conductor, TaskHandler
from conductor_workflows import ConductorWorkflow, EmbeddingModel

NEEDED = "LLM_PROVIDER", "LLM_MODEL"
PROVIDER = os.environ.get("LLM_PROVIDER", "")
MODEL = os.environ.get("LLM_MODEL", "")
VECTOR_DB = os.environ.get("VECTOR_DB", "example_vectors")
EMBEDDING = EmbeddingModel(
    os.environ.get("EMBEDDING_PROVIDER", PROVIDER) or "none", os.environ.get("EMBEDDING_MODEL", "small")
)


def names() -> tuple[str, str]:
    """Provider and model, or names that stand for them while there are none."""
    return PROVIDER or "the-provider", MODEL or "the-model"


def run(workflow: ConductorWorkflow, *, workers: Sequence[object] = (), **inputs: object) -> None:
    """Execute it where the environment names a model; say what is missing elsewhere."""
    if is_ready(workflow):
        with cluster() as conductor, serving(conductor, workers):
            workflow.register(conductor)
            try:
                result = workflow.execute(conductor, workflow_input=inputs, wait_for_seconds=60)
                print(result.status, result.output)
            finally:
                workflow.unregister(conductor)


def is_ready(workflow: ConductorWorkflow) -> bool:
    """Tell whether the environment names a model, and say what is missing."""
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        tasks = len(workflow.to_workflow_def().tasks)
        print(f"{workflow.name}: {tasks} tasks; set {' and '.join(missing)} to run it")
    return not missing


def serving(conductor: Conductor, workers: Sequence[object]) -> AbstractContextManager[object]:
    """Return what runs the workers, or nothing where there are none."""
    return TaskHandler(conductor.settings, workers=workers) if workers else nullcontext()
