"""``conductor plugins check WHEEL``: would this wheel work where it is installed? The wheel counts, not its source."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from conductor_core.cli._finding import Finding, as_text, summary, verdict_of
from conductor_core.cli._output import write_json, write_text
from conductor_core.cli._wheel_loading import load_entries
from conductor_core.cli._wheel_metadata import WheelFiles, check_entries, check_metadata
from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable


def check_wheels(paths: Iterable[str], *, as_json: bool) -> int:
    """Check wheels and print what was found; return 1 when one of them has a problem.

    Raises:
        InvalidArgumentError: a file does not exist or is no wheel.
    """
    found = {path: check_wheel(Path(path)) for path in paths}
    if as_json:
        document = {
            path: {"verdict": verdict_of(findings), "findings": [one.to_dict() for one in findings]}
            for path, findings in found.items()
        }
        write_json(document)
    else:
        for path, findings in found.items():
            write_text(f"{path}\n\n{as_text(findings)}\n\n{summary(findings)}\n")
    return 1 if any(verdict_of(findings) == "problem" for findings in found.values()) else 0


def check_wheel(path: Path) -> list[Finding]:
    """Return what there is to say about one wheel: its metadata, its entry points, and what happens when they are loaded.

    Raises:
        InvalidArgumentError: the file does not exist or is no wheel.
    """
    if path.suffix != ".whl":
        raise InvalidArgumentError(f"{path} is no wheel: build one first, for example with pip wheel --no-deps .")
    try:
        with zipfile.ZipFile(path) as archive:
            wheel = WheelFiles.read(archive)
            findings = [*check_metadata(wheel), *check_entries(wheel)]
            with tempfile.TemporaryDirectory(prefix="conductor-wheel-") as folder:
                archive.extractall(folder)
                findings += load_entries(Path(folder), wheel.ours)
    except FileNotFoundError:
        raise InvalidArgumentError(f"there is no file {path}") from None
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise InvalidArgumentError(f"{path} cannot be read as a wheel: {error}") from error
    return findings
