"""Where an embedded engine lives: `embedded://memory/NAME` or `embedded:///ABSOLUTE/FILE`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    import os

DEFAULT_URL = "embedded://memory/default"


@dataclass(frozen=True, slots=True)
class Address:
    """The name of an engine in memory, or the path of an engine's file.

    Two addresses of one engine are equal, however its file was written.
    """

    name: str = ""
    path: str = ""

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read a URL; one of another scheme stands for the default engine in memory.

        Raises:
            ConfigurationError: It is neither of the two forms.
        """
        parts = urlsplit(url)
        if parts.scheme != "embedded":
            return cls.parse(DEFAULT_URL)
        path = unquote(parts.path)
        if parts.netloc == "memory" and path.strip("/") and not parts.query:
            return cls(name=path.strip("/"))
        if parts.netloc == "" and path.startswith("/") and path.strip("/") and not parts.query:
            return cls.of_file(_without_slash_before_drive(path))
        raise ConfigurationError(
            f"server_url {url!r} must be embedded://memory/NAME or embedded:///ABSOLUTE/FILE, for example {DEFAULT_URL}"
        )

    @classmethod
    def of_file(cls, path: str | os.PathLike[str]) -> Address:
        """Return the address of the engine of a file, which need not exist yet."""
        return cls(path=str(Path(path).expanduser().resolve()))

    @property
    def url(self) -> str:
        """The URL for `server_url`."""
        if self.name:
            return f"embedded://memory/{quote(self.name)}"
        posix = Path(self.path).as_posix()
        return f"embedded://{quote(posix if posix.startswith('/') else '/' + posix)}"

    def __str__(self) -> str:
        return self.path or "memory"


def _without_slash_before_drive(path: str) -> str:
    return path[1:] if len(path) > 2 and path[2] == ":" else path  # noqa: PLR2004 - /C:/folder/file
