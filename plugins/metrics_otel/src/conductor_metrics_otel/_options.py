"""What the plugin can be told: by environment variables, or by a section of the settings."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast, get_args

from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_core.settings import Settings

Mode: TypeAlias = Literal["off", "metrics", "all"]
Names: TypeAlias = Literal["canonical", "older", "both"]
_SECTION: Final = "otel"
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})
_RATIO_SAMPLERS = frozenset({"traceidratio", "parentbased_traceidratio"})


@dataclass(frozen=True, slots=True)
class OtelOptions:
    """How much is recorded.

    Attributes:
        mode: ``off``, ``metrics`` (no traces) or ``all``; ``CONDUCTOR_OTEL``.
        ratio: share of the executions that are traced when no caller decided it, from 0 to 1; ``CONDUCTOR_OTEL_RATIO``,
            else ``OTEL_TRACES_SAMPLER_ARG`` of a ratio sampler, else 1.
        propagate: send the caller's trace context along in a workflow's input, and look for it; ``CONDUCTOR_OTEL_PROPAGATE``.
        prometheus: keep metrics for Prometheus; ``CONDUCTOR_OTEL_PROMETHEUS``.
        measure_payloads: measure the sizes of workflow inputs; ``CONDUCTOR_OTEL_MEASURE_PAYLOADS``.
        setup: set up the OpenTelemetry SDK from the standard ``OTEL_*`` variables when the program has not done it;
            ``CONDUCTOR_OTEL_SETUP``.
        names: names of the metrics for Prometheus: ``canonical``, ``older`` or ``both``; ``CONDUCTOR_OTEL_NAMES``, else
            ``WORKER_CANONICAL_METRICS=false`` means the older ones.
    """

    mode: Mode = "all"
    ratio: float = 1.0
    propagate: bool = False
    prometheus: bool = False
    measure_payloads: bool = True
    setup: bool = False
    names: Names = "canonical"

    @property
    def traces(self) -> bool:
        """Whether spans are made."""
        return self.mode == "all"

    @property
    def metrics(self) -> bool:
        """Whether anything is counted."""
        return self.mode != "off"

    @classmethod
    def of(cls, settings: Settings, environ: Mapping[str, str] | None = None) -> OtelOptions:
        """Return the options: the environment beats the settings' section ``otel``.

        Raises:
            ConfigurationError: a value cannot be used; the message names the variable or option.
        """
        settings.options_as(_SECTION, cls)  # refuses unknown keys and wrong types
        pick = _Pick(os.environ if environ is None else environ, settings)
        return cls(
            mode=pick.mode(),
            ratio=pick.ratio(),
            propagate=pick.flag("propagate", default=False),
            prometheus=pick.flag("prometheus", default=False),
            measure_payloads=pick.flag("measure_payloads", default=True),
            setup=pick.flag("setup", default=False),
            names=pick.names(),
        )


class _Pick:
    """Takes single values from the environment or the section, and names where a bad one came from."""

    def __init__(self, environ: Mapping[str, str], settings: Settings) -> None:
        self._environ = environ
        self._section = settings.options_of(_SECTION)
        self._source = settings.source("options")

    def mode(self) -> Mode:
        found, where = self._find("mode", "CONDUCTOR_OTEL")
        value = "all" if found is None or found == "" else str(found).lower()
        if value not in get_args(Mode):
            raise ConfigurationError(f"{where} must be off, metrics or all, got {found!r}")
        return cast("Mode", value)

    def names(self) -> Names:
        found, where = self._find("names", "CONDUCTOR_OTEL_NAMES")
        if found is None or found == "":
            return (
                "older" if self._environ.get("WORKER_CANONICAL_METRICS", "").lower() in _FALSE - {""} else "canonical"
            )
        value = str(found).lower()
        if value not in get_args(Names):
            raise ConfigurationError(f"{where} must be canonical, older or both, got {found!r}")
        return cast("Names", value)

    def ratio(self) -> float:
        found, where = self._find("ratio", "CONDUCTOR_OTEL_RATIO")
        if found is None and self._environ.get("OTEL_TRACES_SAMPLER") in _RATIO_SAMPLERS:
            where = "OTEL_TRACES_SAMPLER_ARG"
            found = self._environ.get(where)
        value = 1.0 if found is None else _number(found, where)
        if not 0 <= value <= 1:
            raise ConfigurationError(f"{where} must be from 0 to 1, got {found!r}")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        found, where = self._find(name)
        if found is None:
            return default
        if isinstance(found, bool):
            return found
        value = str(found).lower()
        if value not in _TRUE | _FALSE:
            raise ConfigurationError(f"{where} must be true or false, got {found!r}")
        return value in _TRUE

    def _find(self, name: str, variable: str | None = None) -> tuple[object, str]:
        variable = variable or f"CONDUCTOR_OTEL_{name.upper()}"
        if variable in self._environ:
            return self._environ[variable], variable
        return self._section.get(name), f"{_SECTION}.{name} ({self._source})"


def _number(value: object, where: str) -> float:
    try:
        return float(str(value))
    except ValueError:
        raise ConfigurationError(f"{where} must be a number, got {value!r}") from None
