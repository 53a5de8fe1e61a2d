"""For tests of agents: rehearsals without a server and a model, expectations, recordings and evaluations."""

from __future__ import annotations

from conductor_agents.testing._evaluation import CaseResult, EvaluationCase, EvaluationReport, evaluate
from conductor_agents.testing._expecting import Expectation, expect
from conductor_agents.testing._rehearsal import (
    Calls,
    HandsOff,
    Move,
    Says,
    calls,
    hands_off,
    rehearse,
    rehearse_async,
    says,
)
from conductor_agents.testing._transcript import Step, Transcript

__all__ = [
    "Calls",
    "CaseResult",
    "EvaluationCase",
    "EvaluationReport",
    "Expectation",
    "HandsOff",
    "Move",
    "Says",
    "Step",
    "Transcript",
    "calls",
    "evaluate",
    "expect",
    "hands_off",
    "rehearse",
    "rehearse_async",
    "says",
]
