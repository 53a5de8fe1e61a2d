"""Find a Java that is new enough for the real server, wherever it was installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NEEDED = 21
JVM_FOLDERS = (Path("/usr/lib/jvm"), Path("/opt/java"), Path("/Library/Java/JavaVirtualMachines"))


def find_java(environ: Mapping[str, str]) -> Path | None:
    """The first Java of version 21 or newer: JAVA_HOME, then PATH, then the folders of installed JVMs."""
    seen: set[Path] = set()
    for candidate in _candidates(environ):
        real = candidate.resolve()
        if real in seen or not real.is_file():
            continue
        seen.add(real)
        if _version(real) >= NEEDED:
            return real
    return None


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    name = "java.exe" if os.name == "nt" else "java"
    if home := environ.get("JAVA_HOME"):
        yield Path(home, "bin", name)
    if on_path := shutil.which("java", path=environ.get("PATH")):
        yield Path(on_path)
    for folder in JVM_FOLDERS:
        yield from sorted(folder.glob(f"*/bin/{name}"), reverse=True)
        yield from sorted(folder.glob(f"*/Contents/Home/bin/{name}"), reverse=True)


def _version(java: Path) -> int:
    """The major version, 0 for a program that does not say one."""
    try:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r'version "(?:1\.)?(\d+)', answer.stderr)
    return int(found.group(1)) if found else 0


def main() -> None:
    """Print the Java that the real server would be started with; exit with 1 when there is none."""
    java = find_java(os.environ)
    if java is None:
        sys.exit(f"no Java {NEEDED} or newer")
    print(java)


if __name__ == "__main__":
    main()
