"""Turns whatever stands for a worker into definitions: decorated functions, classes with ``execute``, definitions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conductor_core.errors import WorkerError
from conductor_core.worker._config import WorkerOptions, resolve_config
from conductor_core.worker._decorator import worker_of
from conductor_core.worker._registry import same_function, warn_of_replacement
from conductor_core.worker._worker import WorkerDefinition, define_worker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conductor_core.worker._config import WorkerConfig

# Attribute of a class-based worker -> option; the first that is set counts.
_ATTRIBUTES = {
    "poll_interval": ("poll_interval", "poll_interval_millis"),
    "domain": ("domain",),
    "worker_id": ("worker_id",),
    "concurrency": ("concurrency", "thread_count"),
    "register_task_def": ("register_task_def",),
    "poll_timeout": ("poll_timeout",),
    "overwrite_task_def": ("overwrite_task_def",),
    "strict_schema": ("strict_schema",),
    "lease_extend_enabled": ("lease_extend_enabled",),
    "register_schema": ("register_schema",),
    "isolation": ("isolation",),
}


def definitions_of(candidate: object, source: str = "list") -> list[WorkerDefinition]:
    """Return the workers that an object stands for.

    Args:
        candidate: a definition, a decorated function, or an object with ``execute`` and ``task_definition_name``,
            which may be one name or a list of names.
        source: how it was found.

    Raises:
        WorkerError: it is none of these.
    """
    if isinstance(candidate, WorkerDefinition):
        return [candidate]
    decorated = worker_of(candidate)
    if decorated is not None:
        return [decorated]
    if isinstance(candidate, type):
        raise WorkerError(f"{candidate.__qualname__} is a class: pass an instance, {candidate.__qualname__}()")
    execute = getattr(candidate, "execute", None)
    names = _names(candidate)
    if callable(execute) and names:
        options = _options(candidate)
        task_def = getattr(candidate, "task_def", None)
        return [
            define_worker(
                name,
                execute,
                options,
                task_def=task_def,
                input_type=getattr(candidate, "input_type", None),
                output_type=getattr(candidate, "output_type", None),
                source=source,
            )
            for name in names
        ]
    raise WorkerError(
        f"{candidate!r} is no worker: pass a function decorated with @worker_task, or an object with the attribute "
        "task_definition_name and the method execute(task)"
    )


def all_definitions(candidates: Iterable[object], source: str = "list") -> list[WorkerDefinition]:
    """Return the workers of several objects; a later one with the same name and domain replaces an earlier one."""
    found: dict[tuple[str, str | None], WorkerDefinition] = {}
    for candidate in candidates:
        for definition in definitions_of(candidate, source):
            before = found.get(definition.key)
            if before is not None and not same_function(before, definition):
                warn_of_replacement(before, definition)
            found[definition.key] = definition
    return list(found.values())


def with_options(definition: WorkerDefinition, **defaults: Any) -> WorkerDefinition:
    """Return a worker whose options are filled up: what it says itself stays, and None fills nothing."""
    missing = {
        name: value
        for name, value in defaults.items()
        if value is not None and getattr(definition.options, name) is None
    }
    return replace(definition, options=replace(definition.options, **missing)) if missing else definition


def resolved(
    definitions: Iterable[WorkerDefinition], environ: Mapping[str, str]
) -> list[tuple[WorkerDefinition, WorkerConfig]]:
    """Return each worker with its options; where the environment gives two the same domain, the later one stays."""
    found: dict[tuple[str, str | None], tuple[WorkerDefinition, WorkerConfig]] = {}
    for definition in definitions:
        config = resolve_config(definition.name, definition.options, environ)
        before = found.get((config.name, config.domain))
        if before is not None and not same_function(before[0], definition):
            warn_of_replacement(before[0], definition, config.domain)
        found[config.name, config.domain] = definition, config
    return list(found.values())


def _names(candidate: object) -> list[str]:
    named: Any = getattr(candidate, "task_definition_name", None) or getattr(candidate, "task_definition_names", None)
    if named is None:
        getter = getattr(candidate, "get_task_definition_name", None)
        named = getter() if callable(getter) else None
    return [named] if isinstance(named, str) else [str(name) for name in named or ()]


def _options(candidate: object) -> WorkerOptions:
    given: dict[str, Any] = {}
    for option, attributes in _ATTRIBUTES.items():
        values = (getattr(candidate, attribute, None) for attribute in attributes)
        given[option] = next((value for value in values if value is not None and not callable(value)), None)
    return WorkerOptions(**given)
