"""What the examples with language models share: the names of the model, and running a workflow when there is one."""

import os

from conductor_core import Conductor
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


def run(workflow: ConductorWorkflow, **inputs: object) -> None:
    """Execute it where the environment names a model; say what is missing elsewhere."""
    definition = workflow.to_workflow_def()
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        print(f"{definition.name}: {len(definition.tasks)} tasks; set {' and '.join(missing)} to run it")
        return
    with Conductor() as conductor:
        conductor.metadata.register_workflow_def(definition)
        result = workflow.execute(conductor, workflow_input=inputs, wait_for_seconds=60)
        print(result.status, result.output)
        conductor.metadata.unregister_workflow(definition.name, definition.version or 1)
