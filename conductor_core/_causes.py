"""What the import of somebody else's module raised, in one line."""

from __future__ import annotations

import traceback


def cause_of(error: BaseException) -> str:
    """Return kind and message of an error, and the line it comes from where there is one to look at."""
    text = f"{type(error).__name__}: {error}"
    # The import system's own frames lead nowhere, and a syntax error names its line itself.
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith("<")]
    if isinstance(error, SyntaxError) or not frames:
        return text
    return f"{text} (line {frames[-1].lineno} of {frames[-1].filename.replace(chr(92), '/').rpartition('/')[2]})"
