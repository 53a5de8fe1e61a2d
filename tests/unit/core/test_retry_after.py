"""The Retry-After header, in both of its forms and in none."""

from __future__ import annotations

import pytest

from conductor_core._retry_after import seconds_of

DATE = "Sat, 21 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("retry_after", "date", "seconds"),
    [
        ("", "", None),
        ("0", "", 0.0),
        (" 12 ", "", 12.0),
        ("9" * 400, "", float("inf")),
        ("-1", "", None),
        ("1.5", "", None),
        ("²", "", None),
        ("soon", DATE, None),
        ("Sat, 21 Nov 2026 10:00:30 GMT", DATE, 30.0),
        ("Sat, 21 Nov 2026 09:59:30 GMT", DATE, 0.0),
        ("Sat, 21 Nov 2026 10:00:30 GMT", "", None),
        ("Sat, 21 Nov 2026 10:00:30 -0000", DATE, None),
        ("Sat, 99 Nov 2026 10:00:30 GMT", DATE, None),
    ],
)
def test_what_a_server_asks_for(retry_after: str, date: str, seconds: float | None) -> None:
    assert seconds_of(retry_after, date) == seconds
