"""Secrets that the server delivers with a task, and only with it: they are in no input, history or log."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from conductor_core import NonRetryableException
from conductor_core.worker import get_task_context

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class CredentialMissingError(NonRetryableException):
    """A declared credential did not come with the task; the tool is not called, and trying again cannot help.

    Attributes:
        names: the credentials that are missing.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names: tuple[str, ...] = tuple(names)
        super().__init__(
            f"the server delivered no {' and no '.join(self.names)} with the task: store the secret on the server, and "
            "declare it in credentials=[...] of the tool or its agent"
        )


def credential(name: str) -> str:
    """Return a secret that came with the running task.

    Args:
        name: its name, as declared in ``credentials`` of the tool or its agent.

    Raises:
        CredentialMissingError: it did not come.
        RuntimeError: no task is running here.
    """
    delivered = _delivered()
    if name not in delivered:
        raise CredentialMissingError([name])
    return delivered[name]


def check_delivered(names: Iterable[str]) -> None:
    """Refuse to go on without a declared secret.

    Raises:
        CredentialMissingError: at least one did not come.
    """
    delivered = _delivered()
    missing = [name for name in names if name not in delivered]
    if missing:
        raise CredentialMissingError(missing)


def _delivered() -> Mapping[str, str]:
    """Read what the server put beside the task's input (``runtimeMetadata``)."""
    found = get_task_context().polled.document.get("runtimeMetadata")
    return cast("Mapping[str, str]", found) if isinstance(found, dict) else {}
