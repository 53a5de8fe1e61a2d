"""A folder as the package that is registered: the same folder always gives the same bytes, and so the same checksum."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    import os

SKILL_FILE: Final = "SKILL.md"
_LEFT_OUT: Final = frozenset({"__pycache__", "node_modules"})
_OLDEST: Final = (1980, 1, 1, 0, 0, 0)  # what the format can say; the files' own times would change the bytes
_FILE_MODE: Final = 0o644 << 16


def pack_skill(folder: str | os.PathLike[str]) -> bytes:
    """Return a skill's folder as a zip archive, without hidden files, caches and what links lead to.

    Raises:
        InvalidArgumentError: it is no folder, or has no SKILL.md that begins with its front matter.
    """
    root = Path(folder)
    if not root.is_dir():
        raise InvalidArgumentError(f"folder of a skill must be a folder, got {str(folder)!r}")
    _check_head(root)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _files(root):
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), _OLDEST)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _FILE_MODE, 3
            archive.writestr(entry, path.read_bytes())
    return packed.getvalue()


def _check_head(root: Path) -> None:
    try:
        text = (root / SKILL_FILE).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidArgumentError(f"{root / SKILL_FILE} cannot be read: {error}") from error
    if not text.startswith("---"):
        raise InvalidArgumentError(
            f"{root / SKILL_FILE} must begin with front matter: a line ---, a name, and a line ---"
        )


def _files(root: Path) -> list[Path]:
    found = [path for path in root.rglob("*") if path.is_file() and not _is_left_out(root, path)]
    return sorted(found, key=lambda path: path.relative_to(root).as_posix())


def _is_left_out(root: Path, path: Path) -> bool:
    parts = path.relative_to(root).parts
    hidden = any(part.startswith(".") or part in _LEFT_OUT for part in parts)
    return hidden or path.is_symlink() or not path.resolve().is_relative_to(root.resolve())
