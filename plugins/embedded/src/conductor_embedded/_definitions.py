"""Definitions as the engine reads them: what follows what, and how often and how long a task may be tried."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from conductor_embedded._values import Document, as_int, as_list, as_map, as_maps, as_text, dumps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SUFFIX: Final = "__"

WORKER_TYPES: Final = frozenset({"SIMPLE"})
"""Types whose task definition is completed with the defaults of a worker task."""


@dataclass(slots=True, frozen=True)
class TaskDefinition:
    """The limits of a task. Times are seconds, jitter is milliseconds, 0 means no limit."""

    document: Document
    name: str
    retry_count: int
    retry_logic: str
    retry_delay_seconds: int
    backoff_scale_factor: int
    max_retry_delay_seconds: int
    backoff_jitter_ms: int
    timeout_seconds: int
    timeout_policy: str
    response_timeout_seconds: int
    poll_timeout_seconds: int
    total_timeout_seconds: int
    concurrent_exec_limit: int

    @classmethod
    def of(cls, document: Document) -> TaskDefinition:
        """Read a task definition document; missing fields have the server's defaults."""
        return cls(
            document=document,
            name=as_text(document.get("name")) or "",
            retry_count=as_int(document.get("retryCount"), 3),
            retry_logic=as_text(document.get("retryLogic")) or "FIXED",
            retry_delay_seconds=as_int(document.get("retryDelaySeconds"), 60),
            backoff_scale_factor=as_int(document.get("backoffScaleFactor"), 1),
            max_retry_delay_seconds=as_int(document.get("maxRetryDelaySeconds")),
            backoff_jitter_ms=as_int(document.get("backoffJitterMs")),
            timeout_seconds=as_int(document.get("timeoutSeconds")),
            timeout_policy=as_text(document.get("timeoutPolicy")) or "TIME_OUT_WF",
            response_timeout_seconds=as_int(document.get("responseTimeoutSeconds"), 3600),
            poll_timeout_seconds=as_int(document.get("pollTimeoutSeconds")),
            total_timeout_seconds=as_int(document.get("totalTimeoutSeconds")),
            concurrent_exec_limit=as_int(document.get("concurrentExecLimit")),
        )

    @property
    def input_template(self) -> Document:
        """Values for input keys that are missing or null."""
        return as_map(self.document.get("inputTemplate"))


@dataclass(slots=True, frozen=True)
class TaskNode:
    """A task of a workflow definition: its document, and the reference name of what follows it.

    `loop` names the DO_WHILE around it. In an iteration of that, both reference names have the iteration's suffix.
    """

    document: Document
    reference_name: str
    name: str
    type: str
    task_definition: TaskDefinition
    next_reference: str | None
    loop: str | None = None
    iteration: int = 0

    def local(self, reference: str) -> str:
        """Return the name that another task of the same loop has in the same iteration."""
        return f"{reference}{_SUFFIX}{self.iteration}" if self.iteration else reference

    def in_iteration(self, number: int) -> TaskNode:
        """Return the node as it is in an iteration of its loop."""
        following = None if self.next_reference is None else f"{self.next_reference}{_SUFFIX}{number}"
        reference = f"{self.reference_name}{_SUFFIX}{number}"
        return replace(self, reference_name=reference, next_reference=following, iteration=number)

    @property
    def input_parameters(self) -> Document:
        """The template of the task's input."""
        return as_map(self.document.get("inputParameters"))

    @property
    def is_optional(self) -> bool:
        """Whether the workflow goes on when the task fails."""
        return self.document.get("optional") is True

    @property
    def is_permissive(self) -> bool:
        """Whether the workflow fails only after everything else has run."""
        return self.document.get("permissive") is True

    @property
    def start_delay_seconds(self) -> int:
        """How long the first attempt waits before it may be polled."""
        return as_int(self.document.get("startDelay"))

    @property
    def retry_count(self) -> int:
        """How often the task may be tried again: the workflow's own number, else the task definition's."""
        return as_int(self.document.get("retryCount"), self.task_definition.retry_count)

    def branches(self, key: str) -> list[list[Document]]:
        """Return the lists of tasks under a key that holds a list of lists (`forkTasks`)."""
        return [as_maps(branch) for branch in as_list(self.document.get(key))]


class Layout:
    """Tasks of a definition by reference name, those inside others too.

    Args:
        tasks: Documents of tasks that follow each other.
    """

    def __init__(self, tasks: list[Document]) -> None:
        self._nodes: dict[str, TaskNode] = {}
        self._definitions: Document = {}
        self._lay_out(tasks, None, None)

    @classmethod
    def of_branches(cls, tasks: list[Document], definitions: Document, loop: str | None) -> Layout:
        """Lay out tasks that do not follow each other, as a dynamic fork has made them.

        Args:
            tasks: Documents of the tasks, without their definitions.
            definitions: Task definitions by the names of tasks.
            loop: The DO_WHILE around the fork.
        """
        made = cls([])
        made._definitions = definitions
        for task in tasks:
            made._lay_out([task], None, loop)
        return made

    def get(self, reference: str) -> TaskNode | None:
        """Return a node; a name with the suffix of an iteration gives the node in that iteration."""
        found = self._nodes.get(reference)
        if found is None:
            plain, number = split_reference(reference)
            base = self._nodes.get(plain)
            if number and base is not None and base.loop is not None:
                found = base.in_iteration(number)
        return found

    def __iter__(self) -> Iterator[TaskNode]:
        return iter(self._nodes.values())

    def _lay_out(self, tasks: list[Document], after: str | None, loop: str | None) -> None:
        for position, task in enumerate(tasks):
            following = reference_of(tasks[position + 1]) if position + 1 < len(tasks) else after
            self._add(task, following, loop)
            for branch in _branches(task):
                self._lay_out(branch, following, loop)
            self._lay_out(as_maps(task.get("loopOver")), None, reference_of(task))

    def _add(self, task: Document, following: str | None, loop: str | None) -> None:
        kind = as_text(task.get("type")) or "SIMPLE"
        name = as_text(task.get("name")) or ""
        reference = reference_of(task)
        definition = TaskDefinition.of(as_map(task.get("taskDefinition") or self._definitions.get(name)))
        self._nodes[reference] = TaskNode(task, reference, name, kind, definition, following, loop)


class WorkflowDefinition:
    """A workflow definition with the definitions of its tasks inside, as it was when the execution started.

    Args:
        document: The complete document: defaults filled in, `taskDefinition` embedded in each task.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.name: str = as_text(document.get("name")) or ""
        self.version: int = as_int(document.get("version"), 1)
        tasks = as_maps(document.get("tasks"))
        self.layout: Layout = Layout(tasks)
        self.first_reference: str | None = reference_of(tasks[0]) if tasks else None
        self._text: str | None = None
        self._digest: str | None = None

    @property
    def text(self) -> str:
        """The document as JSON."""
        if self._text is None:
            self._text = dumps(self.document)
        return self._text

    @property
    def digest(self) -> str:
        """A name for exactly this document."""
        if self._digest is None:
            self._digest = hashlib.sha256(self.text.encode()).hexdigest()
        return self._digest

    @property
    def input_template(self) -> Document:
        """Values for input keys that are missing."""
        return as_map(self.document.get("inputTemplate"))

    @property
    def output_parameters(self) -> Document:
        """The template of the output."""
        return as_map(self.document.get("outputParameters"))

    @property
    def variables(self) -> Document:
        """The first values of the variables."""
        return as_map(self.document.get("variables"))

    @property
    def timeout_seconds(self) -> int:
        """How long an execution may take, 0 for no limit."""
        return as_int(self.document.get("timeoutSeconds"))

    @property
    def times_out(self) -> bool:
        """Whether an execution that takes too long is ended."""
        return self.timeout_seconds > 0 and self.document.get("timeoutPolicy") == "TIME_OUT_WF"

    @property
    def is_restartable(self) -> bool:
        """Whether a finished execution may be restarted."""
        return self.document.get("restartable") is not False

    @property
    def failure_workflow(self) -> str | None:
        """The workflow to start when an execution fails."""
        return as_text(self.document.get("failureWorkflow")) or None

    @property
    def failure_workflow_version(self) -> int | None:
        """The version of the failure workflow; None is the latest."""
        version = self.document.get("failureWorkflowVersion")
        return None if version is None else as_int(version)


def nested_tasks(task: Document) -> Iterable[list[Document]]:
    """Yield the lists of tasks inside a task: the cases of a SWITCH, the branches of a FORK_JOIN, the body of a loop."""
    yield from _branches(task)
    yield as_maps(task.get("loopOver"))


def _branches(task: Document) -> Iterable[list[Document]]:
    for case in as_map(task.get("decisionCases")).values():
        yield as_maps(case)
    yield as_maps(task.get("defaultCase"))
    for branch in as_list(task.get("forkTasks")):
        yield as_maps(branch)


def reference_of(task: Document) -> str:
    """Return the reference name of a task in a definition document."""
    return as_text(task.get("taskReferenceName")) or ""


def split_reference(reference: str) -> tuple[str, int]:
    """Return a reference name without the suffix of an iteration, and the iteration's number, 0 for none."""
    plain, suffix, number = reference.rpartition(_SUFFIX)
    return (plain, int(number)) if suffix and number.isdecimal() else (reference, 0)
