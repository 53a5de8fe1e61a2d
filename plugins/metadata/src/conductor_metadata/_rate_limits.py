"""How many executions of a workflow may run at once."""

from __future__ import annotations

from conductor_core import Api, Call, Face, Flow, delete, endpoint, get, put
from conductor_core.errors import NotFoundError, NotSupportedByServerError
from conductor_metadata.models import RateLimitConfig

_HINT = "put a rateLimitConfig into the definition, which every server keeps"


class RateLimits(Api[Face]):
    """Limits that stand beside a definition and can be changed without a new version."""

    @endpoint
    def set_workflow_rate_limit(self, config: RateLimitConfig, name: str) -> Call[None]:
        """Limit how many executions of a workflow run at once; the others wait."""
        return put("/metadata/workflow/{}/rate-limit", name, body=config, hint=_HINT)

    @endpoint
    def get_workflow_rate_limit(self, name: str) -> Flow[RateLimitConfig | None]:
        """Return the limit of a workflow, or None when there is none."""
        try:
            limit = yield from get("/metadata/workflow/{}/rate-limit", name, returns=RateLimitConfig, hint=_HINT)
        except NotSupportedByServerError:
            raise
        except NotFoundError:
            return None
        return limit

    @endpoint
    def remove_workflow_rate_limit(self, name: str) -> Call[None]:
        """Let executions of a workflow run without a limit."""
        return delete("/metadata/workflow/{}/rate-limit", name, hint=_HINT, orkes_only=True)
