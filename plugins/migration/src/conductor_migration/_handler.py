"""The task handler with the arguments and methods of older programs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from conductor_core import TaskHandler as Handler
from conductor_migration._configuration import AnyConfiguration, Configuration, settings_of
from conductor_migration._worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conductor_migration._metrics import MetricsSettings


class TaskHandler(Handler):
    """Runs workers; one process serves all of them, so options about processes have nothing to do.

    Args:
        workers: workers besides the decorated functions.
        configuration: where the server is; the environment when None.
        metrics_settings: where metrics go; needs ``conductor-metrics-otel[prometheus]``.
        scan_for_annotated_workers: serve every decorated function of this process.
        import_modules: modules to import for their decorated functions.
        event_listeners: objects with methods like ``on_task_execution_completed(event)``.
        monitor_processes: without effect.
        restart_on_failure: without effect; a poll loop that dies is started again.
        monitor_interval_seconds: without effect.
        restart_backoff_seconds: without effect.
        restart_backoff_max_seconds: without effect.
        restart_max_attempts: restarts of a poll loop; 0 means no limit.
        options: keywords of ``conductor_core.TaskHandler``.

    Raises:
        ConfigurationError: a setting cannot be used, or ``metrics_settings`` was given and nothing records metrics.
        WorkerError: a module cannot be imported or an object is no worker.
    """

    def __init__(
        self,
        workers: Iterable[object] | None = None,
        configuration: AnyConfiguration = None,
        metrics_settings: MetricsSettings | None = None,
        scan_for_annotated_workers: bool = True,  # noqa: FBT001, FBT002 - the older signature
        import_modules: Iterable[str] | None = None,
        event_listeners: Iterable[object] | None = None,
        *,
        monitor_processes: bool = True,
        restart_on_failure: bool = True,
        monitor_interval_seconds: float = 5.0,
        restart_backoff_seconds: float = 1.0,
        restart_backoff_max_seconds: float = 60.0,
        restart_max_attempts: int = 0,
        **options: Any,
    ) -> None:
        del monitor_processes, restart_on_failure, monitor_interval_seconds
        del restart_backoff_seconds, restart_backoff_max_seconds
        settings = settings_of(configuration)
        if isinstance(configuration, Configuration) and configuration.register_schema is not None:
            registers = str(configuration.register_schema).lower()
            options["environ"] = {**(options.get("environ") or os.environ), "CONDUCTOR_REGISTER_SCHEMAS": registers}
        super().__init__(
            settings if metrics_settings is None else metrics_settings.applied_to(settings),
            workers=[worker.definition if isinstance(worker, Worker) else worker for worker in workers or ()],
            import_modules=import_modules or (),
            scan_for_annotated_workers=scan_for_annotated_workers,
            event_listeners=event_listeners or (),
            max_restarts=restart_max_attempts,
            **options,
        )

    def start_processes(self) -> None:
        """Start the workers on a thread of their own, unless ``with`` has done so, and return."""
        if not self.is_started:
            self.start()

    def stop_processes(self) -> None:
        """Stop polling, let running tasks finish, send their results, and return."""
        self.stop()

    def get_worker_process_status(self) -> list[dict[str, Any]]:
        """Return for each worker whether its poll loop is alive; all of them run in this process."""
        return [
            {
                "worker": status.name,
                "pid": os.getpid(),
                "alive": status.alive,
                "exitcode": None,
                "restart_count": status.restarts,
            }
            for status in self.get_worker_status()
        ]
