"""The base class that listeners of older programs have."""

from __future__ import annotations


class TaskRunnerEventsListener:
    """A listener to what workers do; nothing needs this base, since a listener is any object with such methods.

    A subclass defines ``on_poll_started``, ``on_task_execution_completed`` and the like, each with the event.
    """
