"""Records for Apache Kafka."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Unpack, cast

from conductor_core.errors import InvalidArgumentError
from conductor_workflows.builder._task import TaskBuilder, checked_name, given

if TYPE_CHECKING:
    from conductor_workflows.builder._task import TaskOptions


@dataclass(kw_only=True)
class KafkaPublishInput:
    """A record.

    Args:
        bootstrap_servers: addresses of brokers, with commas between them.
        topic: where it goes.
        value: what is sent, any JSON value or expression.
        key: the record's key.
        key_serializer: the Java class that writes the key.
        headers: headers of the record.
        request_timeout_ms: milliseconds to wait for the broker.
        max_block_ms: milliseconds to wait for room.
    """

    bootstrap_servers: str
    topic: str
    value: object = None
    key: object = None
    key_serializer: str | None = None
    headers: Mapping[str, object] | None = None
    request_timeout_ms: int | str | None = None
    max_block_ms: int | str | None = None

    def to_input(self) -> dict[str, object]:
        """Return the record as the server reads it."""
        return given(
            {
                "bootStrapServers": self.bootstrap_servers,
                "topic": self.topic,
                "value": self.value,
                "key": self.key,
                "keySerializer": self.key_serializer,
                "headers": self.headers,
                "requestTimeoutMs": self.request_timeout_ms,
                "maxBlockMs": self.max_block_ms,
            }
        )


class KafkaPublishTask(TaskBuilder):
    """Publishes a record to Apache Kafka.

    Args:
        task_ref_name: unique name of this task.
        kafka_publish_input: the record, a :class:`KafkaPublishInput` or a dict of the server's fields.
        options: what every builder takes; see :class:`TaskBuilder`.

    Raises:
        InvalidArgumentError: there is no topic.
    """

    TYPE: ClassVar[str] = "KAFKA_PUBLISH"

    def __init__(
        self,
        task_ref_name: str,
        kafka_publish_input: KafkaPublishInput | Mapping[str, object],
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, **options)
        record = _record(task_ref_name, kafka_publish_input)
        checked_name(record.get("topic"), f"topic of task {task_ref_name!r}")
        self.input_parameter("kafka_request", record)


def _record(ref: str, given_input: object) -> dict[str, object]:
    if isinstance(given_input, KafkaPublishInput):
        return given_input.to_input()
    if isinstance(given_input, Mapping):
        return dict(cast("Mapping[str, object]", given_input))
    kind = type(given_input).__name__
    raise InvalidArgumentError(f"kafka_publish_input of task {ref!r} must be a KafkaPublishInput or a dict, got {kind}")
