"""Asks whether something is one of the models, without loading them: where they are not loaded, nothing is."""

from __future__ import annotations

import sys
from typing import Any

_MODULE = "conductor_core.models._executions"


def is_model(value: object, name: str) -> bool:
    """Tell whether a value is an instance of the model of this name."""
    model = _loaded(name)
    return model is not None and isinstance(value, model)


def is_model_type(value: object, name: str) -> bool:
    """Tell whether a value is the model class of this name, or derived from it."""
    model = _loaded(name)
    return model is not None and isinstance(value, type) and issubclass(value, model)


def _loaded(name: str) -> type[Any] | None:
    found: type[Any] | None = getattr(sys.modules.get(_MODULE), name, None)
    return found
