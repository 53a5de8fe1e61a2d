"""What becomes of an order: what its row demands, and what its execution shows. Both are pure, so they can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from conductor_core.models import TaskStatus, WorkflowStatus
from orders_demo import rules

if TYPE_CHECKING:
    from conductor_core import Task, Workflow
    from orders_demo.orders_file import OrderRow


class Kind(StrEnum):
    """How an order can end."""

    SHIPPED = "shipped"
    SHIPPED_AFTER_RETRY = "shipped after a retry"
    REJECTED = "rejected"
    FAILED = "failed"
    OPEN = "still open"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an order ended, and why when it was not shipped."""

    kind: Kind
    reason: str = ""


def demanded(row: OrderRow) -> Outcome:
    """Return the outcome that a row of the file demands."""
    try:
        order = rules.checked(row)
    except rules.OrderRefusedError as refusal:
        return Outcome(Kind.REJECTED, str(refusal))
    try:
        rules.refuse_too_many(order.quantity, order.product)
        rules.refuse_declined(order.card)
    except rules.OrderRefusedError as refusal:
        return Outcome(Kind.FAILED, str(refusal))
    if rules.payment_is_busy(order.card, rules.CHARGE_RETRIES):
        return Outcome(Kind.FAILED, rules.PAYMENT_BUSY)
    return Outcome(Kind.SHIPPED_AFTER_RETRY if rules.payment_is_busy(order.card, 0) else Kind.SHIPPED)


def shown(workflow: Workflow) -> Outcome:
    """Return the outcome that an execution shows."""
    if not workflow.is_terminal:
        return Outcome(Kind.OPEN)
    if workflow.status == WorkflowStatus.COMPLETED:
        retried = any(task.retry_count for task in workflow.tasks)
        return Outcome(Kind.SHIPPED_AFTER_RETRY if retried else Kind.SHIPPED)
    if workflow.status == WorkflowStatus.TERMINATED:
        return Outcome(Kind.REJECTED, workflow.reason_for_incompletion or "")
    return Outcome(Kind.FAILED, _reason_of_failure(workflow))


def _reason_of_failure(workflow: Workflow) -> str:
    """The failed task's own words: the workflow's reason has its random id in it."""
    reasons = [task.reason_for_incompletion for task in workflow.tasks if _failed(task) and not task.retried]
    return next((reason for reason in reasons if reason), workflow.reason_for_incompletion or "")


def _failed(task: Task) -> bool:
    return task.status in (TaskStatus.FAILED, TaskStatus.FAILED_WITH_TERMINAL_ERROR, TaskStatus.TIMED_OUT)
