"""The program behind ``conductor worker run --processes N``: supervisor, signals and health server put together."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Final

from conductor_core._log_setup import wants_json
from conductor_core._plugins import Plugins
from conductor_core.worker._copies._spec import CopySpec, plain_settings
from conductor_core.worker._copies._supervisor import CopySupervisor
from conductor_core.worker._health._serving import HealthServing, is_wanted
from conductor_core.worker._log_records import levels
from conductor_core.worker._signals import SignalOwner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conductor_core.settings import Settings

_LOG_FORMAT: Final = "%(asctime)s %(levelname)s [%(process)d] %(name)s: %(message)s"


def run_copies(
    settings: Settings, modules: Sequence[str], *, processes: int, stop_timeout: float, max_restarts: int
) -> int:
    """Serve the workers of some modules from several processes, until SIGTERM or SIGINT.

    Args:
        settings: where the server is; its health port is served here, and its metrics file written, for all processes.
        modules: modules that decorate workers.
        processes: how many.
        stop_timeout: seconds that running tasks get to finish.
        max_restarts: restarts after which a process stays down; 0 means no limit.

    Returns:
        0 when every task was finished and every result delivered, else 1.

    Raises:
        WorkerError: the workers could not be started.
        ConfigurationError: the health server cannot listen, or the settings cannot cross to another process.
    """
    if not wants_json(os.environ):
        for handler in logging.getLogger().handlers:
            handler.setFormatter(logging.Formatter(_LOG_FORMAT))
    spec = CopySpec(
        modules=tuple(modules),
        settings=plain_settings(settings),
        stop_timeout=stop_timeout,
        max_restarts=max_restarts,
        tells_health=is_wanted(settings),
        levels=levels(),
    )
    supervisor = CopySupervisor(spec, processes, max_restarts=max_restarts, frozen_after=settings.frozen_after)
    signals = SignalOwner(supervisor.stop, supervisor.force)
    signals.install()
    serving = (
        HealthServing(settings, supervisor.health, Plugins.from_settings(settings).metrics())
        if is_wanted(settings)
        else None
    )
    try:
        return supervisor.run()
    finally:
        if serving is not None:
            serving.close()
        signals.restore()
