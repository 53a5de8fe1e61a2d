"""Who may claim a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_embedded.routing import Conflict, EngineError
from conductor_human_tasks._embedded._work import Document, as_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_human_tasks._embedded._work import Work

SIGNED_IN: Final = "conductor"
"""The engine has one Conductor user: whoever may call it."""


def claimant_of(work: Work, message: Mapping[str, object], task_id: str) -> Document:
    """Return who claims a task.

    Raises:
        Conflict: somebody works on it already.
        EngineError: it is somebody else's turn (403).
    """
    user, overrides = message.get("user"), message.get("override") is True
    claimant = _conductor_user(work) if user is None else _named_user(work, str(user))
    if work.claimant is not None:
        if work.claimant == claimant:
            return claimant  # its first answer may have been lost on the way
        raise Conflict(f"Human task {task_id} is claimed by {shown(work.claimant)} already; it must be released first")
    assignee = work.assignee
    if assignee is not None and not overrides and not _is_turn_of(assignee, claimant):
        raise EngineError(
            403,
            f"Human task {task_id} is assigned to {shown(assignee)}, not to {shown(claimant)}; "
            "claim it with overrideAssignment=true or reassign it",
        )
    return claimant


def shown(user: Mapping[str, object]) -> str:
    """Return how messages name somebody."""
    return f"{user.get('userType')} {user.get('user')}"


def _conductor_user(work: Work) -> Document:
    assignee = work.assignee or {}
    if assignee.get("userType") == "CONDUCTOR_USER":
        return as_object(assignee)
    return {"userType": "CONDUCTOR_USER", "user": SIGNED_IN}


def _named_user(work: Work, user: str) -> Document:
    assignee = work.assignee or {}
    if assignee.get("userType") == "CONDUCTOR_USER" and assignee.get("user") == user:
        return as_object(assignee)
    return {"userType": "EXTERNAL_USER", "user": user}


def _is_turn_of(assignee: Mapping[str, object], claimant: Document) -> bool:
    kind = assignee.get("userType")
    if kind == "CONDUCTOR_GROUP":
        return True
    if kind == "EXTERNAL_GROUP":  # who is in it, the application knows
        return claimant["userType"] == "EXTERNAL_USER"
    return (kind, assignee.get("user")) == (claimant["userType"], claimant["user"])
