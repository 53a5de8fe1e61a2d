"""`Plugins`: everything the framework asks of plugins, one typed method for each question."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from conductor_core._logging import LOGGER, as_logger
from conductor_core._plugins import _known
from conductor_core._plugins._carriers import Carriers
from conductor_core._plugins._catalog import Catalog
from conductor_core._plugins._choice import auth_name
from conductor_core._plugins._client_events import told_to
from conductor_core._plugins._extensions import Extensions, published_specs
from conductor_core._plugins._filter import unknown_names
from conductor_core._plugins._listening import in_order, listeners_of
from conductor_core._plugins._metrics import MetricsPlugins
from conductor_core._plugins._registry import Registry
from conductor_core._plugins._report import PluginInfo, Problem, report_of
from conductor_core._plugins._required import unmet
from conductor_core.errors import (
    ConductorError,
    ConfigurationError,
    PluginDisabledError,
    PluginError,
    PluginNotFoundError,
)
from conductor_core.interfaces import AuthProvider, Command, RetryPolicy, TransportFactory

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from conductor_core._endpoint import Api
    from conductor_core._logging import Logger
    from conductor_core._plugins._catalog import Offer
    from conductor_core._plugins._hooks import Implementation
    from conductor_core._plugins._listeners import Listeners
    from conductor_core.hookspecs import AnyTransport
    from conductor_core.interfaces import CallSteps, Execute
    from conductor_core.settings import Settings

D = TypeVar("D", bound=AuthProvider | TransportFactory | RetryPolicy)
_DRIVERS: dict[str, type[AuthProvider | TransportFactory | RetryPolicy]] = {
    _known.AUTH: AuthProvider,
    _known.TRANSPORT: TransportFactory,
    _known.RETRY: RetryPolicy,
}


class Plugins:
    """The plugins of one program: what is installed, allowed, loaded, in which order, and what failed.

    It is built from settings and passed on; conductors and handlers that share one share the same set.

    Args:
        settings: which plugins are allowed; the drivers they choose are asked for by name.
        plugins: further plugin objects or modules with hook implementations, made in code.
        listeners: objects with hook implementations or with methods like ``on_task_execution_completed(event)``.
        logger: where conductors and handlers that share this set log, unless they were given another one.
        catalog: what is installed; for tests.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        plugins: Iterable[object] = (),
        listeners: Iterable[object] = (),
        logger: object | None = None,
        catalog: Catalog | None = None,
    ) -> None:
        self.settings: Settings = _checked(settings)
        self.logger: Logger = as_logger(logger)
        self.catalog: Catalog = catalog or Catalog(folder=settings.plugins_dir)
        self._registry = Registry(settings, self.catalog)
        self._announced = ""
        self._warned_of: set[str] = set()
        self._problems: dict[str, Problem] = {}
        for plugin in plugins:
            self._registry.add_plugin(plugin)
        for listener in listeners:
            self._registry.add_listener(listener)

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        plugins: Iterable[object] = (),
        listeners: Iterable[object] = (),
        logger: object | None = None,
    ) -> Plugins:
        """Build the facade for settings; nothing is imported before it is asked for."""
        return cls(settings, plugins=plugins, listeners=listeners, logger=logger)

    def add_listener(self, listener: object) -> None:
        """Add one listener made in code, or its class; it counts from the next start of workers.

        Raises:
            PluginLoadError: it listens to nothing.
        """
        self._registry.add_listener(listener)

    def auth(self, settings: Settings) -> AuthProvider:
        """Return a new provider of the auth that settings name; ``auto`` decides by what is set.

        Raises:
            PluginError: it is missing, disabled or broken; a deployment that asked for auth never runs without.
        """
        name, why = auth_name(settings)
        return self._instance(AuthProvider, _known.AUTH, name, why, settings)

    def transport(self, settings: Settings) -> TransportFactory:
        """Return a new factory of the transport that settings name.

        Raises:
            PluginError: it is missing, disabled or broken.
        """
        name, why = settings.transport, _why(settings, "transport")
        return self._instance(TransportFactory, _known.TRANSPORT, name, why, settings)

    def retry(self, settings: Settings) -> RetryPolicy:
        """Return a new policy of the retry that settings name.

        Raises:
            PluginError: it is missing, disabled or broken.
        """
        return self._instance(RetryPolicy, _known.RETRY, settings.retry, _why(settings, "retry"), settings)

    def client(self, name: str) -> type[Api[Any]]:
        """Return the client class of one name.

        Raises:
            ClientNotInstalledError: no distribution offers it; the message says which one to install.
            PluginError: it is disabled or broken.
        """
        from conductor_core._endpoint import Api  # noqa: PLC0415 - only conductors ask for clients

        return self._registry.driver(_known.CLIENTS, name, Api, f"conductor.{name}")

    def command(self, name: str) -> type[Command]:
        """Return the command class of one name.

        Raises:
            PluginError: it is missing, disabled or broken.
        """
        return self._registry.driver(_known.COMMANDS, name, Command, f"conductor {name}")

    def command_lines(self) -> dict[str, str]:
        """Return each command that settings allow with its line of help; no command is imported.

        Those of other projects show their distribution and its summary, which metadata tells.
        """
        names = self.names(_known.COMMANDS)
        lines = {name: _known.COMMAND_HELP.get(name, "") for name in names}
        others = [name for name, line in lines.items() if not line]
        if others and self.catalog.installed:
            from conductor_core._plugins._summaries import summaries  # noqa: PLC0415 - only for plugins of others

            lines.update(summaries(_known.COMMANDS, others))
        return lines

    def names(self, group: str) -> tuple[str, ...]:
        """Return the names a group offers and the settings allow, without importing any."""
        return tuple(offer.name for offer in self._registry.allowed(group))

    def wrap_transport(self, transport: AnyTransport, settings: Settings) -> AnyTransport:
        """Put every plugin's transport wrapper around a transport; the first in the declared order is outermost.

        Raises:
            PluginError: a wrapper failed or returned no transport; going on without it could lose a signature.
        """
        self._registry.load_group(_known.GENERAL)
        sends = [name for name in ("handle_request", "handle_async_request") if hasattr(transport, name)]
        for wrap in reversed(self._registry.implementations("conductor_wrap_transport")):
            transport = _wrapped(wrap, "conductor_wrap_transport", next=transport, settings=settings)
            if not any(hasattr(transport, name) for name in sends):
                raise _no_wrapper(wrap, "conductor_wrap_transport", f"which has no {' or '.join(sends)}", transport)
        return transport

    def wrap_call(self, steps: CallSteps, settings: Settings) -> CallSteps:
        """Put every plugin's call wrapper around what runs a call; the first in the declared order is outermost.

        Raises:
            PluginError: a wrapper failed or returned nothing that can be called.
        """
        self.load_general()
        for wrap in reversed(self._registry.implementations("conductor_wrap_call")):
            steps = _wrapped(wrap, "conductor_wrap_call", next=steps, settings=settings)
            if not callable(steps):
                raise _no_wrapper(wrap, "conductor_wrap_call", "which cannot be called", steps)
        return told_to(self.listeners(), steps)

    def wrap_execute(self, execute: Execute) -> Execute:
        """Put every plugin's execution wrapper around a callable; the first in the declared order is outermost.

        Raises:
            PluginError: a wrapper failed or returned nothing that can be called.
        """
        self.load_general()
        for wrap in reversed(self._registry.implementations("conductor_wrap_execute")):
            execute = _wrapped(wrap, "conductor_wrap_execute", next=execute, settings=self.settings)
            if not callable(execute):
                raise _no_wrapper(wrap, "conductor_wrap_execute", "which cannot be called", execute)
        return execute

    def carriers(self) -> Carriers:
        """Freeze what plugins do to carry their context to another process, and to restore it there."""
        self.load_general()
        return Carriers(
            tuple(self._registry.implementations("conductor_carry_context")),
            tuple(self._registry.implementations("conductor_restore_context")),
        )

    def metrics(self) -> MetricsPlugins:
        """Freeze what collects and renders metrics, in declared order."""
        self.load_general()
        return MetricsPlugins(
            tuple(self._registry.implementations("conductor_collect_metrics")),
            tuple(self._registry.implementations("conductor_render_metrics")),
        )

    def listeners(self) -> Listeners:
        """Freeze all listeners, in declared order: those of hooks, of ``conductor.listeners`` and those made in code."""
        self.load_general()
        self._registry.load_group(_known.LISTENERS)
        return listeners_of(self._registry, self.settings)

    def published_workers(self) -> list[object]:
        """Load what installed distributions publish as workers: modules, or objects; one that fails is skipped."""
        self._registry.load_group(_known.WORKERS)
        return [
            state.plugin
            for offer, state in self._registry.states.items()
            if offer.group == _known.WORKERS and state.plugin is not None
        ]

    def extensions(self, group: str, specs: type, *, plugins: Iterable[object] = ()) -> Extensions:
        """Load the plugins of a group whose hooks another distribution specifies, and return what asks them.

        Args:
            group: of entry points, for example ``conductor.embedded``; its hooks are called ``conductor_embedded_...``.
            specs: a class with that distribution's hook specifications.
            plugins: further plugin objects or modules, made in code.

        Raises:
            DuplicatePluginError: two distributions offer one name.
            PluginLoadError: a plugin made in code does not keep the hook contract.
        """
        self._registry.add_specs(specs)
        for plugin in plugins:
            self._registry.add_plugin(plugin)
        self._registry.load_group(group)
        return Extensions(self._registry)

    def check_names(self) -> None:
        """Check that the lists of plugins name what is there, and that required plugins are.

        Raises:
            PluginNotFoundError: a name fits nothing that is installed, and the message suggests one that does; or a
                required distribution is missing, too old or disabled.
        """
        wrong = unknown_names(self.settings, self.catalog) | unmet(self.settings, self.catalog)
        if wrong:
            raise PluginNotFoundError("; ".join(wrong.values()))

    def load_general(self) -> None:
        """Load the plugins of ``conductor.plugins``, which act on everything.

        Raises:
            DuplicatePluginError: two distributions offer one name.
        """
        self._registry.load_group(_known.GENERAL)

    def stray_sections(self) -> dict[str, str]:
        """Return the sections of options that no plugin here reads, each with a sentence that says so."""
        if not self.settings.options:
            return {}
        from conductor_core._plugins._sections import stray_sections  # noqa: PLC0415 - few programs have any

        return stray_sections(self.settings, self.catalog, in_code=bool(self._registry.in_code))

    def check_options(self) -> None:
        """Let plugins read their sections: listeners, and the drivers that have one, chosen or not.

        Raises:
            ConfigurationError: a section cannot be used.
            PluginError: a plugin with a section is broken.
        """
        read = self.settings.options.keys() - self.stray_sections().keys()
        for group, kind in _DRIVERS.items():
            for name in read & set(self.names(group)):
                self._instance(kind, group, name, f"options.{name}", self.settings)
        if read:
            self.listeners()

    def announce(self) -> None:
        """Log one line with the active plugins, again only when there are others since; warn of unused options, once."""
        for name, text in self.stray_sections().items():
            if name not in self._warned_of:
                self._warned_of.add(name)
                LOGGER.warning("%s", text)
        if not LOGGER.isEnabledFor(logging.INFO):  # names of distributions cost a look at all metadata
            return
        offers = sorted((offer for offer, state in self._registry.states.items() if state.plugin), key=_by_group)
        names = [_with_version(offer.plugin_name, *self._foreign(offer)) for offer in offers]
        names += list(self._registry.in_code)
        line = ", ".join(names) or "none"
        if line != self._announced:
            self._announced = line
            LOGGER.info("active plugins: %s", line)

    def _foreign(self, offer: Offer) -> tuple[str, str]:
        return ("", "") if offer.builtin else self.catalog.distribution_of(offer)

    def load_needed(self) -> None:
        """Load what these settings need, so that the report is complete; what fails is reported and not raised."""
        for name, reason in unknown_names(self.settings, self.catalog).items():
            self._problems[name] = Problem("missing", reason)
        with self._noting("required plugins"):
            for name, reason in unmet(self.settings, self.catalog).items():
                self._problems[name] = Problem("missing", reason)
        for group in (_known.GENERAL, _known.LISTENERS):
            with self._noting(group):
                self._registry.load_group(group, strict=False)
        settings = self.settings
        name, why = auth_name(settings)
        with self._noting(f"auth:{name}"):
            self._class(AuthProvider, _known.AUTH, name, why)
        with self._noting(f"transport:{settings.transport}"):
            self._class(TransportFactory, _known.TRANSPORT, settings.transport, _why(settings, "transport"))
        with self._noting(f"retry:{settings.retry}"):
            self._class(RetryPolicy, _known.RETRY, settings.retry, _why(settings, "retry"))

    def load_all(self) -> None:
        """Load everything that the settings allow, needed or not, to see what is broken; nothing is raised."""
        self.load_needed()
        specified = published_specs(self.catalog)
        for specs in specified.values():
            self._registry.add_specs(specs)
        for group in (*_known.REGISTER_HOOKS, _known.WORKERS, *specified):
            self._registry.load_each(self._registry.allowed(group))

    def report(self) -> list[PluginInfo]:
        """Return the truth about every plugin of every group, without importing what was not needed so far."""
        return report_of(self._registry, self._problems, partial(in_order, self._registry))

    def _instance(self, kind: type[D], group: str, name: str, why: str, settings: Settings) -> D:
        return self._class(kind, group, name, why)(settings)

    def _class(self, kind: type[D], group: str, name: str, why: str) -> type[D]:
        return self._registry.driver(group, name, kind, why)

    @contextmanager
    def _noting(self, plugin_name: str) -> Generator[None]:
        try:
            yield
        except PluginNotFoundError as error:
            self._problems[plugin_name] = Problem("missing", str(error))
        except PluginDisabledError as error:
            self._problems[plugin_name] = Problem("disabled", str(error))
        except (PluginError, ConfigurationError) as error:
            self._problems[plugin_name] = Problem("failed", str(error))


def _by_group(offer: Offer) -> tuple[int, str]:
    groups = (*_known.GROUPS, offer.group)
    return groups.index(offer.group), offer.name


def _with_version(name: str, distribution: str, version: str) -> str:
    return f"{name} ({distribution} {version})" if distribution else name


def _checked(settings: object) -> Settings:
    """Refuse what is passed instead of settings: most often the address alone."""
    from conductor_core.settings import Settings  # noqa: PLC0415 - there by now; not where only names are imported

    if isinstance(settings, Settings):
        return settings
    raise ConfigurationError(
        f"settings must be a Settings object, got {type(settings).__name__}; write Settings(server_url=...)"
    )


def _why(settings: Settings, name: str) -> str:
    return f"{name}, {settings.source(name)}"


def _wrapped(wrap: Implementation, hook: str, **arguments: Any) -> Any:
    try:
        return wrap.function(**arguments)
    except ConductorError:
        raise
    except Exception as error:
        raise PluginError(f"{wrap.plugin_name} failed in {hook}: {type(error).__name__}: {error}") from error


def _no_wrapper(wrap: Implementation, hook: str, why: str, found: object) -> PluginError:
    return PluginError(f"{wrap.plugin_name} returned {type(found).__name__} from {hook}, {why}; return the wrapper")
