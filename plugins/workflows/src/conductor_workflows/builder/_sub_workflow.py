"""Workflows inside workflows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from conductor_workflows._sources import DefinitionSource, definition_of
from conductor_workflows.builder._task import TaskBuilder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_core.models import WorkflowDef
    from conductor_workflows.builder._task import TaskOptions


class SubWorkflowTask(TaskBuilder):
    """Runs a registered workflow and takes over its output.

    Args:
        task_ref_name: unique name of this task.
        workflow_name: name of the workflow.
        version: its version; None takes the highest.
        task_to_domain_map: domain of each task type inside it.
        inputs: input of the workflow, values or expressions.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    TYPE: ClassVar[str] = "SUB_WORKFLOW"

    def __init__(
        self,
        task_ref_name: str,
        workflow_name: str,
        version: int | None = None,
        task_to_domain_map: Mapping[str, str] | None = None,
        *,
        inputs: Mapping[str, object] | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        options.setdefault("name", workflow_name)
        super().__init__(task_ref_name, inputs=inputs, **options)
        self._parameters: dict[str, Any] = {"name": workflow_name}
        if version is not None:
            self._parameters["version"] = version
        if task_to_domain_map:
            self._parameters["taskToDomain"] = dict(task_to_domain_map)

    def _fields(self) -> dict[str, object]:
        return {"sub_workflow_param": dict(self._parameters)}


class InlineSubWorkflowTask(TaskBuilder):
    """Runs a workflow whose definition stands inside this one; it need not be registered.

    Args:
        task_ref_name: unique name of this task.
        workflow: the definition, or a builder of one.
        inputs: input of the workflow, values or expressions.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    TYPE: ClassVar[str] = "SUB_WORKFLOW"

    def __init__(
        self,
        task_ref_name: str,
        workflow: WorkflowDef | DefinitionSource,
        *,
        inputs: Mapping[str, object] | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, inputs=inputs, **options)
        self._workflow = workflow

    def _fields(self) -> dict[str, object]:
        definition = definition_of(self._workflow)
        parameters = {"name": definition.name, "version": definition.version}
        return {
            "name": definition.name,
            "sub_workflow_param": {**parameters, "workflowDefinition": definition.to_wire()},
        }
