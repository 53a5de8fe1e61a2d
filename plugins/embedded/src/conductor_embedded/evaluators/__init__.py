"""Evaluators: run the scripts of a definition, within limits of time and memory."""

from conductor_embedded.evaluators._errors import EvaluationError, ScriptTimeoutError, UnknownEvaluatorError
from conductor_embedded.evaluators._registry import Evaluator, Evaluators

__all__ = ["EvaluationError", "Evaluator", "Evaluators", "ScriptTimeoutError", "UnknownEvaluatorError"]
