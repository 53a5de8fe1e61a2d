"""The client of people's tasks. It is put together from one class for each thing that is done with them."""

from __future__ import annotations

from conductor_core import Face
from conductor_human_tasks._finding import Finding
from conductor_human_tasks._templates import Templates
from conductor_human_tasks._working import Claims, Results, Upkeep


class HumanTaskApi(Finding[Face], Claims[Face], Results[Face], Upkeep[Face], Templates[Face], name="human_tasks"):
    """Tasks of people and their forms, as ``conductor.human_tasks``."""
