from __future__ import annotations

from datetime import UTC, datetime

import pytest

from conductor_embedded._wait_times import parse_duration, parse_until


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5s", 5),
        ("0s", 0),
        ("1d 2h 3m 4s", 93784),
        ("1 day 2 hours", 93600),
        ("2DAYS", 172800),
        ("10 mins 1 sec", 601),
        (" 1h30m ", 5400),
        ("", None),
        ("  ", None),
        ("5", None),
        ("1.5s", None),
        ("-5s", None),
        ("4s 1d", None),
        ("1 weeks", None),
        ("5ms", None),
        ("٣s", None),
        ("99999999999999999999d", None),
    ],
)
def test_durations(text: str, seconds: int | None) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2030-01-31", datetime(2030, 1, 31, tzinfo=UTC)),
        ("2030-01-31 10:05", datetime(2030, 1, 31, 10, 5, tzinfo=UTC)),
        ("2030-01-31 10:05 GMT", datetime(2030, 1, 31, 10, 5, tzinfo=UTC)),
        ("2030-01-31 10:05 PST", datetime(2030, 1, 31, 18, 5, tzinfo=UTC)),
        ("2030-07-01 12:00 Europe/Paris", datetime(2030, 7, 1, 10, tzinfo=UTC)),
        ("2030-02-30", datetime(2030, 2, 28, tzinfo=UTC)),
        ("2030-13-01", None),
        ("2030-01-32", None),
        ("0000-01-01", None),
        ("2030-01-01 25:00", None),
        ("2030-01-01 10:00 Nowhere", None),
        ("2030-01-01 10:00 ../etc/passwd", None),
        ("2030-01-01 10:00 +02:00", None),
        ("2030-01-01T10:00", None),
        ("", None),
    ],
)
def test_points_in_time(text: str, moment: datetime | None) -> None:
    assert parse_until(text) == (None if moment is None else int(moment.timestamp() * 1000))
