"""What a row of the file demands, and what an execution shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conductor_core import Task, Workflow
from orders_demo.orders_file import OrderRow, read_orders
from orders_demo.outcomes import Kind, Outcome, demanded, shown

if TYPE_CHECKING:
    from pathlib import Path

GOOD = OrderRow("A-1", "Ada", "bell", "2", "69.00", "4000 0000 0000 1000")


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, Outcome(Kind.SHIPPED)),
        ({"amount": ""}, Outcome(Kind.REJECTED, "amount is missing")),
        ({"amount": "a lot"}, Outcome(Kind.REJECTED, "amount 'a lot' is not a number")),
        ({"amount": "NaN"}, Outcome(Kind.REJECTED, "amount 'NaN' is out of range")),
        ({"amount": "70.00"}, Outcome(Kind.REJECTED, "amount 70.00 is not 2 x 34.50 = 69.00")),
        ({"amount": "69"}, Outcome(Kind.SHIPPED)),
        ({"product": "trident"}, Outcome(Kind.REJECTED, "unknown product 'trident'")),
        ({"product": ""}, Outcome(Kind.REJECTED, "product is missing")),
        ({"quantity": "-2"}, Outcome(Kind.REJECTED, "quantity -2 is not a positive whole number")),
        ({"quantity": "0"}, Outcome(Kind.REJECTED, "quantity 0 is not a positive whole number")),
        ({"quantity": "1.5"}, Outcome(Kind.REJECTED, "quantity 1.5 is not a positive whole number")),
        ({"quantity": "1e30"}, Outcome(Kind.REJECTED, "quantity '1e30' is out of range")),
        ({"quantity": ""}, Outcome(Kind.REJECTED, "quantity is missing")),
        ({"quantity": "51", "amount": "1759.50"}, Outcome(Kind.FAILED, "only 50 pieces of bell can be reserved, not 51")),
        ({"quantity": "50", "amount": "1725.00"}, Outcome(Kind.SHIPPED)),
        ({"card": "4000 0000 0000 0002"}, Outcome(Kind.FAILED, "card declined")),
        ({"card": "4000 0000 0000 0119"}, Outcome(Kind.SHIPPED_AFTER_RETRY)),
        ({"card": "4000 0000 0000 0341"}, Outcome(Kind.FAILED, "payment provider is busy")),
    ],
)  # fmt: skip
def test_a_row_demands_its_outcome(changes: dict[str, str], outcome: Outcome) -> None:
    assert demanded(replace(GOOD, **changes)) == outcome


def test_the_file_of_the_example_holds_some_of_each(examples: Path) -> None:
    rows = read_orders(examples / "orders" / "orders.csv")
    assert Counter(demanded(row).kind for row in rows) == {
        Kind.SHIPPED: 177,
        Kind.SHIPPED_AFTER_RETRY: 6,
        Kind.REJECTED: 13,
        Kind.FAILED: 4,
    }
    reasons = Counter(demanded(row).reason for row in rows)
    assert reasons["amount is missing"] == 3
    assert sum(count for reason, count in reasons.items() if reason.startswith("unknown product")) == 3
    assert sum(count for reason, count in reasons.items() if reason.startswith("quantity -")) == 3


def _task(name: str, status: str, reason: str | None = None, *, attempt: int = 0, retried: bool = False) -> Task:
    return Task(
        reference_task_name=name,
        status=status,
        reason_for_incompletion=reason,
        retry_count=attempt,
        retried=retried,
    )


@pytest.mark.parametrize(
    ("workflow", "outcome"),
    [
        (Workflow(status="RUNNING"), Outcome(Kind.OPEN)),
        (Workflow(status="COMPLETED", tasks=[_task("charge", "COMPLETED")]), Outcome(Kind.SHIPPED)),
        (
            Workflow(
                status="COMPLETED",
                tasks=[
                    _task("charge", "FAILED", "busy", retried=True),
                    _task("charge", "COMPLETED", "busy", attempt=1),
                ],
            ),
            Outcome(Kind.SHIPPED_AFTER_RETRY),
        ),
        (
            Workflow(status="TERMINATED", reason_for_incompletion="amount is missing"),
            Outcome(Kind.REJECTED, "amount is missing"),
        ),
        (
            Workflow(
                status="FAILED",
                reason_for_incompletion="Task 7 failed with status: FAILED and reason: 'card declined'",
                tasks=[_task("charge", "FAILED_WITH_TERMINAL_ERROR", "card declined")],
            ),
            Outcome(Kind.FAILED, "card declined"),
        ),
        (Workflow(status="TIMED_OUT", reason_for_incompletion="too slow"), Outcome(Kind.FAILED, "too slow")),
    ],
)
def test_an_execution_shows_its_outcome(workflow: Workflow, outcome: Outcome) -> None:
    assert shown(workflow) == outcome
