"""The evaluators `javascript` and `graaljs`: a fresh QuickJS context for each script, without any access outside."""

from __future__ import annotations

import importlib
import json
import re
from typing import TYPE_CHECKING, Protocol, cast

from conductor_embedded._json import why_unfit
from conductor_embedded.evaluators._errors import EvaluationError, ScriptTimeoutError

if TYPE_CHECKING:
    from collections.abc import Mapping

TIME_LIMIT = 1.0
"""Seconds of processor time that a script may take."""
MEMORY_LIMIT = 32 * 1024 * 1024
"""Bytes that a script may use."""
_STACK_LIMIT = 256 * 1024

# Evaluates a script and gives its value as JSON text. What JSON lacks looks as the real server prints it: undefined is
# null, NaN and the infinities are texts, functions and symbols are empty objects.
_RUN = """
((evaluate, stringify) => {
  const plain = function (key, value) {
    // A date has become its text before it comes here.
    if (this[key] instanceof Date) return {};
    switch (typeof value) {
      case "undefined": return null;
      case "number": return Number.isFinite(value) ? value : String(value);
      case "bigint": return Number(value);
      case "function": case "symbol": return {};
      default: return value instanceof Map ? Object.fromEntries(value) : value;
    }
  };
  return (script) => stringify(evaluate(script), plain);
})(eval, JSON.stringify)
"""
# Parses a script as a whole without running it: whatever it says, the first statement ends it.
_CHECK = """
((evaluate) => (script) => {
  try { evaluate("throw 0;" + script); } catch (error) { return error instanceof SyntaxError ? String(error) : ""; }
  return "";
})(eval)
"""
_LINE = re.compile(r"<input>:(\d+):")
_WORDS = {"[object Object]": "Error", "TypeError: not a function": "TypeError: undefined is not a function"}
"""What the server says in place of some words of the engine."""
_ENGINE_ERROR = re.compile(r"(?:Reference|Type|Syntax|Range|Internal|URI|Eval)Error\b")


class _Context(Protocol):
    def eval(self, code: str) -> object: ...
    def parse_json(self, text: str) -> object: ...
    def set(self, name: str, value: object) -> None: ...
    def set_time_limit(self, seconds: float) -> None: ...
    def set_memory_limit(self, size: int) -> None: ...
    def set_max_stack_size(self, size: int) -> None: ...


class _Run(Protocol):
    def __call__(self, script: str, /) -> str: ...


class _QuickJs(Protocol):
    JSException: type[Exception]

    def Context(self) -> _Context: ...  # noqa: N802 - the library's name for its class


class JavaScript:
    """Evaluates scripts in which `$` is the task's input.

    Args:
        time_limit: Seconds of processor time for one script.
        memory_limit: Bytes for one script.
    """

    def __init__(self, *, time_limit: float = TIME_LIMIT, memory_limit: int = MEMORY_LIMIT) -> None:
        self._time_limit = time_limit
        self._memory_limit = memory_limit

    def __call__(self, expression: str, data: Mapping[str, object], /) -> object:
        """Return the value of the script's last statement as JSON; raise `EvaluationError` when it fails."""
        quickjs = _quickjs()
        context = self._context(quickjs)
        try:
            run = cast("_Run", context.eval(_RUN))
            context.set("$", context.parse_json(json.dumps(data)))
            return _value(run(expression))
        except quickjs.JSException as error:
            raise self._failure(expression, str(error)) from None
        except RecursionError:
            raise EvaluationError("The script's value cannot be used: it is nested too deeply") from None

    def syntax_error(self, script: str) -> str | None:
        """Return what is wrong with the syntax of a script, None when nothing is; it is not run."""
        quickjs = _quickjs()
        try:
            return cast("_Run", self._context(quickjs).eval(_CHECK))(script) or None
        except quickjs.JSException as error:
            return str(error).partition("\n")[0]

    def _context(self, quickjs: _QuickJs) -> _Context:
        context = quickjs.Context()
        context.set_memory_limit(self._memory_limit)
        context.set_max_stack_size(_STACK_LIMIT)
        context.set_time_limit(self._time_limit)
        return context

    def _failure(self, expression: str, report: str) -> EvaluationError:
        message, _, stack = report.partition("\n")
        if message == "InternalError: interrupted":
            return ScriptTimeoutError(f"Script not evaluated within {self._time_limit:g} seconds, interrupted.")
        shown = _WORDS.get(message, message).replace("TypeError: cannot ", "TypeError: Cannot ")
        return EvaluationError(f"Error evaluating the script `{shown}`{_place(expression, message, stack)}")


def _value(text: str) -> object:
    value = cast("object", json.loads(text))
    brackets = text.count("[") + text.count("{")
    unfit = why_unfit(value, brackets=brackets, has_surrogates="\\ud" in text.lower())
    if unfit is not None:
        raise EvaluationError(f"The script's value cannot be used: {unfit}")
    return value


def _place(expression: str, message: str, stack: str) -> str:
    """Say on which line it failed. The real server knows it of all but errors that the script made itself."""
    if message.startswith("Error"):
        return ""
    line = _LINE.search(stack) if _ENGINE_ERROR.match(message) else None
    if line is not None:
        return f" at line {line[1]}"
    return "" if "\n" in expression.strip() else " at line 1"


def _quickjs() -> _QuickJs:
    # Imported at the first script: the library makes a thread when it is imported.
    return cast("_QuickJs", importlib.import_module("quickjs"))
