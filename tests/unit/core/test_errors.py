"""The error tree: as drawn, as built from answers, as printed."""

from __future__ import annotations

import pickle
import re
from typing import Any

import pytest

from conductor_core import ConductorError, NonRetryableException, errors
from conductor_core.errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    ConnectionFailedError,
    NotFoundError,
    NotSupportedByServerError,
    PayloadTooLargeError,
    RateLimitedError,
    ServerError,
    api_error_from,
    error_class_for,
)

CLASSES: dict[str, type[Exception]] = {
    name: value for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)
}


def _drawn() -> dict[str, str]:
    """Read the tree of the docstring as {class: its parent}."""
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in str(errors.__doc__).splitlines():
        found = re.match(r"^    (?P<branch>[│├└─ ]*)(?P<name>[A-Z]\w+)(\s|$)", line)
        if found:
            depth = len(found["branch"]) // 4
            path[depth:] = [found["name"]]
            parents[found["name"]] = path[depth - 1] if depth else ""
    return parents


def test_the_drawn_tree_is_the_tree() -> None:
    drawn = _drawn()
    assert sorted(drawn) == sorted(CLASSES)
    for name, parent in drawn.items():
        bases = [base.__name__ for base in CLASSES[name].__bases__]
        assert parent in bases if parent else bases == ["Exception"], name


def test_worker_functions_raise_outside_the_tree() -> None:
    assert not issubclass(NonRetryableException, ConductorError)


@pytest.mark.parametrize(
    ("status", "kind"), [(400, BadRequestError), (422, BadRequestError), (413, PayloadTooLargeError)]
)
def test_a_status_has_a_class(status: int, kind: type[ApiError]) -> None:
    assert error_class_for(status) is kind


@pytest.mark.parametrize(("status", "kind"), [(418, ApiError), (451, ApiError), (500, ServerError), (599, ServerError)])
def test_other_statuses_have_the_class_of_their_hundred(status: int, kind: type[ApiError]) -> None:
    assert error_class_for(status) is kind


def _error(status: int, document: object, text: str = "", hint: str = "") -> ApiError:
    return api_error_from(method="POST", url="http://h/api/x", status=status, document=document, text=text, hint=hint)


def test_an_error_carries_what_the_server_said() -> None:
    error = _error(
        400,
        {
            "message": "Validation failed",
            "error": "INVALID",
            "validationErrors": [
                {"path": "name", "message": "must not be empty", "invalidValue": ""},
                {"path": "tasks", "message": "must not be empty"},
                "not an object",
            ],
        },
    )
    assert isinstance(error, BadRequestError)
    assert (error.method, error.url, error.status, error.code) == ("POST", "http://h/api/x", 400, "INVALID")
    assert error.server_message == "Validation failed"
    assert [problem["path"] for problem in error.validation_errors] == ["name", "tasks"]
    assert str(error) == (
        "POST http://h/api/x answered 400: Validation failed; name: must not be empty; tasks: must not be empty"
    )


@pytest.mark.parametrize(
    ("document", "text", "message"),
    [
        (None, "plain words", "plain words"),
        (None, "", ""),
        (None, "x" * 600, "x" * 500),
        ({"message": None}, "ignored", ""),
        ({"message": "said"}, "ignored", "said"),
        (["a list"], "[...]", "[...]"),
        ({"message": {"nested": 1}}, "", "{'nested': 1}"),
    ],
)
def test_the_message_is_found_in_any_answer(document: object, text: str, message: str) -> None:
    assert _error(409, document, text).server_message == message


@pytest.mark.parametrize(
    ("status", "document", "retryable"),
    [
        (429, None, True),
        (502, None, True),
        (503, None, True),
        (504, None, True),
        (500, None, False),
        (500, {"retryable": True}, True),
        (400, {"retryable": False}, False),
        (400, {"retryable": "true"}, False),
        (404, None, False),
    ],
)
def test_an_error_says_whether_trying_again_may_help(status: int, document: Any, retryable: bool) -> None:  # noqa: FBT001
    assert _error(status, document).retryable is retryable


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (404, "No static resource api/schedules."),
        (404, "No endpoint POST /api/users"),
        (405, "Request method not allowed"),
        (501, ""),
    ],
)
def test_a_call_that_the_server_lacks_names_the_alternative(status: int, message: str) -> None:
    error = _error(status, {"message": message}, hint="use the scheduler of Orkes")
    assert isinstance(error, NotSupportedByServerError)
    assert str(error).endswith("(use the scheduler of Orkes)")


def test_a_missing_thing_is_not_a_missing_operation() -> None:
    error = _error(404, {"message": "No such workflow found by id: 1"}, hint="never shown")
    assert type(error) is NotFoundError
    assert "never shown" not in str(error)


def test_errors_can_be_told_apart_by_what_to_do() -> None:
    assert issubclass(ConflictError, ApiError)
    assert issubclass(RateLimitedError, ApiError)
    assert issubclass(errors.InvalidArgumentError, ValueError)
    assert issubclass(errors.WaitTimeoutError, TimeoutError)
    assert issubclass(errors.ClientNotInstalledError, AttributeError)
    assert ConductorError("x").retryable is False


def test_a_transport_failure_names_the_request_and_the_reason() -> None:
    error = ConnectionFailedError(method="GET", url="http://h/api/x", reason="cannot connect", retryable=True)
    assert str(error) == "GET http://h/api/x failed: cannot connect"
    assert error.retryable


@pytest.mark.parametrize(
    "error",
    [
        _error(409, {"message": "m", "validationErrors": [{"path": "p", "message": "q"}]}, hint="h"),
        _error(404, {"message": "No endpoint x"}, hint="h"),
        ConnectionFailedError(method="GET", url="u", reason="r", retryable=True),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_cross_processes(error: ConductorError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
