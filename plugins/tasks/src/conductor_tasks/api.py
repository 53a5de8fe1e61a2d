"""The task client: polls, results, logs and queues. It is put together from one class for each of these nouns."""

from __future__ import annotations

from conductor_core import Face
from conductor_tasks._polling import Polling
from conductor_tasks._queues import Queues
from conductor_tasks._reading import Reading
from conductor_tasks._updates import Updates


class TaskApi(Polling[Face], Updates[Face], Reading[Face], Queues[Face], name="tasks"):
    """Tasks of running workflows, as ``conductor.tasks``."""
