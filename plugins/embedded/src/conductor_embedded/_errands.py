"""Does the effects of decisions: starts, ends and follows sub-workflows, starts failure workflows, tells of events."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from conductor_embedded._documents import workflow_document
from conductor_embedded._starter import Parent, Starter
from conductor_embedded._state import Execution, TaskStatus
from conductor_embedded.decider import (
    ChildChanged,
    ChildRefused,
    ChildStarted,
    FailureWorkflowRefused,
    Looked,
    NotifyParent,
    PublishMessage,
    ResumeChild,
    Retried,
    StartChild,
    StartFailureWorkflow,
    StartJob,
    StartWorkflow,
    TaskUpdated,
    TerminateChild,
    Terminated,
)
from conductor_embedded.errors import EngineError

if TYPE_CHECKING:
    from conductor_embedded._core import Core
    from conductor_embedded._jobs import Jobs
    from conductor_embedded._reactions import Reactions
    from conductor_embedded._values import Document
    from conductor_embedded.store import StoredEffect

_logger = logging.getLogger(__name__)


class Errands:
    """Runs effects, each in a transaction that also strikes it off the list."""

    def __init__(self, core: Core, starter: Starter, jobs: Jobs, reactions: Reactions) -> None:
        self._reactions = reactions
        self._core = core
        self._jobs = jobs
        self._starter = starter

    def run(self, stored: StoredEffect) -> None:
        """Do one effect."""
        match stored.effect:
            case StartChild() as effect:
                self._start_child(effect, stored)
            case NotifyParent() as effect:
                self._notify_parent(effect, stored)
            case TerminateChild() as effect:
                self._terminate_child(effect, stored)
            case ResumeChild() as effect:
                self._resume_child(effect, stored)
            case StartFailureWorkflow() as effect:
                self._start_failure_workflow(effect, stored)
            case StartJob() as effect:
                self._start_job(effect, stored)
            case StartWorkflow() as effect:
                self._start_workflow(effect, stored)
            case PublishMessage() as effect:
                self._publish(effect, stored)

    def _publish(self, effect: PublishMessage, stored: StoredEffect) -> None:
        execution = self._core.find(effect.workflow_id)
        if execution is not None and execution.is_rehearsal:
            self._core.commit([], done=[stored])
        else:
            self._reactions.publish(effect, stored)

    def _start_job(self, effect: StartJob, stored: StoredEffect) -> None:
        execution = self._core.find(effect.workflow_id)
        if execution is None or execution.is_rehearsal:
            self._core.commit([], done=[stored])
        else:
            self._jobs.start(effect, stored)

    def _start_child(self, effect: StartChild, stored: StoredEffect) -> None:
        core = self._core
        parent = core.find(effect.workflow_id)
        task = None if parent is None else parent.task(effect.task_id)
        if parent is None or task is None or task.status is not TaskStatus.SCHEDULED:
            core.commit([], done=[stored])
            return
        request = _child_request(parent, core.secrets.fill(task.input))
        try:
            child = self._starter.prepare(request, parent=Parent(parent.workflow_id, task.task_id))
            child.is_rehearsal = parent.is_rehearsal
            first = core.decide(child, Looked())
        except EngineError as error:
            core.apply(parent.workflow_id, ChildRefused(task.task_id, error.message), done=[stored])
            return
        started = core.decide(parent, ChildStarted(task.task_id, child.workflow_id))
        core.commit([first, started], done=[stored])

    def _notify_parent(self, effect: NotifyParent, stored: StoredEffect) -> None:
        child = self._core.find(effect.child_id)
        if child is None or self._core.find(effect.workflow_id) is None:
            self._core.commit([], done=[stored])
            return
        event = ChildChanged(
            task_id=effect.task_id,
            child_id=child.workflow_id,
            child_name=child.definition.name,
            child_version=child.definition.version,
            status=child.status,
            output=child.output,
            reason=child.reason,
        )
        self._core.apply(effect.workflow_id, event, done=[stored])

    def _terminate_child(self, effect: TerminateChild, stored: StoredEffect) -> None:
        child = self._core.find(effect.workflow_id)
        if child is None or child.status.is_terminal:
            self._core.commit([], done=[stored])
        else:
            self._core.apply(effect.workflow_id, Terminated(effect.reason), done=[stored])

    def _resume_child(self, effect: ResumeChild, stored: StoredEffect) -> None:
        child = self._core.find(effect.workflow_id)
        if child is None or not child.status.is_terminal:
            self._core.commit([], done=[stored])
            return
        try:
            self._core.apply(effect.workflow_id, Retried(), done=[stored])
        except EngineError:
            # Nothing in it can be tried again: its task ends as it did.
            parent, task_id = child.parent_workflow_id or "", child.parent_workflow_task_id or ""
            self._notify_parent(NotifyParent(parent, task_id, effect.due_ms, child.workflow_id), stored)

    def _start_failure_workflow(self, effect: StartFailureWorkflow, stored: StoredEffect) -> None:
        core = self._core
        failed = core.find(effect.workflow_id)
        if failed is None:
            core.commit([], done=[stored])
            return
        request: Document = {
            "name": effect.name,
            "version": effect.version,
            "correlationId": failed.correlation_id,
            "taskToDomain": failed.task_to_domain,
            "input": {
                **failed.input,
                "workflowId": failed.workflow_id,
                "reason": failed.reason,
                "failureStatus": str(failed.status),
                "failureTaskId": failed.failed_task_id,
                "failedWorkflow": workflow_document(failed),
            },
        }
        try:
            execution = self._starter.prepare(request, workflow_id=effect.failure_workflow_id)
            decision = core.decide(execution, Looked())
        except EngineError as error:
            _logger.warning("cannot start the failure workflow of %s: %s", failed.workflow_id, error.message)
            core.apply(failed.workflow_id, FailureWorkflowRefused(effect.name, error.message), done=[stored])
            return
        core.commit([decision], done=[stored])

    def _start_workflow(self, effect: StartWorkflow, stored: StoredEffect) -> None:
        core = self._core
        asking = core.find(effect.workflow_id)
        task = None if asking is None else asking.task(effect.task_id)
        is_gone = effect.task_id and (asking is None or task is None or not task.is_open)
        if is_gone or (asking is not None and asking.is_rehearsal):
            core.commit([], done=[stored])
            return
        try:
            execution = self._starter.prepare(core.secrets.fill(effect.request))
            decisions = [core.decide(execution, Looked())]
            report = TaskUpdated(effect.task_id, TaskStatus.COMPLETED, {"workflowId": execution.workflow_id})
        except EngineError as error:
            decisions = []
            report = TaskUpdated(effect.task_id, TaskStatus.FAILED, {}, reason=error.message)
            if not effect.task_id:
                _logger.warning("cannot start a workflow for %s: %s", effect.workflow_id, error.message)
        if asking is not None and task is not None:
            decisions.append(core.decide(asking, report))
        core.commit(decisions, done=[stored])


def _child_request(parent: Execution, values: Document) -> Document:
    return {
        "name": values.get("subWorkflowName"),
        "version": values.get("subWorkflowVersion"),
        "workflowDef": values.get("subWorkflowDefinition"),
        "input": values.get("workflowInput"),
        "taskToDomain": values.get("subWorkflowTaskToDomain") or parent.task_to_domain,
        "priority": values.get("priority"),
        "correlationId": parent.correlation_id,
    }
