"""What a module does follows from the groups that it was loaded through, not from all that is in it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import AuthProvider, RetryPolicy, Settings, TransportFactory, hookimpl
from conductor_core._plugins import Catalog
from conductor_core.errors import PluginLoadError
from conductor_core.events import PollStarted
from tests._support.fake_plugins import FakeEnvironment, row_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conductor_core import Attempt, ExecuteInput
    from conductor_core.http import Auth


class Acme(AuthProvider):
    name = "acme"

    def auth(self) -> Auth | None:
        return None


@hookimpl
def wrap(next: Any) -> Any:  # noqa: A002 - the hook's name for it
    return partial(next)


async def execute(_given: ExecuteInput) -> object:
    return None


@hookimpl
def heard(event: object) -> None:
    """Listen."""


BOTH: dict[str, Any] = {"conductor_register_auth": hookimpl(lambda: Acme), "conductor_wrap_execute": wrap}


def test_a_module_that_is_a_driver_does_not_wrap_by_the_way(fake: FakeEnvironment) -> None:
    module = fake.add("conductor.auth", "acme", **BOTH)
    fake.add_value("conductor.plugins", "acme-around", module.__name__)
    settings = Settings(auth="acme", disabled_plugins=("plugins:acme-around",))
    plugins = fake.plugins(settings)
    assert isinstance(plugins.auth(settings), Acme)
    assert plugins.wrap_execute(execute) is execute
    assert row_of(plugins, "auth:acme").hooks == ("conductor_register_auth",)
    assert row_of(plugins, "plugins:acme-around").state == "disabled"


def test_loaded_through_both_it_does_both_and_each_row_shows_its_half(fake: FakeEnvironment) -> None:
    module = fake.add("conductor.auth", "acme", **BOTH)
    fake.add_value("conductor.plugins", "acme-around", module.__name__)
    settings = Settings(auth="acme")
    plugins = fake.plugins(settings)
    plugins.auth(settings)
    assert isinstance(plugins.wrap_execute(execute), partial)
    assert row_of(plugins, "auth:acme").order == {}
    around = row_of(plugins, "plugins:acme-around")
    assert (around.state, around.order) == ("active", {"conductor_wrap_execute": 1})


def test_a_module_without_the_hook_of_its_group_is_reported(fake: FakeEnvironment) -> None:
    fake.add("conductor.auth", "acme", conductor_on_poll_started=heard)
    settings = Settings(auth="acme")
    with pytest.raises(
        PluginLoadError, match=r"it has no conductor_register_auth hook, and conductor.auth asks for one"
    ):
        fake.plugins(settings).auth(settings)


def test_a_whole_group_is_allowed_or_disabled_by_a_star(fake: FakeEnvironment) -> None:
    fake.add("conductor.plugins", "one", conductor_on_poll_started=heard)
    fake.add("conductor.listeners", "two", conductor_on_poll_started=heard)

    def told(**values: Any) -> list[str]:
        plugins = fake.plugins(Settings(**values))
        plugins.check_names()
        return [listener.name for listener in plugins.listeners().of(PollStarted)]

    assert told(load_plugins=("listeners:*",)) == ["listeners:two"]
    assert told(disabled_plugins=("plugins:*",)) == ["listeners:two"]
    assert told() == ["listeners:two", "plugins:one"]


def test_built_ins_are_disabled_by_the_name_of_the_core_too(fake: FakeEnvironment) -> None:
    plugins = fake.plugins(Settings(disabled_plugins=("Conductor_Core",)))
    plugins.check_names()
    assert {row.state for row in plugins.report()} == {"disabled"}


def test_a_group_that_nobody_reads_is_shown_with_a_suggestion(fake: FakeEnvironment) -> None:
    fake.add("conductor.listener", "lost", conductor_on_poll_started=heard)
    row = row_of(fake.plugins(), "listener:lost")
    assert row.state == "available"
    assert "reads conductor.listener; did you mean 'conductor.listeners'" in row.reason


def test_server_halves_and_workers_are_listed(fake: FakeEnvironment) -> None:
    fake.add_value("conductor.embedded", "acme", "a_module_that_is_not_there")
    fake.add_value("conductor.workers", "acme", "a_module_that_is_not_there")
    plugins = fake.plugins()
    assert row_of(plugins, "embedded:acme").state == "available"
    assert plugins.published_workers() == []
    assert row_of(plugins, "workers:acme").state == "failed"


class Late(RetryPolicy):
    name = "late"

    async def wait(self, attempt: Attempt) -> float | None:  # type: ignore[override]
        return None


class Half(TransportFactory):
    name = "half"


@pytest.mark.parametrize(
    ("group", "hook", "kind", "reason"),
    [
        (
            "retry",
            "conductor_register_retry",
            Late,
            "Late.wait is a coroutine function, and it is called without await",
        ),
        ("transport", "conductor_register_transport", Half, "Half does not implement async_transport, sync_transport"),
    ],
)
def test_a_class_of_the_wrong_colour_or_half_made_is_refused_when_it_registers(
    fake: FakeEnvironment, group: str, hook: str, kind: type, reason: str
) -> None:
    attributes: dict[str, Any] = {hook: hookimpl(lambda: kind)}
    fake.add(f"conductor.{group}", kind.__name__.lower(), **attributes)
    settings = Settings(**{group: kind.__name__.lower()})  # type: ignore[arg-type]  # one of two fields
    plugins = fake.plugins(settings)
    with pytest.raises(PluginLoadError, match=reason):
        getattr(plugins, group)(settings)


def test_two_distributions_with_the_very_same_entry_point_are_told_once_metadata_is_read() -> None:
    catalog = Catalog()
    vars(catalog)["_distributions"] = {
        ("conductor.plugins", "mine", "my_plugin"): [("a-conductor", "1.0"), ("b-conductor", "2.0")]
    }
    (text,) = catalog.duplicates(catalog.group("conductor.plugins")).values()
    assert "by a-conductor 1.0 (my_plugin) and by b-conductor 2.0 (my_plugin)" in text


def generating(event: object) -> Iterator[None]:
    """Listen, but only when somebody iterates."""
    yield


@pytest.mark.parametrize("group", ["plugins", "listeners"])
def test_a_listener_whose_body_would_never_run_is_refused(fake: FakeEnvironment, group: str) -> None:
    fake.add(f"conductor.{group}", "lazy", conductor_on_poll_started=hookimpl(generating))
    plugins = fake.plugins()
    assert plugins.listeners().of(PollStarted) == ()
    assert "is a generator function, whose body would never run" in row_of(plugins, f"{group}:lazy").reason

    class Lazy:
        def on_poll_started(self, event: object) -> Iterator[None]:
            yield

    with pytest.raises(PluginLoadError, match="is a generator function"):
        plugins.add_listener(Lazy())
