"""Where ``@worker_task`` puts workers, and where handlers find them."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from conductor_core.worker._worker import WorkerDefinition

logger = logging.getLogger("conductor.worker")


class WorkerRegistry:
    """Workers by task definition name and domain; a second one with the same key replaces the first, with a warning."""

    def __init__(self) -> None:
        self._workers: dict[tuple[str, str | None], WorkerDefinition] = {}
        self._lock = threading.Lock()

    def add(self, worker: WorkerDefinition) -> None:
        """Register a worker under its name and domain."""
        with self._lock:
            before = self._workers.get(worker.key)
            self._workers[worker.key] = worker
        if before is not None and not same_function(before, worker):
            warn_of_replacement(before, worker)

    def get(self, name: str, domain: str | None = None) -> WorkerDefinition | None:
        """Return the worker of this name and domain, or None; an empty domain is none."""
        return self._workers.get((name, domain or None))

    def all(self) -> list[WorkerDefinition]:
        """Return every worker, in order of registration."""
        with self._lock:
            return list(self._workers.values())

    def clear(self) -> None:
        """Forget every worker; for tests."""
        with self._lock:
            self._workers.clear()

    def __len__(self) -> int:
        return len(self._workers)


def same_function(one: WorkerDefinition, other: WorkerDefinition) -> bool:
    """Tell whether two definitions are one worker that was found twice; a method is made anew each time it is named."""
    return one.function == other.function


def warn_of_replacement(before: WorkerDefinition, worker: WorkerDefinition, domain: str | None = None) -> None:
    """Log that one worker takes the place of another; ``domain`` is the one that the environment gives to both."""
    logger.warning(
        "worker %r in domain %r is registered twice: %s replaces %s",
        worker.name,
        domain or worker.domain,
        worker.signature.label,
        before.signature.label,
    )


registry: Final = WorkerRegistry()
"""The registry of this process, which decorators fill."""


def register_worker(worker: WorkerDefinition) -> None:
    """Add a worker to the registry of this process."""
    registry.add(worker)


def get_registered_workers() -> list[WorkerDefinition]:
    """Return the workers of this process's registry, in order of registration."""
    return registry.all()


def get_registered_worker(name: str, domain: str | None = None) -> WorkerDefinition | None:
    """Return one registered worker, or None."""
    return registry.get(name, domain)


def count_registered_workers() -> int:
    """Return how many workers are registered."""
    return len(registry)


def clear_worker_registry() -> None:
    """Forget every registered worker; for tests."""
    registry.clear()
