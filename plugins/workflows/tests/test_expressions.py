"""References as objects."""

from __future__ import annotations

import json

import pytest

from conductor_core.errors import InvalidArgumentError
from conductor_workflows import ConductorWorkflow, Expression, InlineTask, SimpleTask

FLOW = ConductorWorkflow(name="orders")
TASK = SimpleTask("charge", "pay")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (FLOW.input(), "${workflow.input}"),
        (FLOW.input("a.b"), "${workflow.input.a.b}"),
        (FLOW.output("a"), "${workflow.output.a}"),
        (FLOW.variable("tries"), "${workflow.variables.tries}"),
        (TASK.input("amount"), "${pay.input.amount}"),
        (TASK.output(), "${pay.output}"),
        (TASK.output("a.b"), "${pay.output.a.b}"),
        (TASK.output_ref("a"), "${pay.output.a}"),
        (TASK.output("items")[0]["name"], "${pay.output.items[0].name}"),
        (InlineTask("sum", "1").output(), "${sum.output.result}"),
        (InlineTask("sum", "1").output("total"), "${sum.output.result.total}"),
    ],
)
def test_an_expression_is_its_text(expression: Expression, text: str) -> None:
    assert isinstance(expression, Expression)
    assert expression == text
    assert f"{expression}" == str(expression) == text
    assert type(str(expression)) is str
    assert json.loads(json.dumps({"a": expression})) == {"a": text}
    assert repr(expression) == f"Expression({text!r})"


def test_a_mistyped_attribute_is_an_error_and_not_text() -> None:
    with pytest.raises(AttributeError):
        TASK.outptu("x")  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        FLOW.inptu("x")  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        TASK.output().amount  # type: ignore[attr-defined]  # noqa: B018 - the mistake
    with pytest.raises(AttributeError):
        TASK.output().amount = 1  # type: ignore[attr-defined]


def test_a_path_is_checked() -> None:
    with pytest.raises(InvalidArgumentError, match=r"the path into pay\.output must be text like 'a\.b', got int"):
        TASK.output(0)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgumentError, match="is only the path"):
        TASK.output("${pay.output.a}")
    with pytest.raises(InvalidArgumentError, match="cannot be sliced"):
        TASK.output("items")[1:]


def test_an_expression_travels_in_a_definition() -> None:
    task = SimpleTask(
        "ship", "ship", inputs={"deep": [{"amount": TASK.output("amount")}], "text": f"No. {FLOW.input('n')}"}
    )
    flow = (ConductorWorkflow(name="orders") >> TASK >> task).output_parameters({"a": TASK.output("a")})
    wire = json.loads(json.dumps(flow.to_workflow_def().to_wire()))
    assert wire["tasks"][1]["inputParameters"] == {
        "deep": [{"amount": "${pay.output.amount}"}],
        "text": "No. ${workflow.input.n}",
    }
    assert wire["outputParameters"] == {"a": "${pay.output.a}"}
