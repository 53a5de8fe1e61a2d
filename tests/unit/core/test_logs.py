"""Log records that know their task: fields, JSON lines, and the task's own log."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Conductor, ConfigurationError, Settings, configure_logging, get
from conductor_core._logging import LOGGER
from conductor_core.logs import FieldsFilter, JsonFormatter, TaskLogHandler, _fields, add_log_fields, log_fields
from conductor_core.worker import PolledTask, TaskContext, carry_task_context
from conductor_core.worker._context import MAX_LINE_LENGTH, MAX_LOG_LENGTH, MAX_LOG_LINES, activate, deactivate
from conductor_core.worker._log_records import Forwarder

if TYPE_CHECKING:
    from collections.abc import Iterator

IDS = {"workflow_id": "w-1", "task_id": "t-1", "task_type": "pay", "attempt": 3}


@pytest.fixture
def context() -> Iterator[TaskContext]:
    task = PolledTask({"taskId": "t-1", "workflowInstanceId": "w-1", "taskDefName": "pay", "retryCount": 2})
    made = TaskContext(task)
    token = activate(made)
    yield made
    deactivate(token)


@pytest.fixture
def shop() -> Iterator[logging.Logger]:
    logger = logging.getLogger("shop.orders")
    logger.setLevel(logging.INFO)
    yield logger
    logger.handlers.clear()
    logger.setLevel(logging.NOTSET)


def written_by(logger: logging.Logger, handler: logging.StreamHandler[io.StringIO]) -> list[dict[str, Any]]:
    logger.addHandler(handler)
    logger.warning("took %d", 7, extra={"order": "o-1", "amount": [1]})
    try:
        int("x")
    except ValueError:
        logger.exception("failed")
    return [json.loads(line) for line in handler.stream.getvalue().splitlines()]


def test_outside_of_a_task_there_are_no_fields() -> None:
    assert log_fields() == {}


def test_in_a_task_and_in_its_threads_there_are_its_ids(context: TaskContext) -> None:
    found: list[dict[str, str | int]] = []

    def look() -> None:
        found.append(log_fields())

    thread = threading.Thread(target=carry_task_context(look))
    thread.start()
    thread.join()
    assert [log_fields(), *found] == [IDS, IDS]


def test_a_plugin_may_add_fields(context: TaskContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_fields, "_providers", [])
    asked: list[int] = []

    def more() -> dict[str, str | int]:
        asked.append(1)
        return {"trace_id": "abc"}

    add_log_fields(more)
    add_log_fields(more)
    assert log_fields() == {**IDS, "trace_id": "abc"}
    assert len(asked) == 1


def test_a_json_line_has_ids_extras_and_the_exception(context: TaskContext, shop: logging.Logger) -> None:
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(JsonFormatter({"service": "x"}))
    first, second = written_by(shop, handler)
    assert first.pop("time").endswith("+00:00")
    assert first == {
        "level": "WARNING",
        "logger": "shop.orders",
        "message": "took 7",
        "service": "x",
        "order": "o-1",
        "amount": "[1]",
        **IDS,
    }
    assert second["exception"].endswith("ValueError: invalid literal for int() with base 10: 'x'")


def test_outside_of_a_task_a_json_line_has_no_empty_ids(shop: logging.Logger) -> None:
    handler = logging.StreamHandler(io.StringIO())
    handler.addFilter(FieldsFilter())
    handler.setFormatter(JsonFormatter())
    first, _ = written_by(shop, handler)
    assert not IDS.keys() & first.keys()


def test_a_filter_puts_the_ids_on_any_record(context: TaskContext, shop: logging.Logger) -> None:
    handler = logging.StreamHandler(io.StringIO())
    handler.addFilter(FieldsFilter())
    handler.setFormatter(logging.Formatter("%(workflow_id)s/%(task_id)s %(task_type)s %(attempt)s %(message)s"))
    shop.addHandler(handler)
    shop.info("hello")
    assert handler.stream.getvalue() == "w-1/t-1 pay 3 hello\n"


def test_what_a_record_of_another_process_carries_stays(context: TaskContext) -> None:
    record = logging.makeLogRecord({"msg": "x", "task_id": "other", "workflow_id": "there"})
    FieldsFilter().filter(record)
    assert (record.__dict__["task_id"], record.__dict__["workflow_id"]) == ("other", "there")


@pytest.mark.parametrize(
    ("chosen", "environ"),
    [({"as_json": True}, {}), ({}, {"CONDUCTOR_LOG_FORMAT": "JSON"})],
    ids=["argument", "variable"],
)
def test_the_librarys_own_lines_may_be_json(chosen: dict[str, Any], environ: dict[str, str]) -> None:
    handlers, level, propagate = list(LOGGER.handlers), LOGGER.level, LOGGER.propagate
    stream = io.StringIO()
    try:
        configure_logging(**chosen, stream=stream, environ=environ)
        logging.getLogger("conductor.worker").error("ready")
    finally:
        LOGGER.handlers[:], LOGGER.propagate = handlers, propagate
        LOGGER.setLevel(level)
    assert json.loads(stream.getvalue())["message"] == "ready"


def test_a_format_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="CONDUCTOR_LOG_FORMAT must be text or json, got 'xml'"):
        configure_logging(environ={"CONDUCTOR_LOG_FORMAT": "xml"})


def test_records_of_a_worker_go_to_its_tasks_log(context: TaskContext, shop: logging.Logger) -> None:
    handler = TaskLogHandler()
    shop.addHandler(handler)
    shop.info("took %d", 7)
    shop.debug("not this")
    for name in ("conductor.worker", "httpx"):
        handler.handle(logging.makeLogRecord({"name": name, "msg": "ours", "levelno": logging.ERROR}))
    again = logging.makeLogRecord({"name": "shop", "msg": "once", "levelno": logging.INFO, "levelname": "INFO"})
    handler.handle(again)
    handler.handle(again)
    assert [line["log"] for line in context.get_logs()] == ["INFO shop.orders: took 7", "INFO shop: once"]


def test_a_record_crosses_to_the_parent_process_with_its_ids_and_is_sent_to_the_task_once(context: TaskContext) -> None:
    crossed: list[dict[str, Any]] = []
    handler = TaskLogHandler()
    record = logging.makeLogRecord({"name": "shop", "msg": "took 7", "levelno": logging.INFO, "levelname": "INFO"})
    handler.handle(record)
    Forwarder(crossed.append).handle(record)
    (data,) = crossed
    assert {name: data[name] for name in IDS} == IDS
    handler.handle(logging.makeLogRecord(data))
    assert len(context.get_logs()) == 1


def test_outside_of_a_task_a_record_goes_nowhere(shop: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    shop.addHandler(TaskLogHandler())
    shop.error("nobody listens")
    assert capsys.readouterr() == ("", "")


def test_a_line_that_cannot_be_formatted_disturbs_nobody(context: TaskContext, shop: logging.Logger) -> None:
    shop.addHandler(TaskLogHandler())
    stderr, sys.stderr = sys.stderr, io.StringIO()
    try:
        shop.handlers[0].handle(logging.makeLogRecord({"name": "shop", "msg": "%d", "args": ("seven",), "levelno": 20}))
    finally:
        said, sys.stderr = sys.stderr, stderr
    assert "Logging error" in said.getvalue()
    assert context.get_logs() == []


def test_a_task_may_log_so_many_lines(context: TaskContext) -> None:
    for number in range(MAX_LOG_LINES + 50):
        context.add_log(number)
    logs = context.get_logs()
    assert len(logs) == MAX_LOG_LINES + 1
    assert logs[-1]["log"] == "this task has logged as much as it may; further lines are left out"
    assert logs[-2]["log"] == str(MAX_LOG_LINES - 1)


def test_a_task_may_log_so_much_text(context: TaskContext) -> None:
    for _ in range(200):
        context.add_log("x" * (MAX_LINE_LENGTH + 5))
    logs = context.get_logs()
    assert str(logs[0]["log"]).endswith("x... (5 more characters)")
    assert sum(len(str(line["log"])) for line in logs) < MAX_LOG_LENGTH + 2 * MAX_LINE_LENGTH


def test_calls_make_no_line_of_the_http_libraries(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with Conductor(Settings(server_url="embedded://memory/quiet", transport="embedded")) as conductor:
        conductor.run(get("/metadata/workflow", returns=list[dict[str, Any]]))
    assert [record.name for record in caplog.records if record.name.startswith(("httpx", "httpcore", "h2"))] == []
