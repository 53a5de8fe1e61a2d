"""A server of respx's for both faces."""

from tests._support.client_fixtures import async_conductor, conductor, server

__all__ = ["async_conductor", "conductor", "server"]
