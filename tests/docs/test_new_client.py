"""The client of docs/clients.md: from scaffold to contract, with few lines written by hand."""

from __future__ import annotations

import importlib
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest
import respx

from conductor_core import AsyncConductor, Conductor, Plugins, Settings
from conductor_core.http import Request, Response
from tests._support.documented_server import DocumentedServer
from tests.contract import test_operations as contract
from tests.contract._calls import sent_by
from tools.distributions import ROOT
from tools.new_client import files, listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conductor_core import Api

NAME, PACKAGE = "variables", "conductor_variables"
MOST_LINES = 80
METHODS = ["delete_variable", "get_variable", "get_variable_tags", "list_variables", "put_variable"]
WRITTEN = dict(
    re.findall(
        r'^```python title="(\w+\.py)"\n(.*?)^```$',
        (ROOT / "docs" / "clients.md").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
)


@pytest.fixture
def hooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The hooks of the distribution: what the scaffold writes, with the two files of the page."""
    for path, text in files(NAME, "variables of the cluster").items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(WRITTEN.get(path.name, text), encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "src"), *sys.path])
    yield importlib.import_module(f"{PACKAGE}.hooks")
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def test_few_lines_are_written_by_hand() -> None:
    assert set(WRITTEN) == {"api.py", "models.py"}
    lines = [line for text in WRITTEN.values() for line in text.splitlines() if line.strip()]
    assert len(lines) < MOST_LINES
    assert f"the {len(lines)} lines, blank ones aside" in (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")


def test_it_passes_the_contract(hooks: Any) -> None:
    api: type[Api[Any]] = hooks.conductor_register_client()
    everything = list(sent_by(NAME, api))
    assert sorted(sent.method for sent in everything) == METHODS
    for sent in everything:
        contract.test_the_server_has_the_operation(sent)
        contract.test_a_hint_says_what_to_use_where_the_open_source_server_lacks_it(sent)
        contract.test_the_query_is_the_documented_one(sent)
        contract.test_the_headers_are_the_documented_ones(sent)
        contract.test_the_body_fits_the_documented_schema(sent)
        contract.test_an_answer_made_from_the_schema_is_read_without_a_field_left_over(sent)


async def test_it_works_on_both_faces(hooks: Any) -> None:
    api: Any = hooks.conductor_register_client()
    server = DocumentedServer()

    def answer(request: Request) -> Response:
        status, kind, body = server.answer(request.method, request.url.raw_path.decode(), request.read())
        return Response(status, content=body, headers={"content-type": kind})

    settings = Settings(server_url="http://conductor.test/api")
    with respx.mock() as router:
        router.route().mock(side_effect=answer)
        with Conductor(plugins=Plugins.from_settings(settings, plugins=[hooks])) as conductor:
            client = conductor.client(api)
            client.put_variable("region", "eu")
            assert [variable.name for variable in client.list_variables()] == ["text"]
        async with AsyncConductor(plugins=Plugins.from_settings(settings, plugins=[hooks])) as twin:
            assert await twin.client(api).get_variable("region") == "text"
    assert [(verb, path) for verb, path, _ in server.seen] == [
        ("PUT", "/api/environment/region"),
        ("GET", "/api/environment"),
        ("GET", "/api/environment/region"),
    ]


def test_the_scaffold_adds_the_distribution_to_every_list() -> None:
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    with_it = listed(settings, NAME)
    assert with_it.count(f'"{PACKAGE}"') == settings.count('"conductor_webhooks"')
    assert f'"plugins/{NAME}/src"' in with_it
    assert listed(with_it, NAME) == with_it
