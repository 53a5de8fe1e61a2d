"""All workers of one event loop: from resolved options to the last result."""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conductor_core._drivers import AsyncDriver, SyncDriver
from conductor_core._http_client import ClientParts
from conductor_core.errors import WorkerError
from conductor_core.worker._calls import heartbeat_call, last_update_call
from conductor_core.worker._context import current_task_context
from conductor_core.worker._execution import Execution
from conductor_core.worker._health import health_serving
from conductor_core.worker._health._loop_watch import LoopWatch
from conductor_core.worker._health._snapshot import ProcessHealth
from conductor_core.worker._hot import TaskClient
from conductor_core.worker._isolation import process_execution
from conductor_core.worker._last_resort import LastResort
from conductor_core.worker._lease import LeaseTracker
from conductor_core.worker._longpoll import LongPolls
from conductor_core.worker._notify import WORKERS_STOPPED, Notifier
from conductor_core.worker._options import StopReport
from conductor_core.worker._outbox import outbox_for
from conductor_core.worker._redelivery import redeliver, redeliver_until
from conductor_core.worker._runner import TaskRunner
from conductor_core.worker._services import Services
from conductor_core.worker._sources import resolved
from conductor_core.worker._status import WorkerStatus
from conductor_core.worker._stop import StopState
from conductor_core.worker._supervisor import Supervisor
from conductor_core.worker._update import Updater

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conductor_core._plugins import Plugins
    from conductor_core.settings import Settings
    from conductor_core.worker._config import WorkerConfig
    from conductor_core.worker._health._serving import HealthServing
    from conductor_core.worker._isolation._execution import ProcessExecution
    from conductor_core.worker._options import RuntimeOptions
    from conductor_core.worker._outbox import OutboxStatus
    from conductor_core.worker._polled import PolledTask
    from conductor_core.worker._worker import WorkerDefinition

logger = logging.getLogger("conductor.worker")

# Seconds to give tasks back once the stop limit is over or stop was forced.
_GIVE_BACK_SECONDS: Final = 5.0
_FLUSH_SECONDS: Final = 2.0
_LAST_DELIVERY_SECONDS: Final = 1.0
_SPARE_CONNECTIONS: Final = 10


class WorkerRuntime:
    """Runs workers on the current event loop.

    Args:
        definitions: the workers.
        settings: where the server is and which drivers to use.
        plugins: the plugin set.
        options: how to behave.
    """

    def __init__(
        self, definitions: Sequence[WorkerDefinition], settings: Settings, plugins: Plugins, options: RuntimeOptions
    ) -> None:
        self.stop = StopState(options.stop_limit)
        self.supervisors: list[Supervisor] = []
        self._workers = resolved(definitions, options.environ)
        self._options = options
        settings = self._with_enough_connections(settings)
        self._plugins = plugins
        self._parts = ClientParts.choose(settings, plugins)
        self._driver = AsyncDriver(self._parts)
        # Its connections are made by the first heartbeat, in the thread that sends it.
        self._heartbeat_driver = SyncDriver(self._parts)
        self._services = Services(
            client=TaskClient(self._driver),
            notifier=Notifier(plugins.listeners()),
            outbox=options.outbox if options.outbox is not None else outbox_for(settings),
            leases=LeaseTracker(self._send_heartbeat),
            long_polls=LongPolls(min(settings.max_long_polls, max(1, settings.max_connections // 2))),
            stop=self.stop,
            max_output_bytes=settings.max_output_bytes,
            random=options.random,
            on_error=options.on_error,
            update_tries=options.update_tries,
        )
        plugins.announce()
        self._updater = Updater(self._services)
        self._server = settings.server_url
        self._redelivery: asyncio.Task[None] | None = None
        self._polling: list[asyncio.Task[None]] = []
        self._settings = settings
        self.state = "starting"
        self.watch = LoopWatch(settings.frozen_after, self._served_by, self._tick)
        self.health = ProcessHealth(self)
        self._health_serving: HealthServing | None = None
        self._last_resort = self._make_last_resort(options.end_process)

    async def start(self) -> None:
        """Build the runners and register definitions; nothing polls before :meth:`serve`.

        Raises:
            WorkerError: a worker function cannot be served.
            PluginError: an execution wrapper failed.
            ConfigurationError: the health server cannot listen.
        """
        self._health_serving = health_serving(self, self._settings, self._plugins)
        self.watch.start()
        built = [self._built(definition, config) for definition, config in self._workers]
        self.supervisors.extend(supervisor for supervisor, _ in built)
        await self._services.outbox.open(self._server)
        await self._prepare([processes for _, processes in built], self._workers)

    async def add(self, definition: WorkerDefinition) -> None:
        """Serve one more worker from now on.

        Raises:
            WorkerError: its function cannot be served, or the runtime is stopping.
        """
        if self.stop.requested:
            raise WorkerError("these workers are stopping; start new ones with another handler")
        ((worker, config),) = added = resolved([definition], self._options.environ)
        supervisor, processes = self._built(worker, config)
        await self._prepare([processes], added)
        self.supervisors.append(supervisor)
        if self.state == "serving":
            self._poll(supervisor)

    def _built(self, definition: WorkerDefinition, config: WorkerConfig) -> tuple[Supervisor, ProcessExecution | None]:
        """Build the runner of one worker, and the child processes that it may need."""
        for message in config.messages:
            logger.warning("%s", message)
        processes = process_execution(definition, config, self._plugins)
        execution = Execution(definition, config, self._services, self._plugins.wrap_execute, processes)
        runner = TaskRunner(config, execution, self._updater, self._services)
        logger.info("%s", config.line(os.getpid()))
        logger.debug("%s", config.summary())
        return Supervisor(runner, self._services, max_restarts=self._options.max_restarts), processes

    async def _prepare(
        self, isolated: Sequence[ProcessExecution | None], workers: Sequence[tuple[WorkerDefinition, WorkerConfig]]
    ) -> None:
        """Start child processes and register definitions, before anything is polled."""
        await asyncio.gather(*(processes.prepare() for processes in isolated if processes is not None))
        wanted = [(worker, config) for worker, config in workers if config.register_task_def or config.register_schema]
        if wanted:
            from conductor_core.worker._registration import register_definition  # noqa: PLC0415 - loads the models

            await asyncio.gather(*(register_definition(self._driver, worker, config) for worker, config in wanted))

    def _poll(self, supervisor: Supervisor) -> None:
        self._polling.append(asyncio.create_task(self._run(supervisor)))

    async def _run(self, supervisor: Supervisor) -> None:
        """Run one worker until it ends; one that is stopped for itself is forgotten, so that it may be started anew."""
        await supervisor.run()
        if supervisor.runner.stopping and not self.stop.requested:
            await supervisor.runner.drain()
            supervisor.runner.close()
            self.supervisors.remove(supervisor)

    async def serve(self) -> StopReport:
        """Poll and execute until stop was asked for or every runner has ended for good; then end in order."""
        self._redelivery = asyncio.create_task(redeliver(self._services))
        others = [asyncio.create_task(self._wake_at_stop()), asyncio.create_task(self._load_the_rest())]
        for supervisor in self.supervisors:
            self._poll(supervisor)
        self.state = "serving"
        logger.info("ready: polling %s, workers: %d", self._settings.server_url, len(self.supervisors))
        try:
            report = await self._until_the_end()
            given_back, undelivered = len(report.given_back), report.undelivered
            logger.info("stopped: %d tasks given back, %d results undelivered", given_back, undelivered)
            return report
        finally:
            for task in (self._redelivery, *others, *self._polling):
                task.cancel()
            await self.close()

    async def close(self) -> None:
        """Release connections, threads and plugins."""
        self.state = "stopping"
        self.watch.close()
        if self._health_serving is not None:
            self._health_serving.close()
        self._services.leases.close()
        if self._services.notifier.listens(WORKERS_STOPPED):
            await self._services.notifier.teller.workers_stopped()
        await self._services.notifier.close(_FLUSH_SECONDS)
        for supervisor in self.supervisors:
            supervisor.runner.close()
        await self._services.outbox.close()
        self._heartbeat_driver.close()
        await self._driver.aclose()
        self._parts.close()

    def statuses(self) -> list[WorkerStatus]:
        """Return the state of every runner; may be called from any thread."""
        return [self._status(supervisor) for supervisor in self.supervisors]

    def outbox_status(self) -> OutboxStatus:
        """Return how many results wait for the server; may be called from any thread."""
        return self._services.outbox.status()

    @property
    def health_port(self) -> int | None:
        """The port of the health server; None without one."""
        return self._health_serving.port if self._health_serving is not None else None

    def runners(self, name: str | None = None, domain: str | None = None) -> list[TaskRunner]:
        """Return the runners of one task type, of one type in one domain, or all."""
        found = [supervisor.runner for supervisor in self.supervisors]
        return [
            runner for runner in found if name in (None, runner.config.name) and domain in (None, runner.config.domain)
        ]

    def runs_caller(self) -> bool:
        """Tell whether it is one of these workers that asks; from any thread."""
        context = current_task_context()
        if context is None:
            return False
        return any(context.polled is task for supervisor in self.supervisors for task in supervisor.runner.tasks)

    async def _until_the_end(self) -> StopReport:
        """Wait for the poll loops, then for running tasks; after the limit, or when forced, give tasks back."""
        everything = asyncio.create_task(self._finish())
        forced = asyncio.create_task(self.stop.wait_forced())
        limit = asyncio.create_task(self._wait_for_limit())
        await asyncio.wait((everything, forced, limit), return_when=asyncio.FIRST_COMPLETED)
        forced.cancel()
        limit.cancel()
        unfinished: list[PolledTask] = []
        if not everything.done():
            everything.cancel()
            unfinished = await self._abandon()
        self.stop.request()
        left = await self._deliver_the_rest(self.stop.deadline if _is_complete(everything) else None)
        return StopReport(tuple(task.task_id for task in unfinished), left)

    async def _deliver_the_rest(self, deadline: float | None) -> int:
        """Send what waits in the outbox; return how many results are lost with this process."""
        end = deadline or self._services.now() + _LAST_DELIVERY_SECONDS
        if self._redelivery is not None:
            # It may be sending one of them at this moment, and nothing is reported twice.
            await asyncio.wait((self._redelivery,), timeout=max(0.0, end - self._services.now()))
            self._redelivery.cancel()
        left = await redeliver_until(self._services, end) + self._updater.lost
        if left:
            logger.critical("%d results were never taken by the server and end with this process", left)
        return left

    async def _finish(self) -> None:
        if self._options.keep_running:
            await self.stop.wait_requested()
        while running := [task for task in self._polling if not task.done()]:
            await asyncio.wait(running)
        await asyncio.gather(*(supervisor.runner.drain() for supervisor in self.supervisors))

    async def _abandon(self) -> list[PolledTask]:
        """Give unfinished tasks back to the server, by name, within a few seconds."""
        self.stop.force_requested = True
        unfinished = [task for supervisor in self.supervisors for task in supervisor.runner.abandon()]
        if unfinished:
            names = ", ".join(f"{task.task_id} ({task.task_type})" for task in unfinished)
            logger.warning("%d unfinished tasks are given back to the server: %s", len(unfinished), names)
        # Open polls end first: a task that one of them brings would hang until the server misses it.
        ending = asyncio.create_task(self._finish())
        await asyncio.wait((ending,), timeout=_GIVE_BACK_SECONDS)
        ending.cancel()
        return [task for supervisor in self.supervisors for task in supervisor.runner.given_back]

    async def _load_the_rest(self) -> None:
        """Load what only tasks need, once the first poll is over: before, it would hold that poll up."""
        await self._services.polled.wait()
        Execution.prepare()

    async def _wait_for_limit(self) -> None:
        await self.stop.wait_requested()
        await asyncio.sleep(self._options.stop_limit)

    async def _wake_at_stop(self) -> None:
        await self.stop.wait_requested()
        self.state = "stopping"
        for supervisor in self.supervisors:
            supervisor.runner.wake()

    def _served_by(self, name: str) -> PolledTask | None:
        found = (supervisor.runner.served_by(name) for supervisor in self.supervisors)
        return next((task for task in found if task is not None), None)

    def _tick(self) -> None:
        """Do what is due each second, on the watch's thread."""
        self.health.tick()
        if self._last_resort is not None:
            self._last_resort.tick()

    def _make_last_resort(self, end: Callable[[int], None] | None) -> LastResort | None:
        if end is None:
            return None
        return LastResort(
            self._options.stop_limit,
            stop=lambda: (self.stop.requested, self.stop.force_requested),
            silent_seconds=lambda: self.watch.silent_seconds,
            last_words=lambda: [words for supervisor in self.supervisors for words in supervisor.runner.last_words()],
            send=lambda document: self._heartbeat_driver.run(last_update_call(document)),
            end=end,
        )

    def _status(self, supervisor: Supervisor) -> WorkerStatus:
        runner = supervisor.runner
        return WorkerStatus(
            name=runner.config.name,
            domain=runner.config.domain,
            worker_id=runner.config.worker_id,
            pid=os.getpid(),
            alive=supervisor.alive,
            paused=runner.paused,
            concurrency=runner.capacity.concurrency,
            tasks_running=runner.capacity.used,
            restarts=supervisor.restarts,
            polls=runner.counters.polls,
            queue_full=runner.queue_full,
            possible_orphans=self._updater.possible_orphans[runner.config.name],
            last_poll_time=runner.last_poll_time,
            last_error=runner.last_error,
        )

    def _send_heartbeat(self, task: PolledTask, worker_id: str) -> None:
        self._heartbeat_driver.run(heartbeat_call(task, worker_id))

    def _with_enough_connections(self, settings: Settings) -> Settings:
        """Widen the default pool, so that open polls and results never wait for each other's connections."""
        slots = sum(config.concurrency for _, config in self._workers)
        needed = len(self._workers) + slots + _SPARE_CONNECTIONS
        if settings.source("max_connections").kind != "default" or needed <= settings.max_connections:
            return settings
        return replace(settings, max_connections=needed)


def _is_complete(task: asyncio.Future[None]) -> bool:
    return task.done() and not task.cancelled()
