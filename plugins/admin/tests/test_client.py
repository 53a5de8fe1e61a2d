"""What the admin client does beyond one documented call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import respx

from conductor_admin import Health
from conductor_core.errors import NotSupportedByServerError, ServerError

if TYPE_CHECKING:
    from conductor_core import AsyncConductor, Conductor


async def test_health_stands_beside_the_api(conductor: Conductor, async_conductor: AsyncConductor) -> None:
    with respx.mock() as router:
        route = router.get("http://conductor.test/health")
        route.respond(json={"healthy": True, "healthResults": [{"healthy": True, "details": {"a": 1}}]})
        health = conductor.admin.get_health()
        assert (health.healthy, health.health_results[0].details) == (True, {"a": 1})
        route.respond(json={"status": "UP"})
        assert await async_conductor.admin.get_health() == Health.model_validate({"status": "UP"})
        route.respond(500, json={"message": "down"})
        with pytest.raises(ServerError, match="down"):
            conductor.admin.get_health()


def test_pending_tasks_come_in_pages(server: respx.MockRouter, conductor: Conductor) -> None:
    server.get("/admin/task/charge", params={"start": "10", "count": "5"}).respond(json=[{"taskId": "t"}])
    assert [task.task_id for task in conductor.admin.list_pending_tasks("charge", start=10, count=5)] == ["t"]


async def test_what_only_one_kind_of_server_has(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get("/limits").respond(404, json={"message": "No static resource api/limits."})
    server.get("/admin/config").respond(404, json={"message": "No static resource api/admin/config."})
    with pytest.raises(NotSupportedByServerError, match="no limits of this kind"):
        conductor.admin.get_limits()
    with pytest.raises(NotSupportedByServerError, match="only the open-source server tells"):
        await async_conductor.admin.get_config()
