"""Rules for plugins that no other file of this folder shows; spec/plugin_rules.csv lists them all."""

from __future__ import annotations

import asyncio
import json
import logging
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Conductor, ExecuteInput, Plugins, Settings, TaskHandler, get, hookimpl, ordered
from conductor_core._plugins._contract import check_version
from conductor_core.errors import PluginLoadError
from conductor_core.events import PollStarted
from conductor_core.http import BaseTransport, Request, Response
from conductor_core.models import Task
from conductor_core.worker._copies._spec import CopySpec, plain_settings, settings_from
from tests._support.fake_plugins import FakeEnvironment, Installed, row_of
from tests._support.fake_server import answering, transport_plugin

if TYPE_CHECKING:
    from pathlib import Path


@hookimpl
def heard(event: object) -> None:
    """Listen."""


# 1: nothing of a broken plugin stays behind.


def test_of_a_plugin_that_breaks_the_contract_no_hook_stays_registered(fake: FakeEnvironment) -> None:
    attributes: dict[str, Any] = {"conductor_on_poll_started": heard, "conductor_on_poll_finished": heard}
    fake.add("conductor.plugins", "half", **attributes)
    plugins = fake.plugins()
    assert plugins.listeners().of(PollStarted) == ()
    assert row_of(plugins, "plugins:half").state == "failed"


# 6: two switches, one meaning, wherever they are set.


@pytest.mark.parametrize(("setting", "variable"), [("load_plugins", "LOAD"), ("disabled_plugins", "DISABLED")])
def test_both_lists_are_set_in_the_same_places_with_the_same_strength(
    tmp_path: Path, setting: str, variable: str
) -> None:
    file = tmp_path / "conductor.toml"
    file.write_text(f'[conductor]\n{setting} = ["of-file"]\n')
    environ = {f"CONDUCTOR_{variable}_PLUGINS": "of-environment"}

    def found(environ: dict[str, str], **arguments: Any) -> tuple[str, ...]:
        names: tuple[str, ...] = getattr(Settings.load(file, environ=environ, **arguments), setting)
        return names

    assert found({}) == ("of-file",)
    assert found(environ) == ("of-environment",)
    assert found(environ, **{setting: "of-argument"}) == ("of-argument",)
    assert found({next(iter(environ)): ""}) == ()  # an empty list is a list, also here
    assert found(environ, **{setting: ""}) == ()


# 7 and 9: order is declared by any name, shown, and the same whatever was installed first.


def test_distributions_may_be_named_in_an_order(installed: Installed) -> None:
    source = """
        from conductor_core import hookimpl, ordered
        @hookimpl
        @ordered(after=["Zebra_Conductor"])
        def conductor_on_poll_started(event): ...
    """
    plain = "from conductor_core import hookimpl\n@hookimpl\ndef conductor_on_poll_started(event): ...\n"
    installed.distribution(
        "ant-conductor", "1.0", "[conductor.plugins]\nant = ant_hooks\n", ant_hooks=textwrap.dedent(source)
    )
    installed.distribution("zebra-conductor", "1.0", "[conductor.plugins]\nstripes = zebra_hooks\n", zebra_hooks=plain)
    rows = {row["name"]: row for row in json.loads(installed.conductor("plugins", "--json").stdout)}
    places = {name: row["order"].get("conductor_on_poll_started", 0) for name, row in rows.items()}
    assert places["plugins:stripes"] < places["plugins:ant"]
    assert rows["plugins:ant"]["declared"] == "after Zebra_Conductor"
    shown = installed.conductor("plugins", "show", "ant-conductor").stdout
    assert "declares      after Zebra_Conductor" in shown
    assert f"conductor_on_poll_started {places['plugins:ant']}" in shown


def test_an_order_that_contradicts_itself_is_shown_and_takes_no_listing_down(fake: FakeEnvironment) -> None:
    for name, other in (("one", "two"), ("two", "one")):

        @hookimpl
        @ordered(before=[other])
        def listening(event: object) -> None:
            """Listen."""

        fake.add("conductor.plugins", name, conductor_on_poll_started=listening)
    plugins = fake.plugins()
    plugins.load_needed()
    for name in ("one", "two"):
        row = row_of(plugins, f"plugins:{name}")
        assert row.state == "failed"
        assert "contradicts itself" in row.reason


# 12: a plugin of the application acts once, on clients and workers alike.


class Counted(BaseTransport):
    """Counts requests in a header."""

    def __init__(self, inner: BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: Request) -> Response:
        request.headers["X-Wrapped"] = str(int(request.headers.get("X-Wrapped", "0")) + 1)
        return self._inner.handle_request(request)


class Counting:
    """Wraps transports and executions."""

    def __init__(self) -> None:
        self.executions = 0

    @hookimpl
    def conductor_wrap_transport(self, next: Any) -> Any:  # noqa: A002 - the hook's name for it
        return Counted(next) if isinstance(next, BaseTransport) else next

    @hookimpl
    def conductor_wrap_execute(self, next: Any) -> Any:  # noqa: A002 - the hook's name for it
        async def around(given: ExecuteInput) -> object:
            self.executions += 1
            return await next(given)

        return around

    def on_poll_started(self, event: PollStarted) -> None:
        """Listen."""


async def execute(given: ExecuteInput) -> object:
    return given.worker_id


def test_a_plugin_shared_by_client_and_workers_is_applied_once() -> None:
    server, counting = answering(Response(200)), Counting()
    settings = Settings(transport="fake", load_plugins=())
    plugins = Plugins.from_settings(settings, plugins=[transport_plugin(server), counting], listeners=[counting])
    with Conductor(plugins=plugins) as conductor, Conductor(plugins=plugins) as other:
        TaskHandler(plugins=plugins, event_listeners=[counting], workers=[])
        TaskHandler(plugins=conductor.plugins, event_listeners=[counting], workers=[])
        conductor.run(get("/x"))
        other.run(get("/x"))
        given = ExecuteInput(task=Task(task_id="1"), worker_id="w")
        assert asyncio.run(_run(plugins.wrap_execute(execute), given)) == "w"
    assert [request.headers["x-wrapped"] for request in server.requests] == ["1", "1"]
    assert counting.executions == 1
    assert len([one for one in plugins.listeners().of(PollStarted) if one.name.startswith("code:")]) == 1


async def _run(wrapped: Any, given: ExecuteInput) -> object:
    return await wrapped(given)


# 13: the same set in every process.

SETS = """
    import json, subprocess, sys
    from conductor_core import Plugins, Settings
    from conductor_core.worker._copies._spec import CopySpec, plain_settings, settings_from
    def names(settings):
        plugins = Plugins.from_settings(settings)
        plugins.load_needed()
        return sorted((row.name, row.state, row.version) for row in plugins.report())
    if len(sys.argv) > 1:
        print(json.dumps(names(settings_from(json.loads(sys.argv[1])))))
    else:
        settings = Settings.load()
        child = [sys.executable, "-c", PROGRAM, json.dumps(plain_settings(settings))]
        mine, theirs = names(settings), json.loads(subprocess.run(child, capture_output=True, check=True, text=True).stdout)
        print(mine == [tuple(row) for row in theirs], [name for name, state, _ in mine if state == "active"])
"""


def test_another_process_with_the_same_settings_has_the_same_plugins(installed: Installed, tmp_path: Path) -> None:
    plain = "from conductor_core import hookimpl\n@hookimpl\ndef conductor_on_poll_started(event): ...\n"
    for name in ("first", "second"):
        entry = f"[conductor.plugins]\n{name} = {name}_hooks\n"
        installed.distribution(f"{name}-conductor", "1.0", entry, **{f"{name}_hooks": plain})
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "third.py").write_text(plain)
    source = textwrap.dedent(SETS)
    printed = installed.python(
        f"PROGRAM = {source!r}\n{source}",
        CONDUCTOR_DISABLED_PLUGINS="second",
        CONDUCTOR_PLUGINS_DIR=str(folder),
        CONDUCTOR_RETRY="standard",
    )
    assert printed.startswith("True ")
    assert "plugins:first" in printed
    assert "plugins:third" in printed
    assert "plugins:second" not in printed


def test_every_choice_of_plugins_crosses_to_copies_and_children() -> None:
    settings = Settings(
        auth="none",
        load_plugins=(),
        disabled_plugins=("logging",),
        required_plugins=("conductor-core>=0.1,<9",),
        plugins_dir="scripts",
        strict_plugins=True,
        options={"acme": {"key": 1}},
    )
    spec = CopySpec(modules=(), settings=plain_settings(settings), stop_timeout=1.0)
    assert settings_from(CopySpec.decoded(spec.encoded()).settings) == settings


# 14: a plugin of a few lines.

TEN_LINES = """
from conductor_core import Plugins, Settings
from conductor_core.events import PollStarted

class Shouting:
    def on_poll_started(self, event: PollStarted) -> None:
        print(event.task_type.upper())

plugins = Plugins.from_settings(Settings(), listeners=[Shouting()])
"""


def test_ten_lines_are_enough() -> None:
    space: dict[str, Any] = {}
    exec(compile(TEN_LINES, "ten_lines", "exec"), space)  # noqa: S102 - what the test is about
    told = space["plugins"].listeners().of(PollStarted)
    assert [listener.name for listener in told] == ["code:Shouting"]
    assert len(TEN_LINES.strip().splitlines()) <= 10


# 16: versions of the contract.


@pytest.mark.parametrize(
    ("wanted", "core", "refusal"),
    [
        (1, 1, ""),
        (1, 2, ""),
        (2, 2, ""),
        (2, 3, ""),
        (1, 3, "needs hook API 1, this core offers 2-3"),
        (3, 2, "needs hook API 3, this core offers 1-2"),
        (2, 1, "needs hook API 2, this core offers 1;"),
        (True, 1, "needs hook API True"),
    ],
)
def test_a_plugin_of_this_version_or_the_one_before_is_taken(wanted: object, core: int, refusal: str) -> None:
    class Plugin:
        conductor_hook_api = wanted

    if not refusal:
        check_version(Plugin(), core)
        return
    with pytest.raises(PluginLoadError, match=refusal):
        check_version(Plugin(), core)


# 19: one line with the active set.


def test_the_active_set_is_logged_once(fake: FakeEnvironment, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "conductor")
    fake.add("conductor.plugins", "acme", conductor_on_poll_started=heard)
    settings = Settings(transport="fake")
    server = answering(Response(200))
    plugins = fake.plugins(settings, plugins=[transport_plugin(server)])
    for _ in range(2):
        Conductor(plugins=plugins).close()
    lines = [record.getMessage() for record in caplog.records if "active plugins" in record.getMessage()]
    (line,) = lines
    assert line.startswith("active plugins: auth:none, retry:standard, plugins:acme, code:")


def test_the_line_names_distributions_and_versions(installed: Installed) -> None:
    plain = "from conductor_core import hookimpl\n@hookimpl\ndef conductor_on_poll_started(event): ...\n"
    installed.distribution("acme-conductor", "2.5.1", "[conductor.plugins]\nacme = acme_hooks\n", acme_hooks=plain)
    program = """
        import logging, sys
        logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
        from conductor_core import Conductor
        Conductor().close()
    """
    assert "plugins:acme (acme-conductor 2.5.1)" in installed.python(textwrap.dedent(program))


def test_nothing_is_looked_up_for_a_line_that_nobody_reads(
    fake: FakeEnvironment, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "conductor")
    fake.add("conductor.plugins", "acme", conductor_on_poll_started=heard)
    plugins = fake.plugins()
    plugins.load_general()
    plugins.announce()
    assert caplog.records == []
