"""Finds routes by the first word and the length of a path, so that a request is not matched with all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.routing import Match, Route, Router

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

_ANY = "{"
_METHOD_NOT_ALLOWED = 405


class RouteIndex:
    """An ASGI app that serves routes below a prefix; of those that fit, the first one answers.

    Args:
        prefix: What all paths begin with, such as `/api`.
        routes: The routes, without the prefix.
    """

    def __init__(self, prefix: str, routes: Sequence[BaseRoute]) -> None:
        self._prefix = prefix
        self._keyed = [(_key(route), route) for route in routes]
        self._words = {key[0] for key, _ in self._keyed if key is not None} - {_ANY}
        self._routers: dict[tuple[str, int], Router] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request whose path begins with the prefix."""
        path: str = scope["path"][len(self._prefix) :]
        word = path[1:].partition("/")[0]
        key = (word if word in self._words else _ANY, path.count("/"))
        router = self._routers.get(key) or self._make(key)
        scope["root_path"] = scope.get("root_path", "") + self._prefix
        try:
            await router(scope, receive, send)
        except HTTPException as error:
            if error.status_code != _METHOD_NOT_ALLOWED:
                raise
            raise HTTPException(_METHOD_NOT_ALLOWED, headers={"allow": _allowed(router, scope)}) from None

    def _make(self, wanted: tuple[str, int]) -> Router:
        word, length = wanted
        fitting = [
            route
            for key, route in self._keyed
            if key is None or (key[1] == length and (key[0] == _ANY or key[0] == word))
        ]
        router = Router(fitting, redirect_slashes=False)
        if fitting:  # paths of strangers, of any length, are not kept
            self._routers[wanted] = router
        return router


def _allowed(router: Router, scope: Scope) -> str:
    """Return the methods that all routes of a path take together; the router itself knows only those of the first one."""
    fitting = (route for route in router.routes if route.matches(scope)[0] is not Match.NONE)
    return ", ".join(sorted({method for route in fitting for method in getattr(route, "methods", None) or ()}))


def _key(route: BaseRoute) -> tuple[str, int] | None:
    """Return a route's first word and length; None for one whose path can be of any length."""
    if type(route) is not Route or ":path}" in route.path:
        return None
    word = route.path[1:].partition("/")[0]
    return (_ANY if "{" in word else word), route.path.count("/")
