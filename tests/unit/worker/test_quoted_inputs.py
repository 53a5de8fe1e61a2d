"""What pydantic quotes of a task's input stays out of reasons, execution logs and log lines."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from conductor_core import worker_task
from conductor_core._quoted_inputs import without_inputs
from conductor_core.testing import run_worker
from conductor_core.worker import define_worker

SECRET = "4111-secret, input_type=str]"


class Card(BaseModel):
    """What a worker reads by itself."""

    number: int
    owner: dict[str, int]


def read_card(text: str) -> None:
    Card.model_validate({"number": text, "owner": {"pin": text}})


def wrap(text: str) -> None:
    try:
        read_card(text)
    except ValidationError as error:
        raise RuntimeError(f"no card: {error}") from error


def gather(text: str) -> None:
    try:
        read_card(text)
    except ValidationError as error:
        raise ExceptionGroup("several", [error, ValueError("x")]) from None


@pytest.mark.parametrize("function", [read_card, wrap, gather])
def test_neither_the_reason_nor_the_log_of_a_failed_task_quotes_its_input(function: object) -> None:
    result = run_worker(define_worker("read_card", function), {"text": SECRET})  # type: ignore[arg-type]  # a function
    said = "\n".join([str(result.reason_for_incompletion), *(entry.log for entry in result.logs or [])])
    assert "Input should be a valid integer" in said
    assert "type=int_parsing, input_type=str]" in said
    assert "secret" not in said


def test_an_argument_that_does_not_fit_is_not_quoted() -> None:
    @worker_task(task_definition_name="charge_card")
    def charge_card(card: Card) -> None:
        """Charge it."""

    result = run_worker(charge_card, {"card": {"number": SECRET, "owner": {}}})
    said = "\n".join([str(result.reason_for_incompletion), *(entry.log for entry in result.logs or [])])
    assert "number" in said
    assert "secret" not in said


def test_a_text_without_quotes_stays_as_it_is() -> None:
    text = "input_value=3 is what the user wrote, input_type too"
    assert without_inputs(text) == text
