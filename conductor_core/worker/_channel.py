"""One end of a pipe between two processes, for messages in JSON: nothing that runs code when it is read."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, cast

from pydantic_core import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection

Message = dict[str, Any]


class Channel:
    """Sends and receives messages; sending is safe from any thread.

    Args:
        connection: the pipe.
    """

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self.connection = connection
        self._lock = threading.Lock()

    def send(self, message: Mapping[str, Any]) -> None:
        """Send one message.

        Raises:
            OSError: the other end has gone.
            PydanticSerializationError: a value has no JSON form.
        """
        data = to_json(message, inf_nan_mode="constants")
        with self._lock:
            self.connection.send_bytes(data)

    def receive(self) -> Message:
        """Wait for a message.

        Raises:
            EOFError: the other end has gone.
            OSError: the same, on some systems.
        """
        return cast("Message", from_json(self.connection.recv_bytes(), cache_strings=False))

    def close(self) -> None:
        """Close this end, which tells the other one."""
        self.connection.close()
