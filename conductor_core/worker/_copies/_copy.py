"""What runs in a copy: a task handler that obeys its supervisor and tells it what happens."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from conductor_core.errors import ConductorError
from conductor_core.worker._channel import Channel
from conductor_core.worker._copies import _spec as spec_module
from conductor_core.worker._copies._spec import CopySpec, settings_from
from conductor_core.worker._handler import TaskHandler, end_process
from conductor_core.worker._log_records import Forwarder
from conductor_core.worker._with_parent import ORPHANED, deaf_to_stop_signals, end_with_parent

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

HEALTH_SECONDS: Final = 1.0
# What a copy without a supervisor gets to give its tasks back.
_ORPHAN_SECONDS: Final = 10.0


def main(connection: Connection[Any, Any], encoded: bytes) -> None:
    """Serve until the supervisor says stop, or ends.

    Args:
        connection: the copy's end of the pipe.
        encoded: what to serve; see ``CopySpec``.
    """
    deaf_to_stop_signals()
    spec = CopySpec.decoded(encoded)
    channel = Channel(connection)
    copy = Copy(channel, spec)
    end_with_parent(copy.orphaned)
    Forwarder(lambda data: channel.send({"kind": spec_module.RECORD, "record": data})).install(spec.levels)
    sys.exit(copy.run())


class Copy:
    """One process of workers.

    Args:
        channel: leads to the supervisor.
        spec: what to serve.
    """

    def __init__(self, channel: Channel, spec: CopySpec) -> None:
        self._channel = channel
        self._spec = spec
        self._handler: TaskHandler | None = None
        self._ended = threading.Event()
        self._signalled = False

    def run(self) -> int:
        """Serve to the end and return the exit code."""
        try:
            handler = self._started()
        except ConductorError as error:
            self._tell({"kind": spec_module.FAILED, "error": f"{error}"})
            return 1
        # A copy may be told to stop by whoever runs the machine; the supervisor then starts another.
        signal.signal(signal.SIGTERM, self._heed)
        threading.Thread(target=self._obey, args=(handler,), name="conductor-copy", daemon=True).start()
        if self._spec.tells_health:
            threading.Thread(
                target=self._tell_health, args=(handler,), name="conductor-copy-health", daemon=True
            ).start()
        self._tell({"kind": spec_module.READY, "pid": os.getpid()})
        handler.join()
        self._ended.set()
        report = handler.report
        given_back, undelivered = (report.given_back, report.undelivered) if report is not None else ((), 0)
        self._tell(spec_module.ended(given_back, undelivered, signalled=self._signalled))
        return 0 if report is None or report.clean else 1

    def _heed(self, *_: object) -> None:
        self._signalled = True
        if self._handler is not None:
            self._handler.request_stop()

    def orphaned(self) -> None:
        """Give unfinished tasks back and end, since nobody looks after this process any more."""
        if self._handler is not None:
            self._handler.force_stop()
            time.sleep(_ORPHAN_SECONDS)
        os._exit(ORPHANED)

    def _started(self) -> TaskHandler:
        spec = self._spec
        handler = TaskHandler(
            settings_from(spec.settings),
            import_modules=spec.modules,
            stop_timeout=spec.stop_timeout,
            max_restarts=spec.max_restarts,
        )
        handler.let_end_process(end_process)
        handler.start()
        self._handler = handler
        return handler

    def _obey(self, handler: TaskHandler) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                message = self._channel.receive()
                if message["kind"] == spec_module.STOP:
                    handler.request_stop()
                elif message["kind"] == spec_module.FORCE:
                    handler.force_stop()
                elif message["kind"] == spec_module.COLLECT:
                    collected = handler.plugins.metrics().collected()
                    self._tell({"kind": spec_module.COLLECTED, "number": message["number"], "collected": collected})

    def _tell_health(self, handler: TaskHandler) -> None:
        while True:
            snapshot = handler.process_snapshot()
            if snapshot is not None:
                self._tell({"kind": spec_module.HEALTH, "snapshot": snapshot})
            if self._ended.wait(HEALTH_SECONDS):
                return

    def _tell(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            self._channel.send(message)
