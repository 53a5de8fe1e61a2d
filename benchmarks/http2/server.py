"""A server for the measurements: nginx with HTTP/2 and without TLS, which answers by itself."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests._support.nginx import Nginx, nginx

if TYPE_CHECKING:
    from collections.abc import Generator

ANSWERS = """
    server {{
      listen unix:{folder}/answers.sock;
      keepalive_requests 1000000000;
      location / {{ return 200 '[]'; }}
    }}
    upstream answers {{ server unix:{folder}/answers.sock; keepalive 64; }}
"""
# Bodies are read whole: the transport of httpx fails when a server answers before it has.
HANDED_ON = """
    http2_max_concurrent_streams 256;
    keepalive_requests {requests};
    location / {{ proxy_pass http://answers; proxy_http_version 1.1; proxy_set_header Connection ""; }}
"""


@contextlib.contextmanager
def answering(requests_of_a_connection: int = 1_000_000_000) -> Generator[Nginx]:
    """Run it until the block ends; after so many requests it says goodbye to a connection, as nginx does by default."""
    inside = HANDED_ON.format(requests=requests_of_a_connection)
    with tempfile.TemporaryDirectory() as folder:
        outside = ANSWERS.format(folder=folder)
        with nginx(Path(folder), inside, outside=outside, http2=True) as server:
            yield server
