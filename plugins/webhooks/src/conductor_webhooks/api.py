"""A client: webhooks by which other systems start and continue workflows."""

from __future__ import annotations

from conductor_core import Api, Call, Face, endpoint, get

_HINT = "webhooks are an Orkes feature; elsewhere complete a WAIT task with tasks.update_task_by_ref_name"


class WebhookApi(Api[Face], name="webhooks"):
    """A client as ``conductor.webhooks``: webhooks by which other systems start and continue workflows."""

    @endpoint
    def get_all_webhooks(self) -> Call[list[dict[str, object]]]:
        """Fetch all webhooks."""
        return get("/metadata/webhook", returns=list[dict[str, object]], hint=_HINT)
