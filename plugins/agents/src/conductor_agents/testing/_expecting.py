"""What a test expects of a run, in sentences that can be chained."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conductor_agents.testing._transcript import Transcript


class Expectation:
    """Expectations of one run; each method returns itself, or raises an ``AssertionError`` that says what happened instead.

    Args:
        transcript: the run.
    """

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript

    def completed(self) -> Self:
        """Expect that it gave an answer."""
        return self._expect(self._transcript.status == "COMPLETED", "it to complete", self._why())

    def failed(self) -> Self:
        """Expect that it gave none."""
        return self._expect(self._transcript.status != "COMPLETED", "it to fail", "it completed")

    def used_tool(self, name: str, **arguments: object) -> Self:
        """Expect a call of a tool, with these arguments among others."""
        called = self._transcript.of_kind("tool_call")
        fits = [s for s in called if s.name == name and arguments.items() <= dict(s.arguments).items()]
        wanted = f"a call of {name}" + (f" with {arguments}" if arguments else "")
        return self._expect(bool(fits), wanted, self._called())

    def did_not_use_tool(self, name: str) -> Self:
        """Expect that a tool was not called."""
        return self._expect(name not in self._tools(), f"no call of {name}", self._called())

    def used_tools(self, names: Sequence[str]) -> Self:
        """Expect exactly these calls, in this order."""
        return self._expect(self._tools() == list(names), f"the calls {', '.join(names)}", self._called())

    def used_tools_in_order(self, names: Sequence[str]) -> Self:
        """Expect these calls in this order, others in between."""
        found = iter(self._tools())
        return self._expect(all(name in found for name in names), f"{', then '.join(names)}", self._called())

    def tools_succeeded(self) -> Self:
        """Expect that no tool failed."""
        broken = [s.name for s in self._transcript.of_kind("tool_call") if _is_error(s.result)]
        return self._expect(not broken, "no tool to fail", f"{', '.join(broken)} failed")

    def answered(self, text: str, *, case_sensitive: bool = False) -> Self:
        """Expect that the answer contains a text."""
        answer = str(self._transcript.answer)
        found = text in answer if case_sensitive else text.casefold() in answer.casefold()
        return self._expect(found, f"an answer with {text!r}", f"the answer is {self._transcript.answer!r}")

    def answered_like(self, pattern: str) -> Self:
        """Expect that the answer fits a regular expression somewhere."""
        found = re.search(pattern, str(self._transcript.answer))
        return self._expect(found is not None, f"an answer like {pattern!r}", f"it is {self._transcript.answer!r}")

    def handed_off_to(self, agent: str) -> Self:
        """Expect that another agent went on."""
        targets = [step.name for step in self._transcript.of_kind("handoff")]
        return self._expect(
            agent in targets, f"a hand-off to {agent}", f"they were to {', '.join(targets) or 'nobody'}"
        )

    def did_not_hand_off(self) -> Self:
        """Expect that no other agent went on."""
        targets = [step.name for step in self._transcript.of_kind("handoff")]
        return self._expect(not targets, "no hand-off", f"they were to {', '.join(targets)}")

    def guardrail_failed(self, name: str) -> Self:
        """Expect that a guardrail refused something."""
        names = [step.name for step in self._transcript.of_kind("guardrail_failed")]
        return self._expect(name in names, f"guardrail {name} to fail", f"those were {', '.join(names) or 'none'}")

    def guardrails_passed(self) -> Self:
        """Expect that no guardrail refused anything."""
        names = [step.name for step in self._transcript.of_kind("guardrail_failed")]
        return self._expect(not names, "all guardrails to pass", f"{', '.join(names)} failed")

    def _expect(self, holds: bool, wanted: str, instead: str) -> Self:  # noqa: FBT001 - private, and always by name of the method
        if not holds:
            raise AssertionError(f"expected {wanted} of agent {self._transcript.agent}: {instead}")
        return self

    def _tools(self) -> list[str]:
        return [step.name for step in self._transcript.of_kind("tool_call")]

    def _called(self) -> str:
        called = [f"{s.name}({dict(s.arguments)})" for s in self._transcript.of_kind("tool_call")]
        return f"the calls were {', '.join(called)}" if called else "no tool was called"

    def _why(self) -> str:
        last = self._transcript.steps[-1] if self._transcript.steps else None
        return "nothing happened" if last is None else f"the last step was {last.kind} {last.name} {last.text}".rstrip()


def expect(transcript: Transcript) -> Expectation:
    """Begin a sentence: ``expect(transcript).completed().used_tool("find_order", order_id="7")``."""
    return Expectation(transcript)


def _is_error(result: Any) -> bool:
    return isinstance(result, dict) and "error" in result
