"""What servers without users offer in their place."""

from __future__ import annotations

from typing import Final

HINT: Final = "the open-source server knows no users: put a proxy that does before it"
