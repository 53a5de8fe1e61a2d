"""The event client on the real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conductor_core import Conductor

pytestmark = pytest.mark.real_server


def test_a_list(real_conductor: Conductor) -> None:
    assert isinstance(real_conductor.events.get_all_event_handlers(), list)
