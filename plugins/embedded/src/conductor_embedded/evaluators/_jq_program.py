"""The helper process of the evaluator `jq`: one JSON line in, one JSON line out, until its input ends.

It runs apart from the engine because a query cannot be stopped from inside: the library never lets go of the interpreter.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
from typing import Final, Protocol, cast

MEMORY_BYTES: Final = 512 * 1024 * 1024
_IMPORTS: Final = frozenset({"import", "include"})


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not there on Windows

        with contextlib.suppress(OSError, ValueError):  # macOS does not take it
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _reads_files(query: str) -> bool:
    """Tell whether a query begins with what would read files: such words stand before everything else."""
    lines = (line.partition("#")[0] for line in query.splitlines())
    words = " ".join(lines).replace(";", " ; ").split()
    return bool(words) and (words[0] in _IMPORTS or (words[0] == "module" and bool(_IMPORTS & set(words))))


class _Program(Protocol):
    def input_value(self, value: object) -> _Program: ...
    def all(self) -> list[object]: ...


class _Library(Protocol):
    def compile(self, query: str) -> _Program: ...


def _answer(library: _Library, line: str) -> str:
    request = json.loads(line)
    if _reads_files(request["query"]):
        return json.dumps({"error": "import and include are not allowed"})
    try:
        results = library.compile(request["query"]).input_value(request["data"]).all()
    except ValueError as error:
        return json.dumps({"error": str(error)})
    return json.dumps({"results": results})


def main() -> None:
    """Answer requests."""
    try:
        library = cast("_Library", importlib.import_module("jq"))
    except ImportError:
        print(json.dumps({"missing": True}), flush=True)  # noqa: T201 - the way of this process to speak
        return
    _limit_memory()
    for line in sys.stdin:
        print(_answer(library, line), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
