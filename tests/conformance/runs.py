"""Run all flows on one server, side by side, and keep what each of them noted."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conductor_core import AsyncConductor, Settings
from tests.conformance import flows
from tests.conformance.lab import FLOWS, Lab

if TYPE_CHECKING:
    from tests.conformance.lab import Flow

SIDE_BY_SIDE = 24
FLOW_SECONDS = 150.0


@dataclass(frozen=True)
class Run:
    """What became of one flow.

    Attributes:
        notes: what it noted, in order.
        error: what went wrong, or None.
    """

    notes: list[tuple[str, object]] = field(default_factory=list["tuple[str, object]"])
    error: BaseException | None = None


def all_flows() -> dict[str, Flow]:
    """Import every module of flows and return what they registered."""
    for module in pkgutil.iter_modules(flows.__path__):
        importlib.import_module(f"{flows.__name__}.{module.name}")
    return dict(sorted(FLOWS.items()))


def run_all(settings: Settings, names: list[str]) -> dict[str, Run]:
    """Run flows on one server; many at once, since most of their time is waiting."""
    return asyncio.run(_run_all(settings, names))


async def _run_all(settings: Settings, names: list[str]) -> dict[str, Run]:
    gate = asyncio.Semaphore(SIDE_BY_SIDE)
    async with AsyncConductor(settings) as conductor:

        async def run(name: str) -> Run:
            async with gate:
                return await _run(conductor, name)

        runs = await asyncio.gather(*(run(name) for name in names))
    return dict(zip(names, runs, strict=True))


async def _run(conductor: AsyncConductor, name: str) -> Run:
    lab = Lab(conductor, f"x{uuid.uuid4().hex[:12]}")
    try:
        async with asyncio.timeout(FLOW_SECONDS):
            await FLOWS[name](lab)
    except Exception as error:  # noqa: BLE001 - whatever it is, the flow's own test reports it
        return Run(lab.notes, error)
    return Run(lab.notes)
