"""Calls of web services, made by the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, Unpack, cast

from conductor_core.errors import InvalidArgumentError
from conductor_workflows.builder._task import TaskBuilder, checked_name, given

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conductor_workflows.builder._expression import Expression
    from conductor_workflows.builder._task import TaskOptions


class HttpMethod(StrEnum):
    """A method of HTTP."""

    GET = "GET"
    PUT = "PUT"
    POST = "POST"
    DELETE = "DELETE"
    HEAD = "HEAD"
    OPTIONS = "OPTIONS"
    PATCH = "PATCH"


@dataclass(kw_only=True)
class HttpInput:
    """A request.

    Args:
        uri: where; may hold expressions.
        method: an :class:`HttpMethod`, or an expression for one.
        headers: header lines by name.
        body: any JSON value or expression.
        accept: media type that is asked for.
        content_type: media type of the body.
        connection_time_out: milliseconds until the connection must stand.
        read_timeout: milliseconds to wait for the answer.
    """

    uri: str
    method: str = HttpMethod.GET
    headers: Mapping[str, object] | None = None
    body: object = None
    accept: str | Sequence[str] | None = None
    content_type: str | None = None
    connection_time_out: int | None = None
    read_timeout: int | None = None

    def to_input(self) -> dict[str, object]:
        """Return the request as the server reads it."""
        return given(
            {
                "uri": self.uri,
                "method": str(self.method),
                "headers": self.headers,
                "body": self.body,
                "accept": self.accept,
                "contentType": self.content_type,
                "connectionTimeOut": self.connection_time_out,
                "readTimeOut": self.read_timeout,
            }
        )


PollingStrategy: TypeAlias = Literal["FIXED", "LINEAR_BACKOFF"]


@dataclass(kw_only=True)
class HttpPollInput(HttpInput):
    """A request that is repeated until its answer says enough.

    Args:
        termination_condition: JavaScript over the answer, ``$.output.body.status == "done"`` for example.
        polling_interval: seconds between two requests.
        polling_strategy: ``FIXED``, or ``LINEAR_BACKOFF``: each wait is longer by the interval.
        max_poll_count: requests at most.
    """

    termination_condition: str
    polling_interval: int = 60
    polling_strategy: PollingStrategy = "FIXED"
    max_poll_count: int | None = None

    def to_input(self) -> dict[str, object]:
        """Return the request as the server reads it."""
        polling = {
            "terminationCondition": self.termination_condition,
            "pollingInterval": self.polling_interval,
            "pollingStrategy": self.polling_strategy,
            "maxPollCount": self.max_poll_count,
        }
        return super().to_input() | given(polling)


class HttpTask(TaskBuilder):
    """Calls a web service; the task's output holds the answer.

    Args:
        task_ref_name: unique name of this task.
        http_input: the request, an :class:`HttpInput` or a dict of the server's fields; without a method it is a GET.
        async_complete: the task stays open after the call until somebody completes it.
        options: what every builder takes; see :class:`TaskBuilder`.

    Raises:
        InvalidArgumentError: the request has no address, or a method that is none.
    """

    TYPE: ClassVar[str] = "HTTP"

    def __init__(
        self,
        task_ref_name: str,
        http_input: HttpInput | Mapping[str, object],
        *,
        async_complete: bool | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, **options)
        self.input_parameter("http_request", _request(task_ref_name, http_input))
        if async_complete is not None:
            self._set("async_complete", async_complete)

    def status_code(self) -> Expression:
        """Return the expression for the answer's status code."""
        return self.output("response.statusCode")

    def headers(self, json_path: str = "") -> Expression:
        """Return the expression for the answer's headers, or for one of them."""
        return self.output(f"response.headers.{json_path}" if json_path else "response.headers")

    def body(self, json_path: str = "") -> Expression:
        """Return the expression for the answer's body, or for one part of it."""
        return self.output(f"response.body.{json_path}" if json_path else "response.body")


class HttpPollTask(HttpTask):
    """Calls a web service again and again until its answer says enough; Orkes servers alone run it.

    Args:
        task_ref_name: unique name of this task.
        http_input: the request and when to stop, an :class:`HttpPollInput` or a dict of the server's fields.
        options: what every builder takes; see :class:`TaskBuilder`.

    Raises:
        InvalidArgumentError: the request has no address, no end, or a method that is none.
    """

    TYPE: ClassVar[str] = "HTTP_POLL"

    def __init__(
        self, task_ref_name: str, http_input: HttpPollInput | Mapping[str, object], **options: Unpack[TaskOptions]
    ) -> None:
        super().__init__(task_ref_name, http_input, **options)
        checked_name(
            self.input_parameters["http_request"].get("terminationCondition"),
            f"termination condition of task {task_ref_name!r}",
        )


def _request(ref: str, given_input: object) -> dict[str, object]:
    if isinstance(given_input, HttpInput):
        request = given_input.to_input()
    elif isinstance(given_input, Mapping):
        request = {"method": str(HttpMethod.GET), **cast("Mapping[str, object]", given_input)}
    else:
        kind = type(given_input).__name__
        raise InvalidArgumentError(f"http_input of task {ref!r} must be an HttpInput or a dict, got {kind}")
    if not request.get("vipAddress"):
        checked_name(request.get("uri"), f"uri of task {ref!r}")
    method = request["method"]
    if not isinstance(method, str) or (method not in HttpMethod.__members__ and "${" not in method):
        known = ", ".join(HttpMethod)
        raise InvalidArgumentError(f"method of task {ref!r} must be one of {known}, got {method!r}")
    return request
