"""The secret client on the real server, which reads secrets and variables from its own environment and changes neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core.errors import NotFoundError, NotSupportedByServerError
from tools.real_server import SECRETS

if TYPE_CHECKING:
    from conductor_core import Conductor

pytestmark = pytest.mark.real_server
READ_ONLY = "start it with them set"


def test_secrets_can_be_read(real_conductor: Conductor, name: str) -> None:
    secrets = real_conductor.secrets
    given = {variable.removeprefix("CONDUCTOR_SECRET_"): value for variable, value in SECRETS.items()}
    assert secrets.list_all_secret_names() == secrets.list_secrets_that_user_can_grant_access_to() == list(given)
    for known, value in given.items():
        assert secrets.secret_exists(known) is True
        assert secrets.get_secret(known) == value
    assert secrets.secret_exists(name) is False
    with pytest.raises(NotFoundError) as caught:
        secrets.get_secret(name)
    assert not isinstance(caught.value, NotSupportedByServerError)


def test_secrets_cannot_be_changed(real_conductor: Conductor, name: str) -> None:
    secrets = real_conductor.secrets
    with pytest.raises(NotSupportedByServerError, match=READ_ONLY) as caught:
        secrets.put_secret(name, "correct horse")
    assert caught.value.status == 501
    assert "correct horse" not in str(caught.value)
    with pytest.raises(NotSupportedByServerError, match=READ_ONLY):
        secrets.delete_secret(name)
    with pytest.raises(NotSupportedByServerError, match=READ_ONLY):
        secrets.list_secrets_with_tags()


def test_variables_can_be_read_and_not_changed(real_conductor: Conductor, name: str) -> None:
    secrets = real_conductor.secrets
    assert secrets.list_variables() == []
    assert secrets.get_variable(name) == ""
    with pytest.raises(NotSupportedByServerError, match=READ_ONLY):
        secrets.put_variable(name, "value")
