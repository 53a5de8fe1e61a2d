"""Starts executions: from requests, as sub-workflows, and as failure workflows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conductor_embedded._defaults import complete_workflow_definition, snapshot, version_of
from conductor_embedded._definitions import WorkflowDefinition
from conductor_embedded._state import Execution, WorkflowStatus
from conductor_embedded._values import Document, as_int, as_map, as_text
from conductor_embedded.decider import Looked
from conductor_embedded.errors import InternalError, InvalidRequest, NotFound

if TYPE_CHECKING:
    from conductor_embedded._core import Core

_MAX_SNAPSHOTS: Final = 500


def refuse_external_payload(path: object, instead: str) -> None:
    """Refuse what is said to be kept outside of the engine, which keeps everything itself; `instead` says what to do.

    Raises:
        InternalError: There is a path.
    """
    if path:
        text = f"Unable to download payload from external storage path: {path}"
        raise InternalError(f"{text}: this engine has no external storage, put {instead}")


@dataclass(frozen=True, slots=True)
class Parent:
    """The task that a sub-workflow belongs to."""

    workflow_id: str
    task_id: str


class Starter:
    """Makes executions of registered or inline definitions."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._snapshots: dict[str, WorkflowDefinition] = {}
        self._registered: dict[tuple[str, int], WorkflowDefinition] = {}
        self._revision = -1

    def start(self, request: Document, *, is_rehearsal: bool = False) -> str:
        """Start an execution and decide it once; returns its id.

        Args:
            request: A StartWorkflowRequest document.
            is_rehearsal: Whether it asks nobody outside for anything.

        Raises:
            InvalidRequest: The request has no name.
            NotFound: There is no such definition.
        """
        execution = self.prepare(request)
        execution.is_rehearsal = is_rehearsal
        self._core.commit([self._core.decide(execution, Looked())])
        return execution.workflow_id

    def prepare(self, request: Document, *, parent: Parent | None = None, workflow_id: str | None = None) -> Execution:
        """Make an execution that is not decided yet.

        Args:
            request: A StartWorkflowRequest document.
            parent: Whose sub-workflow it is.
            workflow_id: Its id; a new one unless told otherwise.

        Raises:
            InvalidRequest: The request has no name.
            NotFound: There is no such definition.
        """
        refuse_external_payload(request.get("externalInputPayloadStoragePath"), "the input into the request")
        definition = self.definition(request)
        now = self._core.clock.now_ms()
        given = as_map(request.get("input"))
        return Execution(
            workflow_id=workflow_id or self._core.new_id(),
            definition=definition,
            status=WorkflowStatus.RUNNING,
            input={**definition.input_template, **given} if definition.input_template else given,
            variables=definition.variables,
            correlation_id=as_text(request.get("correlationId")),
            priority=max(0, min(99, as_int(request.get("priority")))),
            task_to_domain=as_map(request.get("taskToDomain")),
            create_time=now,
            start_time=now,
            update_time=now,
            created_by=as_text(request.get("createdBy")) or None,
            event=as_text(request.get("event")),
            parent_workflow_id=None if parent is None else parent.workflow_id,
            parent_workflow_task_id=None if parent is None else parent.task_id,
        )

    def definition(self, request: Document) -> WorkflowDefinition:
        """Return the definition that a start request asks for, as the execution will keep it.

        Raises:
            InvalidRequest: The request has no name.
            NotFound: There is no such definition.
        """
        inline = as_map(request.get("workflowDef"))
        name = as_text(request.get("name")) or as_text(inline.get("name"))
        if not name:
            message = "Workflow name cannot be null or empty"
            raise InvalidRequest(
                "Validation failed, check below errors for detail.",
                validation_errors=[{"path": "startWorkflow.arg0.name", "message": message}],
            )
        if inline:
            return self._snapshot(complete_workflow_definition({**inline, "name": inline.get("name") or name}))
        version = None if request.get("version") is None else as_int(request.get("version"))
        document = self._core.store.metadata.workflow_definition(name, version)
        if document is None:
            asked = "null" if version is None else version
            raise NotFound(f"No such workflow defined. name={name}, version={asked}")
        return self._of_registered(document)

    def latest(self, definition: WorkflowDefinition) -> WorkflowDefinition:
        """Return the latest registered definition of the same name, or this one where there is none."""
        document = self._core.store.metadata.workflow_definition(definition.name, None)
        return definition if document is None else self._of_registered(document)

    def _of_registered(self, document: Document) -> WorkflowDefinition:
        # A snapshot holds for as long as no definition changes.
        if self._revision != self._core.store.metadata.revision:
            self._registered.clear()
            self._revision = self._core.store.metadata.revision
        key = (as_text(document.get("name")) or "", version_of(document))
        known = self._registered.get(key)
        if known is None:
            known = self._registered[key] = self._snapshot(document)
        return known

    def _snapshot(self, document: Document) -> WorkflowDefinition:
        metadata = self._core.store.metadata
        made = WorkflowDefinition(snapshot(document, metadata.task_definition, metadata.latest_version))
        # Executions of the same definition share one object.
        if len(self._snapshots) > _MAX_SNAPSHOTS:
            self._snapshots.clear()
        return self._snapshots.setdefault(made.digest, made)
