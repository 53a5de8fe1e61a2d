"""Every client method that the open-source server offers is called for real in this folder, one file for each client."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.contract import _spec
from tests.contract._calls import all_sent, clients

TEXT = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py")))


@pytest.mark.parametrize("client", sorted(clients()))
def test_every_method_that_is_served_is_called(client: str) -> None:
    served = {sent.method for sent in all_sent() if sent.client == client and _spec.served_by_open_source()[sent.key]}
    called = set(re.findall(rf"\b{client}\.(\w+)\(", TEXT))
    assert served - called == set()
