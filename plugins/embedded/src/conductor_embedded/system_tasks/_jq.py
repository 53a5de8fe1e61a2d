"""JSON_JQ_TRANSFORM: evaluates a jq query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._values import as_list, as_text
from conductor_embedded.system_tasks._script import ScriptTask

if TYPE_CHECKING:
    from conductor_embedded._engine_api import Evaluators
    from conductor_embedded._values import Document


class JqTransform(ScriptTask):
    """Gives the results of its query over its input."""

    type = "JSON_JQ_TRANSFORM"

    def evaluate(self, evaluators: Evaluators, values: Document) -> Document:
        """Evaluate the query."""
        results = as_list(evaluators.evaluate("jq", as_text(values.get("queryExpression")) or "", values))
        return {"result": results[0] if results else None, "resultList": results}
