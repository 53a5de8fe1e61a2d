"""Run every check, side by side, and print the output of those that fail.

``make check`` calls it. All checks run, however many fail, so that one run shows everything.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.distributions import ROOT

CHECK_SECONDS = 600
SIDE_BY_SIDE = 3


@dataclass(frozen=True)
class Check:
    """A command that exits with 0 when all is well."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What one check said."""

    check: Check
    passed: bool
    output: str
    seconds: float


def checks() -> list[Check]:
    """All checks, the slowest first."""
    scripts = Path(sysconfig.get_path("scripts"))

    def tool(name: str, *arguments: str) -> tuple[str, ...]:
        return str(scripts / name), *arguments

    def module(name: str, *arguments: str) -> tuple[str, ...]:
        return sys.executable, "-m", name, *arguments

    return [
        Check("types: mypy", tool("mypy", ".")),
        Check("types: pyright", tool("pyright", "--warnings")),
        Check("types: exported names", module("tools.verify_types")),
        Check("imports", tool("lint-imports")),
        Check("lint", tool("ruff", "check", ".")),
        Check("format", tool("ruff", "format", "--check", ".")),
        Check("drift and sizes", module("pytest", "-q", "-p", "no:cacheprovider", "tests/architecture")),
    ]


def run(check: Check) -> Outcome:
    """Run one check from the root of the repository, bounded in time."""
    started = time.monotonic()
    try:
        done = subprocess.run(
            check.command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=CHECK_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome(check, passed=False, output=f"no answer in {CHECK_SECONDS} s", seconds=CHECK_SECONDS)
    return Outcome(check, done.returncode == 0, done.stdout, time.monotonic() - started)


def main() -> None:
    """Run all checks and exit with 1 when one of them fails."""
    failed = 0
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        for outcome in pool.map(run, checks()):
            print(
                f"{'ok    ' if outcome.passed else 'FAILED'} {outcome.check.name} ({outcome.seconds:.1f} s)", flush=True
            )
            if not outcome.passed:
                failed += 1
                print(outcome.output, flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
