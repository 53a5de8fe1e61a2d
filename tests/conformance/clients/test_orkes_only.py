"""Clients that the open-source server has nothing of: each says so, and what to use instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import AsyncConductor
from conductor_core.errors import NotSupportedByServerError
from tests.contract import _spec
from tests.contract._calls import Sent, all_sent, declarations, is_plain
from tests.contract._samples import arguments_of

if TYPE_CHECKING:
    from tools.real_server import RealServer

pytestmark = pytest.mark.real_server
LACKING = [
    sent
    for sent in all_sent()
    if is_plain(sent.client, sent.method) and not _spec.served_by_open_source()[sent.key] and not sent.call.beside_api
]


async def _outcome(conductor: AsyncConductor, sent: Sent) -> object:
    arguments: dict[str, Any] = arguments_of(declarations(sent.client)[sent.method])
    try:
        return await getattr(getattr(conductor, sent.client), sent.method)(**arguments)
    except NotSupportedByServerError as error:
        return error
    except Exception as error:  # noqa: BLE001 - what else it may be is what the test shows
        return repr(error)


async def test_what_the_open_source_server_lacks_is_told_in_one_sentence(real_server: RealServer) -> None:
    wrong: dict[str, object] = {}
    async with AsyncConductor(server_url=real_server.url) as conductor:
        for sent in LACKING:
            outcome = await _outcome(conductor, sent)
            if not isinstance(outcome, NotSupportedByServerError) or sent.call.hint not in str(outcome):
                wrong[str(sent)] = outcome
    assert len(LACKING) > 80
    assert wrong == {}
