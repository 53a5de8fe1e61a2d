"""Auth ``orkes``: a key pair is exchanged for a token, and the token is kept fresh. Names are imported when they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_auth_orkes._api import TokenApi
    from conductor_auth_orkes._models import GeneratedToken, GenerateTokenRequest
    from conductor_auth_orkes._options import OrkesOptions
    from conductor_auth_orkes._provider import OrkesAuth

__all__ = ["GenerateTokenRequest", "GeneratedToken", "OrkesAuth", "OrkesOptions", "TokenApi"]

_HOME = {
    "GenerateTokenRequest": "_models",
    "GeneratedToken": "_models",
    "OrkesAuth": "_provider",
    "OrkesOptions": "_options",
    "TokenApi": "_api",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - part of what makes the import cheap

    value: object = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
