"""Whether a socket that should be silent has something to say: the peer's farewell, or bytes nobody asked for."""

from __future__ import annotations

import select
import sys

if sys.platform == "win32":  # pragma: no cover - no poll() there

    class Probe:
        """Looks at one socket without reading it."""

        def __init__(self, descriptor: int) -> None:
            self._descriptor = descriptor

        def has_news(self) -> bool:
            """Whether a read would not block."""
            readable, _, _ = select.select([self._descriptor], [], [], 0)
            return bool(readable)

else:

    class Probe:
        """Looks at one socket without reading it; poll() has no upper bound of descriptors, select() has."""

        def __init__(self, descriptor: int) -> None:
            self._poll = select.poll()
            self._poll.register(descriptor, select.POLLIN)

        def has_news(self) -> bool:
            """Whether a read would not block: bytes, end of stream or an error."""
            return bool(self._poll.poll(0))
