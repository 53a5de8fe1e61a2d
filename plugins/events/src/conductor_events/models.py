"""Documents of the client. Names follow the server's, in snake_case; fields this version does not know are kept."""

from __future__ import annotations
