"""How well an agent does: cases that are run, several times each where chance plays a part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from conductor_agents._dsl._checks import check_at_least
from conductor_agents.testing._expecting import Expectation, expect
from conductor_agents.testing._transcript import Transcript

Run: TypeAlias = Callable[[str], Transcript]


@dataclass(frozen=True, slots=True)
class EvaluationCase:
    """A question, and what is expected of the run.

    Args:
        prompt: what the agent is asked.
        expectation: states it, such as ``lambda run: run.completed().answered("shipped")``.
        name: what reports call it; the prompt when empty.
        tags: for running some cases only.
    """

    prompt: str
    expectation: Callable[[Expectation], object]
    name: str = ""
    tags: Sequence[str] = ()

    @property
    def label(self) -> str:
        """What reports call it."""
        return self.name or self.prompt


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How often one case held.

    Attributes:
        name: the case.
        runs: how often it was run.
        failures: what was wrong, once for each run that did not hold.
    """

    name: str
    runs: int
    failures: Sequence[str] = ()

    @property
    def pass_rate(self) -> float:
        """Share of the runs that held, from 0 to 1."""
        return 1 - len(self.failures) / self.runs


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """How all cases went."""

    results: tuple[CaseResult, ...] = field(default=())

    @property
    def pass_rate(self) -> float:
        """Share of all runs that held, from 0 to 1; 1 without any."""
        runs = sum(result.runs for result in self.results)
        return 1 - sum(len(result.failures) for result in self.results) / runs if runs else 1.0

    def summary(self) -> str:
        """Return a line for each case, and the first thing that was wrong with it."""
        lines = [f"{result.runs - len(result.failures)}/{result.runs}  {result.name}" for result in self.results]
        wrong = [f"\n      {result.failures[0]}" if result.failures else "" for result in self.results]
        return "\n".join([*map("".join, zip(lines, wrong, strict=True)), f"{self.pass_rate:.0%} of all runs held"])

    def require(self, pass_rate: float = 1.0) -> None:
        """Ask for a share of runs that hold.

        Raises:
            AssertionError: it was smaller; the message is the summary.
        """
        if self.pass_rate < pass_rate:
            raise AssertionError(f"fewer than {pass_rate:.0%} of the runs held:\n{self.summary()}")


def evaluate(
    run: Run, cases: Iterable[EvaluationCase], *, repeat: int = 1, tags: Sequence[str] = ()
) -> EvaluationReport:
    """Run cases and count what holds.

    ::

        def run(prompt: str) -> Transcript:
            return Transcript.of_events("helper", prompt, runtime.stream(helper, prompt))


        evaluate(run, cases, repeat=5).require(0.9)

    Args:
        run: makes a transcript of a prompt; an error in it counts as a run that did not hold.
        cases: the cases.
        repeat: how often each is run.
        tags: run only cases with one of these; all when empty.
    """
    check_at_least("repeat", repeat, 1)
    chosen = [case for case in cases if not tags or set(tags) & set(case.tags)]
    return EvaluationReport(tuple(_result(run, case, repeat) for case in chosen))


def _result(run: Run, case: EvaluationCase, repeat: int) -> CaseResult:
    found = [_failure(run, case) for _ in range(repeat)]
    return CaseResult(case.label, repeat, tuple(failure for failure in found if failure is not None))


def _failure(run: Run, case: EvaluationCase) -> str | None:
    try:
        case.expectation(expect(run(case.prompt)))
    except AssertionError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - a run may fail in any way, and the others shall go on
        return f"{type(error).__name__}: {error}"
    return None
