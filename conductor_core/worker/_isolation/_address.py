"""How a child process finds a worker function: by module and name, since code itself does not cross a pipe."""

from __future__ import annotations

import base64
import functools
import importlib
import inspect
import pickle
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from conductor_core.errors import WorkerError
from conductor_core.worker._decorator import worker_of
from conductor_core.worker._signature import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LOCAL: Final = "<locals>"
_LAMBDA: Final = "<lambda>"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a worker function is.

    Attributes:
        worker: task definition name, which tells apart several workers made of one function.
        module: name of the module.
        qualname: name within the module.
        file: the module's file, for one that was loaded from its file and is on no Python path.
        instance: a method's object, pickled once when workers start and given to each child; empty for a function.
    """

    worker: str
    module: str
    qualname: str
    file: str = ""
    instance: str = ""

    def as_data(self) -> dict[str, str]:
        """Return the address as plain data."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Address:
        """Read the address from plain data."""
        return cls(**data)


def check_function(worker: str, function: Callable[..., Any]) -> None:
    """Refuse a function that no other process could find.

    Raises:
        WorkerError: it is a lambda, a closure, or of a notebook or an interactive session.
    """
    if _is_plain(function):
        name = getattr(function, "__qualname__", "")
        if _LAMBDA in name:
            raise _refused(worker, function, "is a lambda")
        if _LOCAL in name:
            raise _refused(
                worker, function, "is defined inside another function (or a decorator lacks functools.wraps)"
            )
    bound: object = getattr(function, "__self__", function)
    home: object = function if _is_plain(function) else type(bound)
    if getattr(home, "__module__", None) == "__main__" and not _has_main_file():
        raise _refused(worker, function, "is of a notebook, an interactive session or a program without a file")


def address_of(worker: str, function: Callable[..., Any]) -> Address:
    """Return a function's address, after checking in this process that it leads back to the function.

    Methods, partials and callable objects are pickled, once.

    Raises:
        WorkerError: no other process could find it.
    """
    check_function(worker, function)
    if not _is_plain(function):
        return _pickled(worker, function)
    module = str(function.__module__)
    address = Address(
        worker, module, function.__qualname__, str(getattr(sys.modules.get(module), "__file__", None) or "")
    )
    try:
        found = function_at(address)
    except (AttributeError, ImportError) as error:
        raise _refused(worker, function, f"is not found there ({error})") from error
    if found is not function:
        raise _refused(worker, function, "is not what its module has under that name")
    return address


def function_at(address: Address) -> Callable[..., Any]:
    """Return the function behind an address.

    Raises:
        ImportError: its module cannot be found.
        AttributeError: the module has no such name.
    """
    if address.instance:
        unpickled: Any = pickle.loads(base64.b64decode(address.instance))  # noqa: S301 - made by the parent, over its own pipe
        return unpickled  # type: ignore[no-any-return]
    found: Any = functools.reduce(getattr, address.qualname.split("."), _module(address))
    while (definition := worker_of(found)) is not None:
        found = definition.function
        if definition.name == address.worker:
            break
    return found  # type: ignore[no-any-return]


def _module(address: Address) -> Any:
    try:
        return importlib.import_module(address.module)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if not address.file or not (address.module == missing or address.module.startswith(f"{missing}.")):
            raise
    from conductor_core.worker._discovery import module_from_file  # noqa: PLC0415 - only modules off the path need it

    return module_from_file(address.module, Path(address.file))


def _is_plain(function: object) -> bool:
    return inspect.isfunction(function) or inspect.isbuiltin(function)


def _has_main_file() -> bool:
    main = sys.modules.get("__main__")
    spec = getattr(main, "__spec__", None)
    return spec is not None or bool(getattr(main, "__file__", None))


def _pickled(worker: str, function: Callable[..., Any]) -> Address:
    try:
        text = base64.b64encode(pickle.dumps(function)).decode("ascii")
    except Exception as error:
        raise _refused(worker, function, f"cannot be pickled ({error})") from error
    return Address(worker, str(getattr(function, "__module__", "")), describe(function), instance=text)


def _refused(worker: str, function: object, why: str) -> WorkerError:
    return WorkerError(
        f"worker {worker!r} cannot have isolation='process': {describe(function)} {why}, and a child process finds "
        "functions by module and name; write it as a def at the top of a module, or leave the isolation out"
    )
