"""Tasks that are repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Unpack

from conductor_core.errors import InvalidArgumentError
from conductor_workflows.builder._sequence import branch_of, checked_step, tasks_of
from conductor_workflows.builder._task import TaskBuilder, checked_name

if TYPE_CHECKING:
    from conductor_workflows.builder._expression import Expression
    from conductor_workflows.builder._sequence import Step
    from conductor_workflows.builder._task import TaskOptions


class DoWhileTask(TaskBuilder):
    """Repeats tasks as long as a condition holds; they run once before it is looked at.

    Inside the loop, ``${ref.output.iteration}`` is the number of the round, from 1 on.

    Args:
        task_ref_name: unique name of this task.
        termination_condition: JavaScript that is true when another round shall follow; ``$.ref.iteration`` is the round,
            ``$.inner.field`` the output of a task inside.
        tasks: a step, or a list of steps that run one after the other.
        keep_last: rounds whose outputs are kept; None keeps all of them.
        options: what every builder takes; see :class:`TaskBuilder`.

    Raises:
        InvalidArgumentError: there is no condition or no task, or one is no task.
    """

    TYPE: ClassVar[str] = "DO_WHILE"

    def __init__(
        self,
        task_ref_name: str,
        termination_condition: str,
        tasks: Step,
        *,
        keep_last: int | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, **options)
        checked_step(tasks)
        self._condition = checked_name(termination_condition, f"condition of loop {task_ref_name!r}")
        self._steps = list(branch_of(tasks))
        if keep_last is not None:
            self.input_parameter("keepLastN", keep_last)

    def iteration(self) -> Expression:
        """Return the expression for the number of the round, from 1 on."""
        return self.output("iteration")

    def _fields(self) -> dict[str, object]:
        return {"loop_condition": self._condition, "loop_over": tasks_of(self._steps)}


class LoopTask(DoWhileTask):
    """Repeats tasks a number of times.

    Args:
        task_ref_name: unique name of this task; it becomes a part of the loop's script.
        iterations: how often, from 1 on, or an expression for it.
        tasks: a step, or a list of steps that run one after the other.
        options: what every builder takes; see :class:`TaskBuilder`.

    Raises:
        InvalidArgumentError: the number is below 1, or there is no task.
    """

    def __init__(self, task_ref_name: str, iterations: int | str, tasks: Step, **options: Unpack[TaskOptions]) -> None:
        whole = isinstance(iterations, int) and not isinstance(iterations, bool)
        if not isinstance(iterations, str) and (not whole or iterations < 1):
            raise InvalidArgumentError(
                f"iterations of loop {task_ref_name!r} must be a whole number from 1 on, got {iterations!r}"
            )
        super().__init__(task_ref_name, f"$['{task_ref_name}']['iteration'] < $.iterations", tasks, **options)
        self.input_parameter("iterations", iterations)


class ForEachTask(DoWhileTask):
    """Repeats tasks for each item of a list.

    Args:
        task_ref_name: unique name of this task.
        tasks: a step, or a list of steps that run one after the other.
        iterate_over: an expression for the list.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    def __init__(self, task_ref_name: str, tasks: Step, iterate_over: str, **options: Unpack[TaskOptions]) -> None:
        super().__init__(task_ref_name, "true", tasks, **options)
        self._items = checked_name(iterate_over, f"iterate_over of loop {task_ref_name!r}")

    def item(self, path: str = "") -> Expression:
        """Return the expression for this round's item, or for one part of it; for the tasks inside."""
        return self.output(f"loopItem.{path}" if path else "loopItem")

    def index(self) -> Expression:
        """Return the expression for the item's place in the list, from 0 on; for the tasks inside."""
        return self.output("loopIndex")

    def _fields(self) -> dict[str, object]:
        return super()._fields() | {"items": self._items}
