"""The state machine of one connection: h2, set up for this transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated
from h2.settings import SettingCodes, Settings

if TYPE_CHECKING:
    from h2.events import Event
    from hyperframe.frame import Frame, GoAwayFrame

    from conductor_transport_http2._options import Http2Options

_DEFAULT_WINDOW: Final = 2**16 - 1
# Headers are checked and brought into their form once, in _headers, and not again for each request.
_CONFIGURATION: Final = H2Configuration(
    client_side=True, header_encoding=None, validate_outbound_headers=False, normalize_outbound_headers=False
)


class Machine(H2Connection):
    """An h2 connection of a client without server push, that lives on after GOAWAY.

    h2 ends a connection at GOAWAY and drops what it had to send. The protocol (RFC 9113, section 6.8) lets the streams
    that were accepted go on, and servers such as nginx send GOAWAY in the middle of them.
    """

    def __init__(self, options: Http2Options) -> None:
        super().__init__(config=_CONFIGURATION)
        values = {
            SettingCodes.ENABLE_PUSH: 0,
            SettingCodes.INITIAL_WINDOW_SIZE: options.stream_window,
            SettingCodes.MAX_HEADER_LIST_SIZE: options.max_head_bytes,
        }
        self.local_settings = Settings(client=True, initial_values=values)
        self.decoder.max_header_list_size = options.max_head_bytes
        self._more = options.connection_window - _DEFAULT_WINDOW

    def begin(self) -> None:
        """Queue the preface, the settings and the larger window of the connection."""
        self.initiate_connection()
        if self._more:
            self.increment_flow_control_window(self._more)

    def _receive_goaway_frame(self, frame: GoAwayFrame) -> tuple[list[Frame], list[Event]]:
        event = ConnectionTerminated()
        event.error_code = frame.error_code
        event.last_stream_id = frame.last_stream_id
        event.additional_data = frame.additional_data or None
        return [], [event]
