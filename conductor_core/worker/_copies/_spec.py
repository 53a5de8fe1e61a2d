"""What a supervisor and its copies say to each other."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import PydanticSerializationError, from_json, to_json

from conductor_core._settings_fields import FIELDS
from conductor_core.errors import ConfigurationError
from conductor_core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

# From a copy.
RECORD: Final = "record"
READY: Final = "ready"
FAILED: Final = "failed"
ENDED: Final = "ended"
HEALTH: Final = "health"
COLLECTED: Final = "collected"
# To a copy.
STOP: Final = "stop"
FORCE: Final = "force"
COLLECT: Final = "collect"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopySpec:
    """What each copy serves.

    Attributes:
        modules: modules that decorate workers.
        settings: connection settings, as plain values.
        stop_timeout: seconds that running tasks get to finish.
        max_restarts: restarts of a poll loop that dies; 0 means no limit.
        tells_health: send a snapshot each second.
        levels: the levels of the supervisor's loggers.
    """

    modules: tuple[str, ...]
    settings: dict[str, Any]
    stop_timeout: float
    max_restarts: int = 0
    tells_health: bool = False
    levels: dict[str, int] = field(default_factory=dict[str, int])

    def encoded(self) -> bytes:
        """Return the spec as JSON.

        Raises:
            ConfigurationError: the settings hold values that are not plain.
        """
        try:
            return to_json(asdict(self))
        except PydanticSerializationError as error:
            raise ConfigurationError(f"options must hold plain values to cross to another process: {error}") from error

    @classmethod
    def decoded(cls, data: bytes) -> CopySpec:
        """Read the spec."""
        return cls(**from_json(data))


def plain_settings(settings: Settings) -> dict[str, Any]:
    """Return settings as plain values, without what one process does for all: health server and metrics file."""
    values = {spec.name: getattr(settings, spec.name) for spec in FIELDS}
    return {**values, "options": settings.options, "health_port": None, "metrics_file": ""}


def settings_from(values: dict[str, Any]) -> Settings:
    """Return the settings again."""
    return Settings(**values)


def ended(given_back: Sequence[str], undelivered: int, *, signalled: bool) -> dict[str, Any]:
    """Return the message of a copy that has ended in order.

    Args:
        given_back: ids of tasks that were not finished.
        undelivered: results that the server never took.
        signalled: it ended for a signal that it got itself.
    """
    return {"kind": ENDED, "given_back": list(given_back), "undelivered": undelivered, "signalled": signalled}
