"""Bodies on their way out, in turns, within the windows that the server grants."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from h2.exceptions import StreamClosedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_transport_http2._machine import Machine
    from conductor_transport_http2._stream import Stream

# What is handed to the socket before it is asked whether it can take more, in frames (16 KiB each, as a rule).
_TURN_FRAMES: Final = 16


class Sender:
    """Sends one frame of each body in turn, so that a large one holds up no small one.

    Args:
        machine: the state machine of the connection.
        moved: told after each piece of a stream that went out.

    Attributes:
        paused: the socket takes no more for now.
    """

    def __init__(self, machine: Machine, moved: Callable[[Stream], None]) -> None:
        self._machine = machine
        self._moved = moved
        self._queue: deque[Stream] = deque()
        self.paused = False

    def add(self, stream: Stream) -> None:
        """Send what is at hand of a stream's body, now or when the server grants it."""
        stream.sending = True
        if not self.paused and self._send(stream) and not _wants_more(stream):
            return
        self._queue.append(stream)

    def go_on(self) -> bool:
        """Send a turn of what the windows allow by now; return whether anything went out."""
        frames = blocked = 0
        while blocked < len(self._queue) and frames < _TURN_FRAMES and not self.paused:
            stream = self._queue.popleft()
            if not _wants_more(stream):
                continue
            if self._send(stream):
                frames, blocked = frames + 1, 0
            else:
                blocked += 1
            if _wants_more(stream):
                self._queue.append(stream)
        return frames > 0

    def _send(self, stream: Stream) -> bool:
        """Send one frame; return False when the server must grant more first."""
        machine, rest = self._machine, stream.rest
        try:
            room = min(machine.local_flow_control_window(stream.id), machine.max_outbound_frame_size)
            if rest and room <= 0:
                return False
            stream.rest = rest[room:]
            last = stream.ended and not stream.rest
            machine.send_data(stream.id, bytes(rest[:room]), end_stream=last)
        except StreamClosedError:
            stream.sending = False  # reset by the server: an answer or an error came with that
            return True
        stream.sending = not last
        self._moved(stream)
        if not stream.rest:
            stream.drain()
        return True


def _wants_more(stream: Stream) -> bool:
    return stream.sending and (bool(stream.rest) or stream.ended)
