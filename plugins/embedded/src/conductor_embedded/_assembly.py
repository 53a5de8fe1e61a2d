"""Puts an engine together: store, clock, task types, evaluators, and the app of its routes."""

from __future__ import annotations

import os
import random
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conductor_embedded._extensions import Extensions
from conductor_embedded._secrets import Secrets
from conductor_embedded.api import EngineApp
from conductor_embedded.clock import Clock, RealClock
from conductor_embedded.engine import Engine
from conductor_embedded.evaluators import Evaluators
from conductor_embedded.store import MEMORY, Store
from conductor_embedded.system_tasks import SystemTasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.settings import Settings
    from conductor_embedded.address import Address
    from conductor_embedded.api import Safety


def random_id() -> str:
    """Return a new id for a workflow or task."""
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an engine is to be made of.

    Attributes:
        address: Where it keeps its data.
        settings: Say which plugins may add routes and task types; None allows those of this distribution only.
        clock: What time it is.
        random: Source of the jitter of retries.
        new_id: Source of ids.
        plugins: Further modules or objects with hook implementations.
    """

    address: Address
    settings: Settings | None = None
    clock: Clock = field(default_factory=RealClock)
    random: random.Random = field(default_factory=random.Random)
    new_id: Callable[[], str] = random_id
    plugins: tuple[object, ...] = ()

    def build(self, safety: Safety) -> tuple[Engine, EngineApp]:
        """Make the engine and its app; call it on the event loop that will run them.

        Raises:
            ConfigurationError: The engine's file is in use, or cannot be opened.
        """
        extensions = Extensions(self.settings, self.plugins)
        engine = Engine(
            Store(self.address.path or MEMORY),
            clock=self.clock,
            random=self.random,
            new_id=self.new_id,
            system_tasks=SystemTasks(extensions.system_tasks()),
            evaluators=Evaluators(),
            secrets=Secrets(os.environ),
        )
        return engine, EngineApp(engine, extensions.routes(engine), safety)
