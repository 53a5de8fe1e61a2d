"""What every client keeps."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, cast

from conductor_core._call import Call
from conductor_core._endpoint import Endpoint
from conductor_core.contracts._faces import kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conductor_core._endpoint import Api


def check_client(kind: type[Api[Any]], samples: Mapping[str, Sequence[object]]) -> None:
    """Check the declarations of a client: each one is documented, builds without any I/O, and builds the same each time.

    Args:
        kind: the class, a subclass of ``Api``.
        samples: positional arguments for each of its own endpoints, by name.

    Raises:
        AssertionError: something is not kept, or an endpoint has no sample; the sentence says what.
    """
    declared: dict[str, Endpoint[..., Any]] = {
        name: cast("Endpoint[..., Any]", value) for name, value in vars(kind).items() if isinstance(value, Endpoint)
    }
    kept(declared, f"{kind.__name__}: it declares no @endpoint")
    missing, unknown = sorted(declared.keys() - samples.keys()), sorted(samples.keys() - declared.keys())
    kept(not missing, f"{kind.__name__}: no sample for {', '.join(missing)}")
    kept(not unknown, f"{kind.__name__}: there is no endpoint {', '.join(unknown)}")
    for name, declaration in declared.items():
        where = f"{kind.__name__}.{name}"
        kept((inspect.getdoc(declaration) or "").strip(), f"{where}: it has no docstring")
        _builds(where, declaration, samples[name])


def _builds(where: str, declaration: Endpoint[..., Any], arguments: Sequence[object]) -> None:
    step: object = declaration.builder(None, *arguments)
    if not isinstance(step, Call):
        kept(inspect.isgenerator(step), f"{where}: it must return a Call or be a generator, got {type(step).__name__}")
        return
    kept(step == declaration.builder(None, *arguments), f"{where}: it builds another call each time")
    kept(step.target.startswith("/"), f"{where}: its path must begin with /, got {step.target!r}")
    kept("{}" not in step.target, f"{where}: an argument of its path is missing: {step.target!r}")
