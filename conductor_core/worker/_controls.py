"""What can be changed about workers while they run, from any thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.errors import WorkerError
from conductor_core.worker._config import MAX_POLL_TIMEOUT, WorkerOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.worker._runner import TaskRunner
    from conductor_core.worker._runtime import WorkerRuntime


class Controls:
    """The part of a handler that changes running workers; every method may be called from any thread."""

    _runtime: WorkerRuntime | None = None

    def pause(self, name: str | None = None, domain: str | None = None) -> None:
        """Send no polls for one task type, or for all; running tasks go on."""
        self._change(name, domain, lambda runner: setattr(runner, "paused", True))

    def resume(self, name: str | None = None, domain: str | None = None) -> None:
        """Poll again after :meth:`pause`."""
        self._change(name, domain, lambda runner: setattr(runner, "paused", False))

    def shutdown(self, name: str, domain: str | None = None) -> None:
        """Stop polling for one task type; its running tasks finish."""
        self._change(name, domain, lambda runner: runner.stop())

    def update_polling_options(
        self,
        name: str | None = None,
        domain: str | None = None,
        *,
        concurrency: int | None = None,
        poll_interval: float | None = None,
        poll_timeout: int | None = None,
    ) -> None:
        """Change how one task type, or all, are polled, from the next poll on.

        Args:
            name: task type; None means all.
            domain: domain of the runner; None means all.
            concurrency: tasks at the same time; lowering it cancels nothing.
            poll_interval: milliseconds between polls of an empty queue.
            poll_timeout: milliseconds that the server may hold an empty poll open, at most 5000.

        Raises:
            WorkerError: a value is out of bounds, or no such worker runs.
        """
        # Making options of them checks their types.
        WorkerOptions(concurrency=concurrency, poll_interval=poll_interval, poll_timeout=poll_timeout)
        if concurrency is not None and concurrency < 1:
            raise WorkerError(f"concurrency must be 1 or more, got {concurrency}")
        if poll_interval is not None and poll_interval < 1:
            raise WorkerError(f"poll_interval must be 1 ms or more, got {poll_interval}")
        if poll_timeout is not None and not 0 <= poll_timeout <= MAX_POLL_TIMEOUT:
            raise WorkerError(f"poll_timeout must be from 0 to {MAX_POLL_TIMEOUT} ms, got {poll_timeout}")
        self._change(
            name,
            domain,
            lambda runner: runner.update(
                concurrency=concurrency, poll_interval=poll_interval, poll_timeout=poll_timeout
            ),
        )

    def set_batch_size(self, name: str, batch_size: int, domain: str | None = None) -> None:
        """Let one task type have so many tasks at a time; lowering it cancels nothing.

        Raises:
            WorkerError: the size is below 1, or no such worker runs.
        """
        self.update_polling_options(name, domain, concurrency=batch_size)

    def increase_batch_size(self, name: str, more: int = 1, domain: str | None = None) -> None:
        """Let one task type have so many more tasks at a time than now.

        Raises:
            WorkerError: the number is below 1, or no such worker runs.
        """
        self._change_batch_size(name, domain, more, more)

    def decrease_batch_size(self, name: str, fewer: int = 1, domain: str | None = None) -> None:
        """Let one task type have so many fewer tasks at a time than now, but one at least; nothing is cancelled.

        Raises:
            WorkerError: the number is below 1, or no such worker runs.
        """
        self._change_batch_size(name, domain, fewer, -fewer)

    def set_poll_interval(self, name: str, poll_interval: float, domain: str | None = None) -> None:
        """Set the milliseconds between polls of an empty queue.

        Raises:
            WorkerError: the interval is below 1 ms, or no such worker runs.
        """
        self.update_polling_options(name, domain, poll_interval=poll_interval)

    def set_poll_timeout(self, name: str, poll_timeout: int, domain: str | None = None) -> None:
        """Set the milliseconds that the server may hold an empty poll open, at most 5000.

        Raises:
            WorkerError: the timeout is out of bounds, or no such worker runs.
        """
        self.update_polling_options(name, domain, poll_timeout=poll_timeout)

    def _change_batch_size(self, name: str, domain: str | None, number: int, difference: int) -> None:
        WorkerOptions(concurrency=number)  # checks its type
        if number < 1:
            raise WorkerError(f"a batch size changes by 1 or more, got {number}")
        self._change(
            name,
            domain,
            lambda runner: runner.update(concurrency=max(1, runner.capacity.concurrency + difference)),
        )

    def _change(self, name: str | None, domain: str | None, change: Callable[[TaskRunner], object]) -> None:
        runners = self._runtime.runners(name, domain) if self._runtime is not None else []
        if not runners:
            raise WorkerError(f"no worker of task {name!r} runs" if name else "no workers run")
        try:
            for runner in runners:
                runner.call(change)
        except RuntimeError as error:
            raise WorkerError("these workers have ended") from error
