"""What a command writes, and streams that take it: in any locale, closed, or on a full disk."""

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


def write_text(text: str) -> None:
    """Write lines for people to standard output."""
    print(text)  # noqa: T201 - the command's output


def write_json(document: object) -> None:
    """Write a document for programs to standard output."""
    import json  # noqa: PLC0415 - a table does without

    write_text(json.dumps(document, indent=2))


def complain(text: str) -> None:
    """Write to standard error, where a command line says what went wrong."""
    print(text, file=sys.stderr)  # noqa: T201 - the same


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
