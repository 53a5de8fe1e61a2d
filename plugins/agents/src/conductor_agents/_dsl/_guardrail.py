"""Guardrails: what is judged, by whom, and what happens when it does not pass."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from conductor_agents._calling import call
from conductor_agents._dsl._checks import check_at_least, check_choice, check_name, check_text
from conductor_core.errors import InvalidArgumentError

Document: TypeAlias = dict[str, Any]
Position: TypeAlias = Literal["input", "output"]
OnFail: TypeAlias = Literal["retry", "raise", "fix", "human"]

_POSITIONS: Final = ("input", "output")
_REACTIONS: Final = ("retry", "raise", "fix", "human")


@dataclass(frozen=True, slots=True)
class GuardrailResult:
    """What a guardrail's function says.

    Args:
        passed: whether the content may go on.
        message: why not; the model reads it when it tries again.
        fixed_output: what to use instead, for ``on_fail="fix"``.
    """

    passed: bool
    message: str = ""
    fixed_output: str | None = None


Check: TypeAlias = Callable[[str], "GuardrailResult | bool | Awaitable[GuardrailResult | bool]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseGuardrail(ABC):
    """What all guardrails say; take one of its kinds.

    Args:
        name: what events and documents call it.
        position: ``output`` judges the model's answers, ``input`` the prompt before anything is started.
        on_fail: ``retry`` tells the model and lets it try again, ``raise`` fails the run, ``fix`` takes the guardrail's
            own text, ``human`` asks a person.
        max_retries: tries of ``retry`` before it becomes ``raise``.
    """

    name: str
    position: Position = "output"
    on_fail: OnFail = "raise"
    max_retries: int = 3

    @abstractmethod
    def document(self) -> Document:
        """Return the guardrail as the server compiles it."""

    def check_reaction(self, name: str) -> None:
        """Refuse what cannot be.

        Raises:
            InvalidArgumentError: a value is none of the choices, or the two do not go together.
        """
        check_name("a guardrail", name)
        check_choice(f"position of guardrail {name!r}", self.position, _POSITIONS)
        check_choice(f"on_fail of guardrail {name!r}", self.on_fail, _REACTIONS)
        check_at_least(f"max_retries of guardrail {name!r}", self.max_retries, 1)
        if self.position == "input" and self.on_fail not in ("raise", "fix"):
            raise InvalidArgumentError(
                f"guardrail {name!r} judges the input, before anything runs that could be tried again or wait: "
                f"its on_fail must be 'raise' or 'fix', got {self.on_fail!r}"
            )

    def reaction(self, name: str, kind: str) -> Document:
        """Return the part of the document that all guardrails have."""
        return {
            "name": name,
            "position": self.position,
            "onFail": self.on_fail,
            "maxRetries": self.max_retries,
            "guardrailType": kind,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrail(BaseGuardrail):
    """A guardrail that a function of yours judges; it runs as a worker.

    Args:
        check: takes the content, says whether it passes: a :class:`GuardrailResult`, or True and False. ``def`` or
            ``async def``.
        name: task name of the worker; the function's name when empty.
    """

    check: Check
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or getattr(self.check, "__name__", type(self.check).__name__))
        if self.name == "<lambda>":
            raise InvalidArgumentError("a guardrail that is a lambda needs name=..., the task name of its worker")
        self.check_reaction(self.name)

    def document(self) -> Document:
        """Return the guardrail as the server compiles it."""
        return self.reaction(self.name, "custom") | {"taskName": self.name}

    async def judge(self, content: str) -> GuardrailResult:
        """Ask the function."""
        return verdict(await call(self.check, content), self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegexGuardrail(BaseGuardrail):
    """A guardrail of regular expressions, which the server judges itself, in JavaScript's dialect.

    Args:
        patterns: one expression or several.
        mode: ``block`` fails on a match, ``allow`` without one.
        name: what events and documents call it.
        message: why it failed, for the model; a standard text when None.
    """

    patterns: str | Sequence[str]
    mode: Literal["block", "allow"] = "block"
    name: str = "regex_guardrail"
    message: str | None = None

    def __post_init__(self) -> None:
        patterns = (self.patterns,) if isinstance(self.patterns, str) else tuple(self.patterns)
        object.__setattr__(self, "patterns", patterns)
        self.check_reaction(self.name)
        check_choice(f"mode of guardrail {self.name!r}", self.mode, ("block", "allow"))
        if not patterns:
            raise InvalidArgumentError(f"guardrail {self.name!r} needs a pattern")
        for pattern in patterns:
            self._check_pattern(pattern)

    def document(self) -> Document:
        """Return the guardrail as the server compiles it."""
        own: Document = {"patterns": list(self.patterns), "mode": self.mode}
        return self.reaction(self.name, "regex") | own | ({} if self.message is None else {"message": self.message})

    async def judge(self, content: str) -> GuardrailResult:
        """Judge here, for an input guardrail."""
        found = any(re.search(pattern, content) for pattern in self.patterns)
        if found == (self.mode == "allow"):
            return GuardrailResult(passed=True)
        standard = "it matches a blocked pattern" if found else "it matches no allowed pattern"
        return GuardrailResult(passed=False, message=self.message or standard)

    def _check_pattern(self, pattern: str) -> None:
        try:
            re.compile(pattern)
        except re.error as error:
            raise InvalidArgumentError(f"pattern {pattern!r} of guardrail {self.name!r}: {error}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class LLMGuardrail(BaseGuardrail):
    """A guardrail that a model judges by a policy; the server asks it.

    Args:
        model: the judge, as ``provider/model``.
        policy: what the content must keep to.
        name: what events and documents call it.
        max_tokens: most tokens of the judge's answer; None leaves it to the server.
    """

    model: str
    policy: str
    name: str = "llm_guardrail"
    max_tokens: int | None = None

    def __post_init__(self) -> None:
        self.check_reaction(self.name)
        check_text(f"model of guardrail {self.name!r}", self.model)
        check_text(f"policy of guardrail {self.name!r}", self.policy)
        if self.position == "input":
            raise InvalidArgumentError(
                f"guardrail {self.name!r}: the server asks a model about answers only; judge the input by a function, "
                "or by an agent of its own before this one (strategy 'sequential')"
            )

    def document(self) -> Document:
        """Return the guardrail as the server compiles it."""
        own: Document = {"model": self.model, "policy": self.policy}
        return (
            self.reaction(self.name, "llm") | own | ({} if self.max_tokens is None else {"maxTokens": self.max_tokens})
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalGuardrail(BaseGuardrail):
    """A guardrail whose worker runs somewhere else.

    Args:
        name: the task name that it serves.
    """

    position: Position = field(default="output", init=False)

    def __post_init__(self) -> None:
        self.check_reaction(self.name)

    def document(self) -> Document:
        """Return the guardrail as the server compiles it."""
        return self.reaction(self.name, "external") | {"taskName": self.name}


def verdict(said: object, name: str) -> GuardrailResult:
    """Read what a guardrail's function returned.

    Raises:
        TypeError: neither a result nor True or False; nothing passes by mistake.
    """
    if isinstance(said, GuardrailResult):
        return said
    if isinstance(said, bool):
        return GuardrailResult(passed=said, message="" if said else f"guardrail {name!r} did not pass")
    raise TypeError(f"guardrail {name!r} must return a GuardrailResult, True or False, got {type(said).__name__}")
