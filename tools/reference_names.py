"""Two pages of docs/reference/: the methods of every client, and the public names of the packages that programs use most."""

from __future__ import annotations

import importlib
import inspect
import re
from typing import TYPE_CHECKING, Any, Final

from conductor_core import Plugins, Settings
from conductor_core._endpoint import endpoints_of
from conductor_core._plugins import _known
from conductor_core._stream import streams_of

if TYPE_CHECKING:
    from conductor_core import Api
    from conductor_core._endpoint import Declaration

PACKAGES: Final = (
    "conductor_core",
    "conductor_core.worker",
    "conductor_core.commands",
    "conductor_core.contracts",
    "conductor_core.testing",
    "conductor_workflows",
    "conductor_embedded",
)
_ANSWERS: Final = re.compile(r"^(?:Call|Flow)\[(.*)\]$")
_ITEMS: Final = re.compile(r"^Stream\[(.*)\]$")


def clients() -> list[str]:
    """Return the parts of the page about clients."""
    plugins = Plugins.from_settings(Settings())
    parts = ["Every method is there on `Conductor`, and to be awaited on `AsyncConductor`."]
    for name in sorted(plugins.names(_known.CLIENTS)):
        api: type[Api[Any]] = plugins.client(name)
        declared = {**endpoints_of(api), **streams_of(api)}
        lines = [_method(method, declaration) for method, declaration in sorted(declared.items())]
        parts += [f"## conductor.{name}", first_line(api), "\n".join(lines)]
    return parts


def names() -> list[str]:
    """Return the parts of the page about public names."""
    parts = [
        "What is imported from where; names that begin with an underscore are nobody's business but the package's own."
    ]
    for package in PACKAGES:
        module = importlib.import_module(package)
        parts += [f"## {package}", first_line(module)]
        parts += ["\n".join(_name(name, getattr(module, name)) for name in sorted(module.__all__))]
    return parts


def first_line(thing: object) -> str:
    """Return the first sentence of a docstring as Markdown."""
    text = (inspect.getdoc(thing) or "").partition("\n")[0]
    return re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text).replace("``", "`").removesuffix("::").strip()


def signature_of(function: object) -> str:
    """Return a signature as its source has it, without self."""
    try:
        found = inspect.signature(function)  # type: ignore[arg-type]  # what is not callable raises
    except (TypeError, ValueError):
        return ""
    parameters = [p for p in found.parameters.values() if p.name not in {"self", "cls"}]
    return re.sub(r"'([^']*)'(?=[,)\]\s]|$)", r"\1", str(found.replace(parameters=parameters)))


def _method(name: str, declaration: Declaration) -> str:
    text = signature_of(declaration.builder)
    arguments, _, returns = text.rpartition(" -> ")
    items = _ITEMS.match(returns)
    answer = f"items of {items[1]}" if items else _ANSWERS.sub(r"\1", returns)
    return f"- `{name}{arguments} -> {answer}`: {first_line(declaration.builder)}"


def _name(name: str, value: object) -> str:
    if inspect.isclass(value):
        methods = [one for one, member in vars(value).items() if not one.startswith("_") and inspect.isfunction(member)]
        told = f" Methods: {', '.join(f'`{one}`' for one in methods)}." if methods else ""
        return f"- `{name}`: {first_line(value)}{told}"
    if inspect.isfunction(value):
        return f"- `{name}{signature_of(value)}`: {first_line(value)}"
    return f"- `{name}`"
