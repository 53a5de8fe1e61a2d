"""DECISION: the older SWITCH, which workflows of long ago still have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._values import Document, as_text
from conductor_embedded.system_tasks._switch import Switch

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode
    from conductor_embedded.decider._draft import Draft


class Decision(Switch):
    """Chooses by the input that `caseValueParam` names, or by the script in `caseExpression`."""

    type = "DECISION"
    shows_inputs = False

    @staticmethod
    def outputs(case: str) -> Document:
        """Return the task's output."""
        return {"caseOutput": [case]}

    @staticmethod
    def value(draft: Draft, node: TaskNode, values: Document) -> object:
        """Return what the case is made of."""
        script = as_text(node.document.get("caseExpression"))
        if script:
            return draft.context.evaluators.evaluate("javascript", script, values)
        return values.get(as_text(node.document.get("caseValueParam")) or "")
