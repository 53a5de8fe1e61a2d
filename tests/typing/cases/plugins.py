"""Plugins of somebody else's: what an interface demands is demanded by the checkers too."""

from conductor_core import Attempt, AuthProvider, RetryPolicy, Settings, TransportFactory, hookimpl
from conductor_core.http import AsyncBaseTransport, Auth, BaseTransport, HTTPTransport


class KeyAuth(AuthProvider):
    name = "key"

    def auth(self) -> Auth | None:
        return None


class NoFlow(AuthProvider):
    name = "no-flow"


class TextFlow(AuthProvider):
    name = "text-flow"

    def auth(self) -> str:  # error: [Ii]ncompatible
        return "key"


class BlockingOnly(TransportFactory):
    name = "blocking-only"

    def sync_transport(self) -> BaseTransport:
        return HTTPTransport()

    def async_transport(self) -> AsyncBaseTransport:
        return HTTPTransport()  # error: [Ii]ncompatible|not assignable


class Patient(RetryPolicy):
    name = "patient"

    def wait(self, attempt: Attempt) -> float | None:
        return None if attempt.number > 3 else attempt.tries  # error: no attribute|Cannot access attribute


@hookimpl
def conductor_register_auth() -> type[AuthProvider]:
    return KeyAuth


def use(settings: Settings) -> None:
    reveal_type(KeyAuth(settings).auth())  # revealed[mypy]: httpx._auth.Auth | None # revealed[pyright]: Auth | None
    reveal_type(conductor_register_auth())  # revealed[mypy]: type[conductor_core.interfaces.AuthProvider] # revealed[pyright]: type[AuthProvider]
    NoFlow(settings)  # error: abstract
    KeyAuth("http://localhost")  # error: [Ii]ncompatible|cannot be assigned
