"""Every event is made of its fields, frozen, and equal by value."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from conductor_core.events import CLIENT_EVENT_TYPES, EVENT_TYPES

VALUES: dict[str, Any] = {"duration_ms": 1.5, "cause": None, "tasks_received": 2, "success": True}


@pytest.mark.parametrize("kind", [*EVENT_TYPES, *CLIENT_EVENT_TYPES])
def test_every_event_is_made_of_its_fields(kind: type[Any]) -> None:
    needed = [one.name for one in dataclasses.fields(kind) if one.default is one.default_factory is dataclasses.MISSING]
    given = {name: VALUES.get(name, name) for name in needed}
    made = kind(**given)
    assert {name: getattr(made, name) for name in needed} == given
    assert hash(made) == hash(dataclasses.replace(made))
    assert not hasattr(made, "__dict__")
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == made  # noqa: S301 - of this test
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.timestamp = made.timestamp
    with pytest.raises(TypeError):
        kind(*given.values(), nme="unknown")
