"""The evaluator `jq`: queries of JSON, in a helper process that is killed when one takes too long."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

from conductor_embedded._json import why_unfit
from conductor_embedded._values import as_list, as_map
from conductor_embedded.evaluators._errors import EvaluationError, ScriptTimeoutError

if TYPE_CHECKING:
    from collections.abc import Mapping

QUERY_SECONDS: Final = 1.0
"""How long one query may take."""
_START_SECONDS: Final = 20.0
PROGRAM: Final = Path(__file__).with_name("_jq_program.py")
_MISSING: Final = "JSON_JQ_TRANSFORM needs the library jq: pip install 'conductor-embedded[jq]'"


class Jq:
    """Evaluates queries, one after the other; the helper process starts with the first.

    Args:
        query_seconds: How long one query may take.
        program: What the helper process runs.
    """

    def __init__(self, *, query_seconds: float = QUERY_SECONDS, program: Path = PROGRAM) -> None:
        self.query_seconds = query_seconds
        self._program = program
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()

    def __call__(self, expression: str, data: Mapping[str, object], /) -> object:
        """Return all results of a query as a list; raise `EvaluationError` when it fails."""
        request = json.dumps({"query": expression, "data": data})
        with self._lock:
            answer = self._ask(request)
        document = as_map(answer)
        if "error" in document:
            raise EvaluationError(str(document["error"]))
        return as_list(document.get("results"))

    @property
    def pid(self) -> int | None:
        """The id of the helper process, None where there is none."""
        return None if self._process is None else self._process.pid

    def close(self) -> None:
        """End the helper process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _ask(self, request: str) -> object:
        is_new = self._process is None or self._process.poll() is not None
        process = self._start() if is_new or self._process is None else self._process
        with contextlib.suppress(BrokenPipeError):  # its answer says why
            _pipe(process.stdin).write(request + "\n")
            _pipe(process.stdin).flush()
        try:
            text = self._answers.get(timeout=_START_SECONDS if is_new else self.query_seconds)
        except queue.Empty:
            self.close()
            raise ScriptTimeoutError(f"Query not evaluated within {self.query_seconds:g} seconds, ended.") from None
        return self._read(text)

    def _read(self, text: str) -> object:
        if not text:
            self.close()
            raise EvaluationError("The query has used more memory than it may")
        value = cast("object", json.loads(text))
        if "missing" in as_map(value):
            self.close()
            raise EvaluationError(_MISSING)
        brackets = text.count("[") + text.count("{")
        unfit = why_unfit(value, brackets=brackets, has_surrogates="\\ud" in text.lower())
        if unfit is not None:
            raise EvaluationError(f"The query's result cannot be used: {unfit}")
        return value

    def _start(self) -> subprocess.Popen[str]:
        self.close()
        self._answers = queue.SimpleQueue()
        # Queries can read the environment, so there is none.
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter, and a program of this package
            [sys.executable, "-I", str(self._program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env={},
        )
        listen = threading.Thread(
            target=_listen, args=(_pipe(self._process.stdout), self._answers), name="conductor-embedded jq", daemon=True
        )
        listen.start()
        return self._process


def _listen(output: IO[str], answers: queue.SimpleQueue[str]) -> None:
    """Hand on each line of the helper; an empty text says that it has ended."""
    with contextlib.suppress(OSError, ValueError):  # closed meanwhile
        for line in output:
            answers.put(line)
    answers.put("")


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("the helper process has no pipe")
    return pipe
