"""The ``Retry-After`` header: a number of seconds, or a date read against the server's own ``Date``."""

from __future__ import annotations


def seconds_of(retry_after: str, date: str) -> float | None:
    """Return the seconds a server asks to wait, or None when it does not or cannot be understood.

    A date is compared with the answer's ``Date`` header rather than with the local clock, which may be skewed.
    """
    text = retry_after.strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - dates are rare in this header

    try:
        return max(0.0, (parsedate_to_datetime(text) - parsedate_to_datetime(date)).total_seconds())
    except (TypeError, ValueError):
        return None
