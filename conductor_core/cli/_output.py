"""Standard output and error that take whatever a command says: in any locale, closed, or on a full disk."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import sys

_ESCAPING = "conductor-escaping"


def open_streams() -> None:
    """Make both streams ready: a closed one swallows what is written, one of another encoding escapes what it lacks."""
    codecs.register_error(_ESCAPING, _escaped)
    for name in ("stdout", "stderr"):
        stream: object = getattr(sys, name)
        if stream is None:  # closed by who started us; print() would write errors to stdout then
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - it lasts as long as we do
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ESCAPING)


def silence_stdout() -> None:
    """Keep the interpreter from complaining about a pipe or disk that takes no more when it flushes at exit."""
    with contextlib.suppress(OSError, ValueError):  # it has no descriptor, or is closed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _escaped(error: UnicodeError) -> tuple[str, int]:
    r"""Write what an encoding lacks as JSON does, like ``\u00fc``, so that a document stays one."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)), error.end
