"""The workers: plain functions with typed arguments. What they return becomes the output of their task.

The sleeps stand for the systems that real workers would call.
"""

import asyncio
import contextlib
import time
from collections.abc import Generator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from conductor_core import NonRetryableException, get_task_context, worker_task
from orders_demo import rules
from orders_demo.orders_file import OrderRow

Decision = Literal["accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What validation says about an order."""

    decision: Decision
    reason: str | None = None
    order: rules.Order | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of a payment."""

    receipt_id: str
    amount: Decimal
    attempt: int


@contextlib.contextmanager
def failing_for_good() -> Generator[None]:
    """Turn a refusal into the exception that no retry follows."""
    try:
        yield
    except rules.OrderRefusedError as refusal:
        raise NonRetryableException(str(refusal)) from None


@worker_task(task_definition_name="orders_validate", thread_count=10)
def validate(order: OrderRow) -> Verdict:
    """Check an order; a bad one is no failure of this task, but a decision."""
    try:
        return Verdict("accepted", order=rules.checked(order))
    except rules.OrderRefusedError as refusal:
        return Verdict("rejected", reason=str(refusal))


@worker_task(task_definition_name="orders_reserve", thread_count=10)
def reserve(product: str, quantity: int) -> dict[str, object]:
    """Set goods aside; a ``def`` worker may block, it runs in a thread."""
    time.sleep(0.005)
    with failing_for_good():
        rules.refuse_too_many(quantity, product)
    return {"shelf": f"{product[0].upper()}{quantity:02}"}


@worker_task(task_definition_name="orders_charge", thread_count=20)
async def charge(order_id: str, amount: Decimal, card: str) -> Receipt:
    """Take the money; a busy provider fails this attempt, a declined card the order."""
    await asyncio.sleep(0.01)
    attempt = get_task_context().get_retry_count()
    with failing_for_good():
        rules.refuse_declined(card)
    if rules.payment_is_busy(card, attempt):
        raise ConnectionError(rules.PAYMENT_BUSY)
    return Receipt(f"R-{order_id}", amount, attempt + 1)


@worker_task(task_definition_name="orders_ship", thread_count=10)
def ship(order: rules.Order, shelf: str) -> dict[str, object]:
    """Hand the goods to the carrier."""
    time.sleep(0.005)
    return {"tracking": f"T-{order.order_id}-{shelf}"}


@worker_task(task_definition_name="orders_notify", thread_count=20)
async def notify(customer: str, order_id: str) -> str:
    """Tell the customer; a plain value arrives as ``result``."""
    await asyncio.sleep(0.005)
    return f"Dear {customer}, order {order_id} is on its way."
