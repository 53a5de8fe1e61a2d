"""The state machine of one connection: h2, set up for this transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated
from h2.frame_buffer import FrameBuffer
from h2.settings import SettingCodes, Settings

from conductor_transport_http2._hpack import LiteralEncoder, RememberingDecoder

if TYPE_CHECKING:
    from h2.events import Event
    from hyperframe.frame import Frame, GoAwayFrame

    from conductor_transport_http2._options import Http2Options

_DEFAULT_WINDOW: Final = 2**16 - 1
# Headers are checked in _request and _stream, where what was checked before is not checked again.
_CONFIGURATION: Final = H2Configuration(
    client_side=True,
    header_encoding=None,
    validate_outbound_headers=False,
    normalize_outbound_headers=False,
    validate_inbound_headers=False,
    normalize_inbound_headers=False,
)
_FRAME_HEADER_BYTES: Final = 9
_LENGTH_BYTES: Final = 3
_FEW_STREAMS: Final = 64


class _StrictBuffer(FrameBuffer):
    """Refuses a frame that is too long when its header is there, and does not wait for its end.

    The first bytes of an answer in HTTP/1.1, read as a frame, announce four megabytes.
    """

    def __next__(self) -> Frame:
        waiting = self._data
        if len(waiting) >= _FRAME_HEADER_BYTES:
            self._validate_frame_length(int.from_bytes(waiting[:_LENGTH_BYTES], "big"))
        return super().__next__()


class Machine(H2Connection):
    """An h2 connection of a client without server push, that lives on after GOAWAY.

    h2 ends a connection at GOAWAY and drops what it had to send. The protocol (RFC 9113, section 6.8) lets the streams
    that were accepted go on, and servers such as nginx send GOAWAY in the middle of them.
    """

    def __init__(self, options: Http2Options) -> None:
        super().__init__(config=_CONFIGURATION)
        self.incoming_buffer = _StrictBuffer(server=False)
        self.encoder = LiteralEncoder()
        self.decoder = RememberingDecoder()
        values = {
            SettingCodes.HEADER_TABLE_SIZE: 0,
            SettingCodes.ENABLE_PUSH: 0,
            SettingCodes.INITIAL_WINDOW_SIZE: options.stream_window,
            SettingCodes.MAX_HEADER_LIST_SIZE: options.max_head_bytes,
        }
        self.local_settings = Settings(client=True, initial_values=values)
        self.decoder.max_header_list_size = options.max_head_bytes
        self._more = options.connection_window - _DEFAULT_WINDOW
        self._sweep_at = _FEW_STREAMS

    def begin(self) -> None:
        """Queue the preface, the settings and the larger window of the connection."""
        self.initiate_connection()
        if self._more:
            self.increment_flow_control_window(self._more)

    def _open_streams(self, remainder: int) -> int:
        """Count and forget closed streams now and then; h2 does so at every request.

        In between, closed ones count too, as long as that stays below what the server allows.
        """
        kept = len(self.streams)
        if kept < self._sweep_at and kept < self.remote_settings.max_concurrent_streams:
            return kept
        count = super()._open_streams(remainder)
        self._sweep_at = max(_FEW_STREAMS, 2 * len(self.streams))
        return count

    def _receive_goaway_frame(self, frame: GoAwayFrame) -> tuple[list[Frame], list[Event]]:
        event = ConnectionTerminated()
        event.error_code = frame.error_code
        event.last_stream_id = frame.last_stream_id
        event.additional_data = frame.additional_data or None
        return [], [event]
