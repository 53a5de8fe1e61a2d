"""``conductor migrate``: change the import lines of programs that were written for conductor-python."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from conductor_core import Command
from conductor_migration._rewrite import rewrite

if TYPE_CHECKING:
    import argparse

    from conductor_core import Settings


class MigrateCommand(Command):
    """Shows what would change, or changes it."""

    help: ClassVar[str] = "Change the import lines of programs that were written for conductor-python."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Take files, and whether to write them."""
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="a Python file")
        parser.add_argument(
            "--write", action="store_true", help="change the files instead of showing what would change"
        )

    def run(self, args: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG002 - every command gets them
        """Go through the files; 1 when something has no counterpart or a file cannot be read."""
        return max([_migrated(path, write=args.write) for path in args.files], default=0)


def _migrated(path: Path, *, write: bool) -> int:
    try:
        source = path.read_bytes().decode("utf-8")
        found = rewrite(source)
    except (OSError, UnicodeDecodeError, SyntaxError) as error:
        sys.stderr.write(f"{path}: {error}\n")
        return 1
    if write and found.source != source:
        path.write_bytes(found.source.encode("utf-8"))
    elif not write:
        before, after = source.splitlines(keepends=True), found.source.splitlines(keepends=True)
        sys.stdout.writelines(difflib.unified_diff(before, after, str(path), str(path)))
    for item in found.left:
        sys.stderr.write(f"{path}:{item}\n")
    if found.needed:
        sys.stderr.write(f"{path}: needs pip install {' '.join(found.needed)}\n")
    return 1 if found.left else 0
