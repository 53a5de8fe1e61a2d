"""The times a WAIT task names: `duration` like `1d 2h 3m 4s`, `until` like `2030-01-31 10:00 UTC`. Pure."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

_DURATION = re.compile(
    r"""\s*(?:(?P<days>\d+)\s*(?:days?|d))?
        \s*(?:(?P<hours>\d+)\s*(?:hours?|hrs?|h))?
        \s*(?:(?P<minutes>\d+)\s*(?:minutes?|mins?|m))?
        \s*(?:(?P<seconds>\d+)\s*(?:seconds?|secs?|s))?\s*""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_UNTIL = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?: (?P<hour>\d{2}):(?P<minute>\d{2})(?: (?P<zone>[A-Za-z/_]+))?)?",
    re.ASCII,
)
_ZONES = {"PST": "America/Los_Angeles", "MST": "America/Denver", "CST": "America/Chicago", "EST": "America/New_York"}
_LONGEST = timedelta(days=365_000)


def parse_duration(text: str) -> int | None:
    """Return the seconds of a duration, None when the text is none."""
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        return None
    try:
        duration = timedelta(**{unit: int(number) for unit, number in match.groupdict().items() if number})
    except OverflowError:
        return None
    return int(min(duration, _LONGEST).total_seconds())


def parse_until(text: str) -> int | None:
    """Return a time in epoch milliseconds, None when the text is none. Without a zone it is in UTC."""
    match = _UNTIL.fullmatch(text)
    if match is None:
        return None
    zone = _zone(match["zone"] or "UTC")
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    if zone is None or not 1 <= month <= 12 or not 1 <= day <= 31 or year == 0:  # noqa: PLR2004 - a calendar's numbers
        return None
    # A day that the month does not have is its last one, as on the real server.
    day = min(day, calendar.monthrange(year, month)[1])
    try:
        moment = datetime(year, month, day, int(match["hour"] or 0), int(match["minute"] or 0), tzinfo=zone)
        return int(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _zone(name: str) -> tzinfo | None:
    if name.upper() in {"UTC", "GMT", "Z"}:
        return UTC
    try:
        return ZoneInfo(_ZONES.get(name.upper(), name))
    except (ValueError, OSError, KeyError):
        return None
