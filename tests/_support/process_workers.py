"""Worker functions that tests run in child processes, which find them by module and name."""

from __future__ import annotations

import asyncio
import functools
import importlib
import logging
import os
import re
import signal
import sys
import time
from dataclasses import dataclass
from typing import Any

from conductor_core import NonRetryableException, TaskInProgress, TaskResult, get_task_context, worker_task
from conductor_core.models import TaskResultStatus

logger = logging.getLogger("shop.child")


@dataclass
class Address:
    street: str
    number: int


class UnknownCardError(NonRetryableException):
    """Only this module knows it."""


def work(what: str, address: Address | None = None, large: str = "") -> Any:
    """Do what a test asks for; one function, so that the tests share few children."""
    assert isinstance(large, str)
    context = get_task_context()
    context.add_log(f"doing {what}")
    return _ACTIONS[what](address)


def _whereabouts(_: object) -> dict[str, Any]:
    task = get_task_context().get_task()
    return {"pid": os.getpid(), "parent": os.getppid(), "task": task.task_id}


def _typed(address: Address | None) -> dict[str, Any]:
    assert isinstance(address, Address)
    return {"street": address.street, "number": address.number}


def _in_progress(_: object) -> TaskInProgress:
    return TaskInProgress(callback_after_seconds=7, output={"part": 1})


def _own_result(_: object) -> TaskResult:
    return TaskResult(status=TaskResultStatus.FAILED, output_data={"own": True}, reason_for_incompletion="mine")


def _context(_: object) -> dict[str, Any]:
    context = get_task_context()
    context.set_output({"set": 1, "result": 0})
    context.set_callback_after(9)
    return {"input": context.get_input(), "result": 2, "logs": len(context.get_logs())}


def _unserializable(_: object) -> dict[str, Any]:
    return {"good": 1, "bad": object()}


def _not_a_number(_: object) -> float:
    return float("nan")


def _logs(_: object) -> None:
    try:
        int("the reason")
    except ValueError:
        logger.exception("what went wrong: %s", "all", extra={"order": 7})


def _raises(_: object) -> None:
    raise LookupError("no such order")


def _raises_for_good(_: object) -> None:
    raise UnknownCardError("card unknown")


async def _raises_together(_: object) -> None:
    async def refuse() -> None:
        raise UnknownCardError("card unknown")

    async with asyncio.TaskGroup() as group:
        group.create_task(refuse())


def _exits(_: object) -> None:
    sys.exit("bye")


def _ends_hard(_: object) -> None:
    os._exit(3)


def _segfaults(_: object) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(20)


def _is_killed(_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(20)


async def _times_out(_: object) -> None:
    async with asyncio.timeout(0.01):
        await asyncio.sleep(20)


def _large(_: object) -> dict[str, int | str]:
    text: Any = get_task_context().get_input()["large"]
    return {"size": len(text), "back": text}


async def _awaits(_: object) -> int:
    await asyncio.sleep(0)
    return id(asyncio.get_running_loop())


def _scalar(_: object) -> int:
    return 5


@dataclass
class Verdict:
    result: dict[str, int]


def _one_field(_: object) -> Verdict:
    return Verdict({"score": 3})


def _nothing(_: object) -> None:
    return None


def _trace(_: object) -> Any:
    return importlib.import_module("tracing_plugin").current.get()


_ACTIONS: dict[str, Any] = {
    "whereabouts": _whereabouts,
    "typed": _typed,
    "in_progress": _in_progress,
    "own_result": _own_result,
    "one_field": _one_field,
    "context": _context,
    "unserializable": _unserializable,
    "not_a_number": _not_a_number,
    "scalar": _scalar,
    "nothing": _nothing,
    "trace": _trace,
    "logs": _logs,
    "raises": _raises,
    "raises_for_good": _raises_for_good,
    "raises_together": _raises_together,
    "exits": _exits,
    "ends_hard": _ends_hard,
    "segfaults": _segfaults,
    "is_killed": _is_killed,
    "awaits": _awaits,
    "times_out": _times_out,
    "large": _large,
}


async def pause(seconds: float, file: str = "", release: str = "") -> str:
    """Say where it runs, and wait for so long, or until a file is there."""
    if file:
        with open(file, "a") as marks:  # noqa: ASYNC230, PTH123 - a mark for the test
            marks.write(f"{os.getpid()}\n")
    end = time.monotonic() + seconds
    while time.monotonic() < end and not (release and os.path.exists(release)):  # noqa: ASYNC110, ASYNC240, PTH110 - as above
        await asyncio.sleep(0.02)
    return "done"


def hold_the_interpreter(file: str) -> bool:
    """Keep the interpreter's lock for hours: a regular expression that fails in compiled code."""
    with open(file, "a") as marks:  # noqa: PTH123 - a mark for the test
        marks.write(f"{os.getpid()}\n")
    return re.fullmatch(r"(a+)+b", "a" * 64) is not None


@worker_task("first_name")
@worker_task("second_name")
def twice() -> str:
    return "two names"


class Service:
    """A worker with state, which crosses once."""

    task_definition_name = "service"
    isolation = "process"

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def execute(self, amount: float) -> float:
        return amount * self.rate


part = functools.partial(work, "scalar")
