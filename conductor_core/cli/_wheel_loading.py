"""Loads what a wheel's entry points name, in a process of its own, the way a program would load them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from conductor_core._plugins import _known
from conductor_core._plugins._catalog import Catalog, Offer
from conductor_core._plugins._extensions import published_specs
from conductor_core._plugins._registry import Registry
from conductor_core.cli._finding import Finding
from conductor_core.errors import PluginError
from conductor_core.interfaces import AuthProvider, Command, RetryPolicy, TransportFactory
from conductor_core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SECONDS: Final = 120
_PROGRAM: Final = "from conductor_core.cli._wheel_loading import main; main()"
_TOPIC: Final = "loading"


def load_entries(folder: Path, entries: Sequence[Offer]) -> list[Finding]:
    """Load entry points of an unpacked wheel and return what came of each.

    Args:
        folder: where it was unpacked.
        entries: what to load.
    """
    if not entries:
        return []
    with tempfile.TemporaryDirectory(prefix="conductor-wheel-") as place:
        answer = Path(place) / "findings.json"
        question = {"entries": [asdict(entry) for entry in entries], "answer": str(answer)}
        paths = [str(folder), os.environ.get("PYTHONPATH", "")]
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        try:
            done = subprocess.run(  # noqa: S603 - this interpreter, and a program of our own
                [sys.executable, "-c", _PROGRAM],
                input=json.dumps(question),
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                check=False,
                env=environ,
            )
        except subprocess.TimeoutExpired:
            return [
                Finding(_TOPIC, "problem", f"importing it took more than {_SECONDS} s", "import what is heavy later")
            ]
        if not answer.is_file():
            text = f"importing it ended the process (exit code {done.returncode})"
            return [Finding(_TOPIC, "problem", text, "leave sys.exit and os._exit to programs")]
        return [Finding(**one) for one in json.loads(answer.read_text(encoding="utf-8"))]


def main() -> None:
    """Be the process: read entry points from stdin, and write findings to the file that is named there."""
    question: dict[str, Any] = json.load(sys.stdin)
    entries = [Offer(**one) for one in question["entries"]]
    findings = [finding for entry in entries for finding in _loaded(entry)]
    text = json.dumps([one.to_dict() for one in findings])
    Path(question["answer"]).write_text(text, encoding="utf-8")


def _loaded(entry: Offer) -> Iterator[Finding]:
    registry = Registry(Settings(), Catalog(added=(entry,), installed=False))
    if entry.group in _known.NO_PLUGINS:
        return
    specs = published_specs(Catalog()).get(entry.group)
    if specs is not None:
        registry.add_specs(specs)
    elif entry.group not in _known.READ_BY_CORE:
        text = f"{entry.plugin_name} is for a distribution that is not installed here, so it was not loaded"
        yield Finding(_TOPIC, "warning", text, "install it beside this command")
        return
    registry.load_each([entry])
    state = registry.states[entry]
    if state.plugin is None:
        yield Finding(_TOPIC, "problem", f"{entry.plugin_name}: {state.reason}", _remedy(state.error))
        return
    kind = _kinds().get(entry.group)
    if kind is not None:
        try:
            made: type[object] = registry.driver(entry.group, entry.name, kind, "checked")
        except PluginError as error:
            yield Finding(_TOPIC, "problem", f"{entry.plugin_name}: {error}", "return a class that can be made")
            return
        own = getattr(made, "name", entry.name)
        if own != entry.name:
            text = f"{entry.plugin_name} is chosen as {entry.name!r}, and its class says name = {own!r}"
            yield Finding(_TOPIC, "warning", text, "use one name for both")
    elif entry.group == _known.WORKERS and not _publishes(state.plugin):
        yield Finding(_TOPIC, "warning", f"{entry.plugin_name} registers no worker", "decorate one with @worker_task")
    hooks = ", ".join(state.hooks) or "workers"
    yield Finding(_TOPIC, "ok", f"{entry.plugin_name}: {hooks} ({state.load_ms or 0:.0f} ms to import)")


def _remedy(error: BaseException | None) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f"install {error.name} beside this command, and see that the wheel requires it"
    return "mend it, and build the wheel again"


def _kinds() -> dict[str, type[object]]:
    from conductor_core._endpoint import Api  # noqa: PLC0415 - part of the child's work only

    return {
        _known.AUTH: AuthProvider,
        _known.TRANSPORT: TransportFactory,
        _known.RETRY: RetryPolicy,
        _known.CLIENTS: Api,
        _known.COMMANDS: Command,
    }


def _publishes(plugin: object) -> bool:
    from conductor_core.worker import get_registered_workers  # noqa: PLC0415 - part of the child's work only

    return bool(get_registered_workers()) or callable(getattr(plugin, "execute", None))
