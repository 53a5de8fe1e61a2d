"""Acme's server answers questions about stock, beside those of Conductor."""

from __future__ import annotations

from conductor_core import Api, Call, Face, endpoint, get, hookimpl


class StockApi(Api[Face], name="acme_stock"):
    """``conductor.acme_stock`` wherever this is installed."""

    @endpoint
    def level(self, article: str) -> Call[int]:
        """Ask how many of an article are there."""
        return get("/acme/stock/{}", article, returns=int)


@hookimpl
def conductor_register_client() -> type[StockApi]:  # type: ignore[type-arg]  # either face
    """Offer the client."""
    return StockApi
