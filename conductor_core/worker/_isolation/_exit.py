"""What the exit code of a process says, in words."""

from __future__ import annotations

import signal
from typing import Final

_MEMORY_HINT: Final = "; the system does that when memory runs out"
# Windows: how a process ends that did not end itself.
_NT_ERROR: Final = 0xC0000000
_NT_NAMES: Final = {
    0xC0000005: "access violation",
    0xC0000017: "out of memory",
    0xC00000FD: "stack overflow",
    0xC0000374: "heap corruption",
    0xC0000409: "stack buffer overrun, or abort()",
}
# A forkserver that died first cannot tell how its children ended.
_UNKNOWN: Final = 255


def describe_exit(code: int | None) -> str:
    """Return how a process ended: the signal's name, or the exit code.

    Args:
        code: exit code; negative for a signal, as ``subprocess`` and ``multiprocessing`` give it; None when unknown.
    """
    if code is None:
        return "ended in an unknown way"
    if code < 0:
        name = signal_name(-code)
        number = f" (signal {-code})" if name.startswith("SIG") else ""
        return f"was killed by {name}{number}"
    if code >= _NT_ERROR:
        name = _NT_NAMES.get(code, "")
        return f"ended with exit code {code:#X}{f' ({name})' if name else ''}"
    if code == _UNKNOWN:
        return "ended with exit code 255, or in an unknown way"
    return f"ended with exit code {code}"


def hint_on_exit(code: int | None) -> str:
    """Return what else may be said of an exit code, to be put behind a sentence; mostly nothing."""
    return _MEMORY_HINT if code is not None and code < 0 and signal_name(-code) == "SIGKILL" else ""


def signal_name(number: int) -> str:
    """Return a signal's name on this system, or ``signal N``."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
