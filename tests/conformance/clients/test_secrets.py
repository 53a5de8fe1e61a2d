"""The secret client on the real server, which has the names of secrets only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conductor_core import Conductor

pytestmark = pytest.mark.real_server


def test_the_names(real_conductor: Conductor) -> None:
    assert isinstance(real_conductor.secrets.list_secrets_that_user_can_grant_access_to(), list)
