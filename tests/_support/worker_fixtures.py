"""Types of the fixtures that worker tests share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeAlias

from conductor_core.worker import TaskHandler

Running: TypeAlias = Callable[..., AbstractAsyncContextManager[TaskHandler]]
"""Starts a handler for some workers against the stub."""

Virtual: TypeAlias = Callable[..., Any]
"""Runs a coroutine function on a loop with virtual time, and returns what it returned."""
