"""What servers without applications offer in their place."""

from __future__ import annotations

from typing import Final

HINT: Final = "the open-source server asks nobody who they are: it has no applications and needs no keys"
