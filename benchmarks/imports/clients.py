"""What importing clients costs: ``python -m benchmarks.imports.clients``.

CPU time in a fresh interpreter that has httpx and pydantic already, the least of many runs, for each client with its models
and for all of them together. Exits with 1 when a figure is above its limit.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from typing import Final

from tools.distributions import distributions

ONE_LIMIT: Final = 40.0  # milliseconds
ALL_LIMIT: Final = 250.0  # milliseconds
PROGRAM: Final = """
import sys, time
import httpx
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel
class Warm(BaseModel):  # pydantic loads most of itself with the first model
    names: list[str] = Field(default_factory=list)
TypeAdapter(Warm).validate_python({})
started = time.process_time()
for name in sys.argv[1:]:
    __import__(name + ".api")
    __import__(name + ".models")
print((time.process_time() - started) * 1000)
"""


def client_packages() -> list[str]:
    """Import names of the distributions that are a domain client."""
    return [
        one.import_name
        for one in distributions()
        if (one.source / "api.py").is_file() and (one.source / "models.py").is_file()
    ]


def milliseconds(names: list[str], rounds: int) -> float:
    """Return the least CPU time of importing these clients and their models, in milliseconds."""
    command = [sys.executable, "-c", PROGRAM, *names]
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    runs = (
        subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout for _ in range(rounds)
    )
    return min(map(float, runs))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="runs of each figure; the least counts")
    rounds: int = parser.parse_args().rounds
    failed = False
    figures = [([name], name, ONE_LIMIT) for name in client_packages()]
    figures.append((client_packages(), f"all {len(client_packages())} clients", ALL_LIMIT))
    for names, title, limit in figures:
        found = milliseconds(names, rounds)
        failed = failed or found >= limit
        print(f"{found:6.1f} ms (limit {limit:.0f})  {title}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
