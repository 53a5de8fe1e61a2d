"""The pool without I/O: who gets which connection."""

from __future__ import annotations

from dataclasses import dataclass

from conductor_core.http1._pool import Pool
from conductor_core.http1._request import Origin

HERE, THERE = Origin("http", "here", 80), Origin("http", "there", 80)


@dataclass(eq=False)
class Wire:
    origin: Origin = HERE
    idle_since: float = 0.0
    usable: bool = True
    closed: bool = False

    def is_usable(self, now: float) -> bool:
        return self.usable

    def close(self) -> None:
        self.closed = True


class Waiting:
    def __init__(self, origin: Origin = HERE, *, gave_up: bool = False) -> None:
        self.origin = origin
        self.gave_up = gave_up
        self.granted: list[Wire | None] = []
        self.failed = False

    def grant(self, connection: Wire | None, /) -> bool:
        if not self.gave_up:
            self.granted.append(connection)
        return not self.gave_up

    def fail(self) -> None:
        self.failed = True


def opened(pool: Pool[Wire], *wires: Wire) -> None:
    for wire in wires:
        assert pool.reserve()
        pool.put(wire, wire.idle_since)


def test_the_newest_connection_is_used_first_and_the_old_ones_expire() -> None:
    pool, old, middle, new = Pool[Wire](9, 10.0), Wire(idle_since=1), Wire(idle_since=5), Wire(idle_since=9)
    opened(pool, old, middle, new)
    assert pool.take(HERE, 9) is new
    pool.put(new, 12)
    assert (old.closed, middle.closed, pool.open) == (True, False, 2)
    assert pool.take(HERE, 30) is None
    assert (middle.closed, new.closed, pool.open) == (True, True, 0)


def test_an_unusable_connection_is_closed_on_the_way() -> None:
    pool, good, bad = Pool[Wire](9, 10.0), Wire(), Wire(usable=False)
    opened(pool, good, bad)
    assert pool.take(HERE, 0) is good
    assert (bad.closed, pool.open) == (True, 1)


def test_connections_lead_where_the_request_goes() -> None:
    pool = Pool[Wire](9, 10.0)
    opened(pool, Wire(THERE))
    assert pool.take(HERE, 0) is None


def test_the_limit_holds_and_an_idle_connection_to_elsewhere_makes_room() -> None:
    pool, oldest, newer = Pool[Wire](2, 10.0), Wire(THERE, 1), Wire(THERE, 2)
    opened(pool, oldest, newer)
    assert pool.reserve()
    assert (oldest.closed, newer.closed, pool.open) == (True, False, 2)
    assert pool.reserve()
    assert not pool.reserve()


def test_requests_wait_in_the_order_they_came() -> None:
    pool, wire, first, second = Pool[Wire](1, 10.0), Wire(), Waiting(), Waiting()
    assert pool.reserve()
    pool.wait(first)
    pool.wait(second)
    pool.put(wire, 0)
    assert (first.granted, second.granted, pool.idle) == ([wire], [], [])
    pool.drop()
    assert (second.granted, pool.open) == ([None], 1)
    pool.drop()
    assert pool.open == 0


def test_a_request_that_gave_up_is_passed_over() -> None:
    pool, wire, left = Pool[Wire](1, 10.0), Wire(), Waiting()
    assert pool.reserve()
    pool.wait(Waiting(gave_up=True))
    pool.wait(left)
    pool.leave(left)
    pool.leave(left)
    pool.put(wire, 0)
    assert pool.idle == [wire]
    assert left.granted == []


def test_a_request_to_elsewhere_gets_the_right_to_open_a_connection() -> None:
    pool, wire, waiting = Pool[Wire](1, 10.0), Wire(HERE), Waiting(THERE)
    assert pool.reserve()
    pool.wait(waiting)
    pool.put(wire, 0)
    assert (waiting.granted, wire.closed, pool.open) == ([None], True, 1)


def test_a_connection_lost_while_idle_is_forgotten_and_one_in_use_is_its_users() -> None:
    pool, wire = Pool[Wire](1, 10.0), Wire()
    opened(pool, wire)
    assert pool.take(HERE, 0) is wire
    pool.lost(wire)
    assert pool.open == 1
    pool.put(wire, 0)
    pool.lost(wire)
    pool.lost(wire)
    assert (pool.open, pool.idle) == (0, [])


def test_clearing_closes_what_is_idle_and_dismissing_forgets_who_waits() -> None:
    pool, idle, waiting = Pool[Wire](2, 10.0), Wire(), Waiting()
    opened(pool, idle)
    assert pool.reserve()
    pool.wait(waiting)
    pool.clear()
    assert (idle.closed, pool.open, pool.dismiss()) == (True, 1, [waiting])
    pool.drop()
    assert (waiting.granted, pool.open) == ([], 0)
