"""Documents of the webhook client. Names follow the server's, in snake_case; fields this version does not know are kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from conductor_core.models import ConductorModel, Tag, Tolerant

__all__ = ["Tag", "WebhookConfig", "WebhookExecutionHistory", "WebhookVerifier"]


class WebhookVerifier(StrEnum):
    """How the sender of a webhook is known."""

    HEADER_BASED = "HEADER_BASED"
    SIGNATURE_BASED = "SIGNATURE_BASED"
    HMAC_BASED = "HMAC_BASED"
    SLACK_BASED = "SLACK_BASED"
    STRIPE = "STRIPE"
    TWITTER = "TWITTER"
    SENDGRID = "SENDGRID"


class WebhookExecutionHistory(ConductorModel):
    """One call that came in."""

    event_id: str | None = None
    matched: bool | None = None
    """Whether it started or continued a workflow."""
    workflow_ids: list[str] | None = None
    payload: str | None = None
    time_stamp: int | None = None
    """Epoch milliseconds."""


class WebhookConfig(ConductorModel):
    """Calls from outside that start workflows, or that WAIT_FOR_WEBHOOK tasks wait for."""

    name: str = ""
    id: str | None = None
    """Given by the server; the last part of the URL that the sender calls."""
    source_platform: str | None = None
    """Who sends, like ``GitHub`` or ``Custom``."""
    verifier: Tolerant[WebhookVerifier] | None = None
    headers: dict[str, str] | None = None
    """Headers that a call must carry, with HEADER_BASED."""
    header_key: str | None = None
    """Header of the signature, with verifiers that check one."""
    secret_key: str | None = None
    secret_value: str | None = None
    receiver_workflow_names_to_versions: dict[str, int] | None = None
    """Workflows whose WAIT_FOR_WEBHOOK tasks get the calls."""
    workflows_to_start: dict[str, Any] | None = None
    """Versions of workflows that each call starts, by name."""
    evaluator_type: str | None = None
    expression: str | None = None
    """Picks the calls that count."""
    url_verified: bool | None = None
    """Whether the sender has shown that the URL is its own to call."""
    webhook_execution_history: list[WebhookExecutionHistory] | None = None
    tags: list[Tag] | None = None
    created_by: str | None = None
