"""The tables at the end of the orders example, and the progress display before it."""

from __future__ import annotations

import contextlib
import io

import pytest

from orders_demo.outcomes import Kind, Outcome
from orders_demo.progress import LiveDisplay, PlainDisplay, Progress, display_for, live_line
from orders_demo.report import Result, failure_table, outcome_table, percentile, surprises, table, times_line

SHIPPED = Outcome(Kind.SHIPPED)
DECLINED = Outcome(Kind.FAILED, "card declined")
RESULTS = [
    Result("A-1", "id-1", SHIPPED, SHIPPED, 0.1),
    Result("A-2", "id-2", SHIPPED, SHIPPED, 0.2),
    Result("A-3", "id-3", DECLINED, DECLINED, 0.4),
]


def test_the_outcomes_are_counted_beside_what_the_file_demands() -> None:
    assert outcome_table(RESULTS).splitlines() == [
        "outcome  orders  demanded",
        "-------  ------  --------",
        "shipped       2         2",
        "failed        1         1",
        "all           3         3",
    ]


def test_failures_come_with_their_reasons_and_do_not_flood_the_screen() -> None:
    assert failure_table(RESULTS).splitlines()[-1] == "A-3    failed   card declined"
    assert failure_table(RESULTS[:2]) == ""
    assert failure_table(RESULTS[2:] * 45).splitlines()[-1] == "...             and 5 more"


def test_an_outcome_that_the_file_does_not_demand_is_a_surprise() -> None:
    assert surprises(RESULTS) == []
    assert surprises([Result("A-3", "id-3", SHIPPED, DECLINED, 0.4)]) == [
        "order A-3 (id-3): demanded shipped, got failed (card declined)"
    ]


def test_times_are_told_in_one_line() -> None:
    assert times_line(RESULTS, 1.5) == "3 orders in 1.5 s (2/s); one order: p50 200 ms, p95 400 ms"
    assert times_line([], 0.0) == "0 orders in 0.0 s (0/s); one order: p50 0 ms, p95 0 ms"


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 10), (0.95, 19), (1.0, 20)])
def test_percentiles_are_values_that_occurred(share: float, value: float) -> None:
    assert percentile([float(number) for number in range(1, 21)], share) == value


def test_a_table_without_rows_is_its_header() -> None:
    assert table(["a", "b"], []) == "a  b\n-  -"


def test_plain_lines_come_each_tenth_each_second_and_at_the_end() -> None:
    stream = io.StringIO()
    with PlainDisplay(stream) as display:
        for shipped, seconds in [(0, 0.0), (5, 0.1), (10, 0.2), (11, 0.3), (12, 1.3), (12, 2.9), (99, 3.0), (100, 3.1)]:
            display.show(Progress(100, shipped=shipped), seconds)
            display.show(Progress(100, shipped=shipped), seconds)
    assert [line.split(" orders")[0] for line in stream.getvalue().splitlines()] == [
        "  0.0 s  0/100",
        "  0.2 s  10/100",
        "  1.3 s  12/100",
        "  3.0 s  99/100",
        "  3.1 s  100/100",
    ]


def test_the_live_line_fits_the_terminal() -> None:
    progress = Progress(200, shipped=90, rejected=9, failed=1)
    wide = live_line(progress, 1.25, 120)
    assert wide == "█" * 15 + "░" * 15 + "  100/200 orders: 90 shipped, 9 rejected, 1 failed  1.2 s"
    for columns in (120, 80, 60, 40, 10):
        assert len(live_line(progress, 1.25, columns)) < columns


def test_the_live_display_draws_over_its_line_and_gives_the_cursor_back() -> None:
    stream = io.StringIO()
    with contextlib.suppress(KeyboardInterrupt), LiveDisplay(stream, 100) as display:
        display.show(Progress(2), 0.0)
        display.show(Progress(2, shipped=1), 0.1)
        raise KeyboardInterrupt
    assert stream.getvalue().count("\r\x1b[2K") == 2
    assert stream.getvalue().startswith("\x1b[?25l")
    assert stream.getvalue().endswith("\x1b[?25h\n")


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "term", "kind"),
    [
        (_Terminal(io.BytesIO(), encoding="utf-8"), "xterm", LiveDisplay),
        (_Terminal(io.BytesIO(), encoding="utf-8"), "dumb", PlainDisplay),
        (_Terminal(io.BytesIO(), encoding="ascii"), "xterm", PlainDisplay),
        (io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), "xterm", PlainDisplay),
    ],
)
def test_the_display_follows_the_stream(stream: io.TextIOWrapper, term: str, kind: type) -> None:
    assert isinstance(display_for(stream, {"TERM": term}), kind)
