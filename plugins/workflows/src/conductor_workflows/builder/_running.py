"""A definition that is registered, started and executed through a conductor of either face."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast, overload

from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from conductor_core import AsyncConductor, Conductor, Sync
    from conductor_core.models import IdempotencyStrategy, WorkflowDef
    from conductor_workflows.api import WorkflowApi
    from conductor_workflows.models import StartWorkflowRequest, WorkflowRun


class Running(abc.ABC):
    """The half of a workflow builder that needs a server.

    Each method takes a ``Conductor`` and answers, or an ``AsyncConductor`` and is awaited. Starting sends the definition
    along, so that it runs as it stands here and need not be registered; a registered workflow that is started often is
    started by its name, with ``conductor.workflows.start_workflow``.
    """

    def __init__(self, executor: Conductor | WorkflowApi[Sync] | None) -> None:
        self._executor = executor

    @abc.abstractmethod
    def to_workflow_def(self) -> WorkflowDef:
        """Return the definition."""

    @overload
    def register(self, conductor: AsyncConductor, *, overwrite: bool = True) -> Coroutine[Any, Any, None]: ...
    @overload
    def register(self, conductor: Conductor | bool | None = None, *, overwrite: bool = True) -> None: ...  # noqa: FBT001 - what older programs pass
    def register(self, conductor: Any = None, *, overwrite: bool = True) -> Any:
        """Store the definition on the server.

        Args:
            conductor: where; the builder's own executor when None. A bool is taken for ``overwrite``, which older programs
                pass first.
            overwrite: replace the same name and version; False makes an existing one a ConflictError.
        """
        if isinstance(conductor, bool):
            conductor, overwrite = None, conductor
        return self._workflows(conductor).register_workflow(self.to_workflow_def(), overwrite=overwrite)

    @overload
    def unregister(self, conductor: AsyncConductor) -> Coroutine[Any, Any, None]: ...
    @overload
    def unregister(self, conductor: Conductor | None = None) -> None: ...
    def unregister(self, conductor: Any = None) -> Any:
        """Remove this name and version from the server; executions that run go on.

        Args:
            conductor: where; the builder's own executor when None.

        Raises:
            NotFoundError: the server has no such definition.
        """
        from conductor_core import delete  # noqa: PLC0415 - building must not load the drivers

        definition = self.to_workflow_def()
        return self._workflows(conductor).driver.run(
            delete("/metadata/workflow/{}/{}", definition.name, definition.version)
        )

    @overload
    def start(
        self,
        conductor: AsyncConductor,
        *,
        workflow_input: object = None,
        correlation_id: str | None = None,
        task_to_domain: Mapping[str, str] | None = None,
        priority: int | None = None,
        idempotency_key: str | None = None,
        idempotency_strategy: IdempotencyStrategy | None = None,
    ) -> Coroutine[Any, Any, str]: ...
    @overload
    def start(
        self,
        conductor: Conductor | None = None,
        *,
        workflow_input: object = None,
        correlation_id: str | None = None,
        task_to_domain: Mapping[str, str] | None = None,
        priority: int | None = None,
        idempotency_key: str | None = None,
        idempotency_strategy: IdempotencyStrategy | None = None,
    ) -> str: ...
    def start(
        self,
        conductor: Any = None,
        *,
        workflow_input: object = None,
        correlation_id: str | None = None,
        task_to_domain: Mapping[str, str] | None = None,
        priority: int | None = None,
        idempotency_key: str | None = None,
        idempotency_strategy: IdempotencyStrategy | None = None,
    ) -> Any:
        """Start an execution of this definition and return its id.

        Args:
            conductor: where; the builder's own executor when None.
            workflow_input: input of the execution: a dict, a dataclass or a model.
            correlation_id: an id of the caller's, by which executions can be found.
            task_to_domain: domain of each task type.
            priority: 0 to 99; tasks of a higher one are handed out first.
            idempotency_key: an id that starts at most one execution.
            idempotency_strategy: what happens to a second start with the same key.
        """
        request = self._request(
            workflow_input, correlation_id, task_to_domain, priority, idempotency_key, idempotency_strategy
        )
        return self._workflows(conductor).start_workflow(request)

    def start_workflow(self, request: StartWorkflowRequest) -> str:
        """Start an execution of this definition on the builder's own executor, with the other fields of a request.

        Args:
            request: input, correlation id and the like; its name, version and definition become those of this builder.
        """
        own = self._request(None, None, None, None, None, None)
        changed = {"name": own.name, "version": own.version, "workflow_def": own.workflow_def}
        started: str = self._workflows(None).start_workflow(request.model_copy(update=changed))
        return started

    def start_workflow_with_input(self, workflow_input: object = None, **options: Any) -> str:
        """Start an execution on the builder's own executor: another name of :meth:`start`, with the input first."""
        return cast("str", self.start(workflow_input=workflow_input, **options))

    @overload
    def execute(
        self,
        conductor: AsyncConductor,
        *,
        workflow_input: object = None,
        wait_until_task_ref: str | None = None,
        wait_for_seconds: int = 10,
        request_id: str | None = None,
        correlation_id: str | None = None,
        task_to_domain: Mapping[str, str] | None = None,
        priority: int | None = None,
        idempotency_key: str | None = None,
        idempotency_strategy: IdempotencyStrategy | None = None,
    ) -> Coroutine[Any, Any, WorkflowRun]: ...
    @overload
    def execute(
        self,
        conductor: Conductor | Mapping[str, object] | None = None,
        *,
        workflow_input: object = None,
        wait_until_task_ref: str | None = None,
        wait_for_seconds: int = 10,
        request_id: str | None = None,
        correlation_id: str | None = None,
        task_to_domain: Mapping[str, str] | None = None,
        priority: int | None = None,
        idempotency_key: str | None = None,
        idempotency_strategy: IdempotencyStrategy | None = None,
    ) -> WorkflowRun: ...
    def execute(
        self,
        conductor: Any = None,
        *,
        workflow_input: object = None,
        wait_until_task_ref: str | None = None,
        wait_for_seconds: int = 10,
        request_id: str | None = None,
        correlation_id: str | None = None,
        task_to_domain: Mapping[str, str] | None = None,
        priority: int | None = None,
        idempotency_key: str | None = None,
        idempotency_strategy: IdempotencyStrategy | None = None,
    ) -> Any:
        """Start an execution of this definition and wait on the server for its end.

        Args:
            conductor: where; the builder's own executor when None. A mapping is taken for ``workflow_input``, which older
                programs pass first.
            workflow_input: input of the execution: a dict, a dataclass or a model.
            wait_until_task_ref: reference name of a task; the answer comes when it has ended.
            wait_for_seconds: seconds to wait; an execution that needs longer goes on.
            request_id: an id of the caller's, which comes back in the run.
            correlation_id: an id of the caller's, by which executions can be found.
            task_to_domain: domain of each task type.
            priority: 0 to 99; tasks of a higher one are handed out first.
            idempotency_key: an id that starts at most one execution.
            idempotency_strategy: what happens to a second start with the same key.
        """
        if isinstance(conductor, Mapping) and workflow_input is None:
            conductor, workflow_input = None, cast("object", conductor)
        return self._workflows(conductor).execute_workflow(
            self._request(
                workflow_input, correlation_id, task_to_domain, priority, idempotency_key, idempotency_strategy
            ),
            wait_until_task_ref=wait_until_task_ref,
            wait_for_seconds=wait_for_seconds,
            request_id=request_id,
        )

    def __call__(self, **workflow_input: object) -> WorkflowRun:
        """Execute on the builder's own executor, with the keywords as input."""
        return self.execute(workflow_input=workflow_input)

    def _request(
        self,
        workflow_input: object,
        correlation_id: str | None,
        task_to_domain: Mapping[str, str] | None,
        priority: int | None,
        idempotency_key: str | None,
        idempotency_strategy: IdempotencyStrategy | None,
    ) -> StartWorkflowRequest:
        from conductor_workflows.models import StartWorkflowRequest  # noqa: PLC0415 - building must not load the models

        definition = self.to_workflow_def()
        return StartWorkflowRequest(
            name=definition.name,
            version=definition.version,
            workflow_def=definition,
            input=_input(workflow_input),
            correlation_id=correlation_id,
            task_to_domain=None if task_to_domain is None else dict(task_to_domain),
            priority=priority,
            idempotency_key=idempotency_key,
            idempotency_strategy=idempotency_strategy,
        )

    def _workflows(self, conductor: Any) -> Any:
        """Return the workflow client of a conductor, which may stand for the conductor too."""
        chosen = self._executor if conductor is None else conductor
        if chosen is None:
            raise InvalidArgumentError("no conductor to use: pass one, or make the workflow with executor=conductor")
        found = getattr(chosen, "workflows", chosen)
        if not hasattr(found, "start_workflow"):
            kind = type(chosen).__name__
            raise InvalidArgumentError(f"conductor must be a Conductor or an AsyncConductor, got {kind}")
        return found


def _input(values: object) -> dict[str, object]:
    """Return an execution's input as a document.

    Raises:
        InvalidArgumentError: it is none and cannot be turned into one.
    """
    if values is None:
        return {}
    if isinstance(values, Mapping):
        return dict(cast("Mapping[str, object]", values))
    from pydantic_core import to_jsonable_python  # noqa: PLC0415 - only typed inputs need it

    try:
        document: object = to_jsonable_python(values, by_alias=True)
    except ValueError:
        document = None
    if isinstance(document, dict):
        return cast("dict[str, object]", document)
    kind = type(values).__name__
    raise InvalidArgumentError(f"workflow_input must be a dict, a dataclass or a model, got {kind}")
