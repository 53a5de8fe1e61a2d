"""A client of Conductor: applications, their access keys and their roles. Names are imported when they are first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_applications.api import ApplicationApi
    from conductor_applications.models import (
        AccessKey,
        AccessKeyStatus,
        Application,
        ApplicationRole,
        CreatedAccessKey,
        CreateOrUpdateApplicationRequest,
        Tag,
    )

__all__ = [
    "AccessKey",
    "AccessKeyStatus",
    "Application",
    "ApplicationApi",
    "ApplicationRole",
    "CreateOrUpdateApplicationRequest",
    "CreatedAccessKey",
    "Tag",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - part of what makes the import cheap

    home = "api" if name.endswith("Api") else "models"
    value: object = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
