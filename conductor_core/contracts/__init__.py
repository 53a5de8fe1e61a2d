"""What every auth, transport, retry policy and client keeps, as functions that tests of plugins call.

Each of them raises ``AssertionError`` with one sentence that says what was not kept. They need no test library, and no server but
the one that they start on 127.0.0.1.
"""

from conductor_core.contracts._auth import check_auth
from conductor_core.contracts._client import check_client
from conductor_core.contracts._retry import check_retry
from conductor_core.contracts._transport import check_transport

__all__ = ["check_auth", "check_client", "check_retry", "check_transport"]
