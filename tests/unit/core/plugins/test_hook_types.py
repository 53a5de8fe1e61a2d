"""The protocols for type checkers say what the specifications say."""

from __future__ import annotations

import inspect

import pytest

from conductor_core import hook_types
from conductor_core.hookspecs import SPECS

SPECIFIED = {name: spec for specs in SPECS for name, spec in vars(specs).items() if name.startswith("conductor_")}
TYPED = {
    name: method
    for protocol in vars(hook_types).values()
    if inspect.isclass(protocol) and protocol.__module__ == hook_types.__name__
    for name, method in vars(protocol).items()
    if name.startswith("conductor_")
}


def test_every_hook_has_a_protocol_and_no_other_has() -> None:
    assert TYPED.keys() == SPECIFIED.keys(), (
        "conductor_core/hook_types.py has a protocol for each hook; add the new one"
    )


@pytest.mark.parametrize("hook", sorted(SPECIFIED))
def test_a_protocol_takes_what_the_hook_is_given(hook: str) -> None:
    specified, typed = inspect.signature(SPECIFIED[hook]), inspect.signature(TYPED[hook])
    assert list(typed.parameters.values()) == list(specified.parameters.values())
    if not hook.startswith("conductor_on_"):  # told at once, or awaited
        same = {"type[Api]": "type[Api[Any]]"}
        assert typed.return_annotation == same.get(specified.return_annotation, specified.return_annotation)
