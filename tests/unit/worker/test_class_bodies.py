"""Workers that are decorated inside a class: what can work does, what cannot is refused with what to write instead."""

from __future__ import annotations

import re
from typing import Any

import pytest

from conductor_core.errors import WorkerError
from conductor_core.worker import PolledTask, define_worker, get_registered_worker, worker_task
from conductor_core.worker._binding import Binder
from conductor_core.worker._isolation._address import address_of, function_at
from conductor_core.worker._sources import definitions_of


def called(worker: object, **given: Any) -> Any:
    (definition,) = definitions_of(worker)
    document: Any = {"taskId": "t", "workflowInstanceId": "w", "taskType": "x", "inputData": given}
    arguments = Binder(definition.signature).bind(PolledTask(document))
    return definition.function(*arguments.args, **arguments.kwargs)


class Shop:
    """What works as it stands."""

    prefix = "o"

    @staticmethod
    @worker_task(task_definition_name="inner")
    def inner(order_id: str, amount: int) -> tuple[str, int]:
        return order_id, amount

    @worker_task(task_definition_name="outer")
    @staticmethod
    def outer(order_id: str, amount: int) -> tuple[str, int]:
        return order_id, amount

    @worker_task(task_definition_name="outer_async")
    @staticmethod
    async def outer_async(order_id: str) -> str:
        return order_id

    def method(self, order_id: str, amount: int) -> tuple[str, int]:
        return self.prefix + order_id, amount

    @classmethod
    def of_class(cls, order_id: str, amount: int) -> tuple[str, int]:
        return cls.prefix + order_id, amount


@pytest.mark.parametrize("name", ["inner", "outer"])
def test_static_methods_are_workers_in_either_order_of_the_decorators(name: str) -> None:
    assert called(getattr(Shop, name), order_id="1", amount="2") == ("1", 2)
    assert getattr(Shop, name)("1", 2) == ("1", 2)
    assert getattr(Shop(), name)("1", 2) == ("1", 2)


@pytest.mark.parametrize("name", ["inner", "outer"])
def test_child_processes_find_static_methods(name: str) -> None:
    (definition,) = definitions_of(getattr(Shop, name))
    assert function_at(address_of(name, definition.function)) is definition.function


def test_an_async_static_method_runs_on_the_loop() -> None:
    (definition,) = definitions_of(Shop.outer_async)
    assert definition.signature.is_async


def test_bound_methods_are_registered_after_the_class() -> None:
    assert called(worker_task(task_definition_name="bound")(Shop().method), order_id="1", amount="2") == ("o1", 2)
    assert called(worker_task(task_definition_name="class")(Shop.of_class), order_id="1", amount="2") == ("o1", 2)
    assert called(define_worker("defined", Shop().method), order_id="1", amount="2") == ("o1", 2)


def test_a_method_is_refused_with_what_to_write_instead() -> None:
    with pytest.raises(
        WorkerError, match=re.escape("worker_task(task_definition_name=...)(Till().pay)") + "$"
    ) as caught:

        class Till:  # pyright: ignore[reportUnusedClass] - it is never made
            @worker_task(task_definition_name="till")
            def pay(self, order_id: str) -> str:
                return order_id

    assert "Till.pay is a method, and a task has no 'self' for it: make it a @staticmethod" in str(caught.value)
    assert get_registered_worker("till") is None


def test_a_class_method_is_refused_in_either_order_of_the_decorators() -> None:
    advice = re.escape("(Till.pay)") + "$"
    with pytest.raises(WorkerError, match=advice):

        class Till:  # pyright: ignore[reportUnusedClass] - it is never made
            @worker_task(task_definition_name="till")
            @classmethod
            def pay(cls, order_id: str) -> str:
                return order_id

    with pytest.raises(WorkerError, match=advice.replace("Till", "Desk")):

        class Desk:  # pyright: ignore[reportUnusedClass] - it is never made
            @classmethod
            @worker_task(task_definition_name="till")
            def pay(cls, order_id: str) -> str:
                return order_id


def test_a_method_taken_from_its_class_is_refused() -> None:
    with pytest.raises(WorkerError, match=r"\(Shop\(\)\.method\)$"):
        define_worker("x", Shop.method)


def test_a_plain_function_may_name_a_parameter_so() -> None:
    def work(self: int, other: int) -> int:
        return self + other

    assert called(define_worker("x", work), self="1", other=2) == 3
