"""A workflow definition that is put together step by step."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Self

from conductor_core.errors import InvalidArgumentError
from conductor_workflows.builder._expression import Expression
from conductor_workflows.builder._running import Running
from conductor_workflows.builder._sequence import check_unique, checked_step, tasks_of
from conductor_workflows.builder._sub_workflow import InlineSubWorkflowTask
from conductor_workflows.builder._switch import SwitchTask
from conductor_workflows.builder._task import checked_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conductor_core import Conductor, Sync
    from conductor_core.models import WorkflowDef, WorkflowTask, WorkflowTimeoutPolicy
    from conductor_workflows._sources import TaskSource
    from conductor_workflows.api import WorkflowApi
    from conductor_workflows.builder._sequence import Step
    from conductor_workflows.builder._switch import K


class ConductorWorkflow(Running):
    """A workflow definition in code.

    ::

        workflow = ConductorWorkflow(name="orders", version=1)
        reserve = SimpleTask("reserve", "reserve", inputs={"order": workflow.input("order")})
        workflow >>= reserve
        workflow >>= [charge, notify]
        workflow >>= ship
        workflow.output_parameters({"parcel": ship.output("parcel")})
        workflow.register(conductor)

    ``>>`` and ``>>=`` append a task, a list of branches that run side by side (a fork; its join follows by itself), a dict of cases
    for the switch before it, or another workflow as a sub-workflow. Setters return the workflow.

    Args:
        executor: what :meth:`register`, :meth:`start` and :meth:`execute` use when they are given no conductor: one, or
            its workflow client.
        name: name of the workflow.
        version: its version; 1 when None.
        description: for people.
    """

    SCHEMA_VERSION = 2

    def __init__(
        self,
        executor: Conductor | WorkflowApi[Sync] | None = None,
        name: str = "",
        version: int | None = None,
        description: str | None = None,
    ) -> None:
        super().__init__(executor)
        self.name: str = checked_name(name, "name of ConductorWorkflow")
        self.version = version
        self.description = description
        self._steps: list[Step] = []
        self._fields: dict[str, Any] = {}

    def add(self, task: TaskSource | Sequence[Step]) -> Self:
        """Append a task, or the tasks of a list one after the other.

        Raises:
            InvalidArgumentError: something is no task; the message says what.
        """
        for part in task if isinstance(task, list | tuple) else (task,):
            self._append(part)
        return self

    def fork(self, branches: Sequence[Step]) -> Self:
        """Append branches that run side by side, and their join."""
        return self._append(list(branches))

    def __rshift__(self, step: Step | Mapping[K, Step]) -> Self:
        if isinstance(step, dict):
            return self._switch(step)
        return self._append(step)

    def _append(self, step: object) -> Self:
        checked_step(step)
        if step is self:
            raise InvalidArgumentError(f"workflow {self.name!r} cannot hold itself")
        self._steps.append(step)  # type: ignore[arg-type]  # checked above
        return self

    def _switch(self, cases: Mapping[K, Step]) -> Self:
        last = self._steps[-1] if self._steps else None
        if not isinstance(last, SwitchTask) or last.has_cases:
            raise InvalidArgumentError(
                "a dict holds the cases of the SwitchTask directly before it, which must have none yet, "
                f"got it behind {last!r}"
            )
        last.cases(cases)
        return self

    def input(self, json_path: str = "") -> Expression:
        """Return the expression for the workflow's input, or for one part of it."""
        return Expression.of("workflow", "input", json_path)

    def output(self, json_path: str = "") -> Expression:
        """Return the expression for the workflow's output, or for one part of it."""
        return Expression.of("workflow", "output", json_path)

    def variable(self, path: str) -> Expression:
        """Return the expression for one of the workflow's variables."""
        return Expression.of("workflow", "variables", path)

    def input_parameters(self, input_parameters: Sequence[str]) -> Self:
        """Set the names of the inputs, for people and forms."""
        return self._set("input_parameters", list(input_parameters))

    def input_template(self, input_template: Mapping[str, object] | None) -> Self:
        """Set values for inputs that a start leaves out."""
        return self._set("input_template", dict(input_template or {}))

    def workflow_input(self, input: Mapping[str, object] | None) -> Self:
        """Set values for inputs that a start leaves out: another name of :meth:`input_template`."""
        return self.input_template(input)

    def output_parameters(self, output_parameters: Mapping[str, object] | None) -> Self:
        """Set the output: values or expressions by name; None is the last task's output."""
        return self._set("output_parameters", dict(output_parameters or {}))

    def output_parameter(self, key: str, value: object) -> Self:
        """Set one value of the output; others stay."""
        self._fields.setdefault("output_parameters", {})[key] = value
        return self

    def variables(self, variables: Mapping[str, object] | None) -> Self:
        """Set the variables that an execution starts with."""
        return self._set("variables", dict(variables or {}))

    def timeout_seconds(self, timeout_seconds: int) -> Self:
        """Set how long one execution may take; 0 is no limit."""
        return self._set("timeout_seconds", timeout_seconds)

    def timeout_policy(self, timeout_policy: WorkflowTimeoutPolicy | str, seconds: int | None = None) -> Self:
        """Set what happens after the timeout: ``TIME_OUT_WF`` or ``ALERT_ONLY``; and, if given, the timeout itself."""
        self._set("timeout_policy", timeout_policy)
        return self if seconds is None else self.timeout_seconds(seconds)

    def failure_workflow(self, failure_workflow: str) -> Self:
        """Set the workflow that is started when this one fails."""
        return self._set("failure_workflow", failure_workflow)

    def restartable(self, restartable: bool = True) -> Self:  # noqa: FBT001, FBT002 - a setter's only argument
        """Set whether a finished execution may be restarted."""
        return self._set("restartable", restartable)

    def owner_email(self, owner_email: str) -> Self:
        """Set whom to ask about this workflow."""
        return self._set("owner_email", owner_email)

    def owner_app(self, name: str) -> Self:
        """Set the application that this workflow belongs to."""
        return self._set("owner_app", name)

    def tags(self, values: Mapping[str, str], *, replace: bool = False) -> Self:
        """Set tags, by key, that are stored with the definition; Orkes servers alone keep them.

        Args:
            values: the tags.
            replace: remove the tags that the stored definition has already.
        """
        self._set("overwrite_tags", replace)
        return self._set("tags", [{"key": key, "value": value, "type": "METADATA"} for key, value in values.items()])

    def rate_limit(self, key: str, concurrent_executions: int) -> Self:
        """Let only so many executions with the same key run at once; Orkes servers alone do it.

        Args:
            key: text, nearly always with an expression, such as ``${workflow.correlationId}``.
            concurrent_executions: how many.
        """
        return self._set("rate_limit_config", {"rateLimitKey": key, "concurrentExecLimit": concurrent_executions})

    def enable_status_listener(self, sink_name: str | None = None) -> Self:
        """Tell a sink when an execution's state changes."""
        self._set("workflow_status_listener_enabled", True)  # noqa: FBT003 - a field's value
        return self._set("workflow_status_listener_sink", sink_name)

    def disable_status_listener(self) -> Self:
        """Tell nobody when an execution's state changes."""
        self._set("workflow_status_listener_enabled", False)  # noqa: FBT003 - a field's value
        return self._set("workflow_status_listener_sink", None)

    def to_workflow_def(self) -> WorkflowDef:
        """Return the definition as a model; later changes of the builder do not change it.

        Raises:
            InvalidArgumentError: there is no task, two tasks have one reference name, or a switch has no case.
        """
        from conductor_core.models import WorkflowDef  # noqa: PLC0415 - building definitions must not load the models

        if not self._steps:
            raise InvalidArgumentError(f"workflow {self.name!r} has no task: append one with >>")
        tasks = tasks_of(self._steps)
        check_unique(tasks, self.name)
        document: dict[str, object] = {
            "name": self.name,
            "version": 1 if self.version is None else self.version,
            "description": self.description,
            "schema_version": self.SCHEMA_VERSION,
            "tasks": tasks,
            **copy.deepcopy(self._fields),
        }
        return WorkflowDef.model_validate(document)

    def to_workflow_task(self) -> WorkflowTask:
        """Return the task that runs this workflow inside another one."""
        return self.to_sub_workflow_task(self.name).to_workflow_task()

    def to_sub_workflow_task(
        self, task_ref_name: str, inputs: Mapping[str, object] | None = None
    ) -> InlineSubWorkflowTask:
        """Return a task that runs this workflow inside another one, under a reference name and with an input."""
        return InlineSubWorkflowTask(task_ref_name, self, inputs=inputs)

    def _set(self, field: str, value: object) -> Self:
        self._fields[field] = value
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r}, version={self.version!r}, steps={len(self._steps)})"
