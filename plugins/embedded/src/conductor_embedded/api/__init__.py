"""The REST contract of the server as an ASGI app."""

from conductor_embedded.api._app import EngineApp
from conductor_embedded.api._exchange import Exchange
from conductor_embedded.api._routes import engine_routes
from conductor_embedded.api._safety import BODY_LIMIT, Safety, UnsafeBindError, is_loopback

__all__ = ["BODY_LIMIT", "EngineApp", "Exchange", "Safety", "UnsafeBindError", "engine_routes", "is_loopback"]
