"""The admin client on the real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.real_server import VERSION

if TYPE_CHECKING:
    from conductor_core import Conductor

pytestmark = pytest.mark.real_server


def test_the_version(real_conductor: Conductor) -> None:
    assert VERSION in real_conductor.admin.get_version()
