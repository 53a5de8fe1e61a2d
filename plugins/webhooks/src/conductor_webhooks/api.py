"""The webhook client: the configurations, their tags, and calls as a sender makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_core import Api, Call, Face, delete, endpoint, get, post, put
from conductor_core.models import Tag
from conductor_webhooks.models import WebhookConfig

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PATH: Final = "/metadata/webhook"
_CALL: Final = "/webhook/{}"
_HINT: Final = "complete a WAIT task by tasks.update_task_by_ref_name"


class WebhookApi(Api[Face], name="webhooks"):
    """Webhooks, as ``conductor.webhooks``."""

    @endpoint
    def create_webhook(self, config: WebhookConfig) -> Call[WebhookConfig]:
        """Create a webhook; the answer holds its id."""
        return post(_PATH, body=config, returns=WebhookConfig, hint=_HINT)

    @endpoint
    def update_webhook(self, webhook_id: str, config: WebhookConfig) -> Call[WebhookConfig]:
        """Replace a webhook, and return it as stored."""
        return put(f"{_PATH}/{{}}", webhook_id, body=config, returns=WebhookConfig, hint=_HINT)

    @endpoint
    def get_webhook(self, webhook_id: str) -> Call[WebhookConfig]:
        """Fetch one webhook."""
        return get(f"{_PATH}/{{}}", webhook_id, returns=WebhookConfig, hint=_HINT)

    @endpoint
    def list_webhooks(self) -> Call[list[WebhookConfig]]:
        """List all webhooks."""
        return get(_PATH, returns=list[WebhookConfig], hint=_HINT)

    @endpoint
    def delete_webhook(self, webhook_id: str) -> Call[None]:
        """Delete a webhook; calls to its URL are refused from then on."""
        return delete(f"{_PATH}/{{}}", webhook_id, hint=_HINT)

    @endpoint
    def get_webhook_tags(self, webhook_id: str) -> Call[list[Tag]]:
        """List the tags of a webhook."""
        return get(f"{_PATH}/{{}}/tags", webhook_id, returns=list[Tag], hint=_HINT)

    @endpoint
    def set_webhook_tags(self, tags: Sequence[Tag], webhook_id: str) -> Call[None]:
        """Give a webhook these tags; others of it stay."""
        return put(f"{_PATH}/{{}}/tags", webhook_id, body=list(tags), hint=_HINT)

    @endpoint
    def delete_webhook_tags(self, tags: Sequence[Tag], webhook_id: str) -> Call[None]:
        """Take these tags from a webhook."""
        return delete(f"{_PATH}/{{}}/tags", webhook_id, body=list(tags), hint=_HINT)

    @endpoint
    def send_webhook(
        self,
        webhook_id: str,
        body: object = None,
        *,
        parameters: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Call[str]:
        """Call a webhook as its sender would, and return the server's text.

        Args:
            webhook_id: id of the webhook.
            body: the JSON document to send; text is sent as it is, so that a signature over it holds.
            parameters: the query of the call, which verification and expressions can read.
            headers: what the verifier looks at, like a signature.
        """
        if isinstance(body, str):
            return post(
                _CALL,
                webhook_id,
                query=parameters,
                headers=headers,
                text=body,
                media_type="application/json",
                returns=str,
                beside_api=True,
                hint=_HINT,
            )
        return post(
            _CALL, webhook_id, query=parameters, headers=headers, body=body, returns=str, beside_api=True, hint=_HINT
        )

    @endpoint
    def ping_webhook(self, webhook_id: str, *, parameters: Mapping[str, str] | None = None) -> Call[str]:
        """Call a webhook by GET, as senders do that verify the URL first, and return the server's text."""
        return get(_CALL, webhook_id, query=parameters, returns=str, beside_api=True, hint=_HINT, orkes_only=True)
