"""Secrets: what `${workflow.secrets.NAME}` stands for, filled in only where a task is handed out or run.

Documents keep the expression, so that no execution, search or log shows a secret. The names and the prefix of the
environment variables are those of the server.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from conductor_embedded._java_text import java_text
from conductor_embedded._json import is_list, is_object
from conductor_embedded._json_path import InvalidPathError, compile_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_embedded._values import Document

PREFIX: Final = "CONDUCTOR_SECRET_"
"""The secret `token` is the environment variable `CONDUCTOR_SECRET_token`."""
_BEGIN: Final = "${workflow.secrets."
_EXPRESSION: Final = re.compile(r"\$\{workflow\.secrets\.([^}]+)\}")


def _nothing() -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of an engine.

    Attributes:
        environ: Where they are, by names with the prefix.
    """

    environ: Mapping[str, str] = field(default_factory=_nothing, repr=False)

    def get(self, reference: str) -> object:
        """Return a secret, or the part of one that holds JSON: `name` or `name.path`; None where there is none."""
        name, _, path = reference.partition(".")
        value = self.environ.get(f"{PREFIX}{name}")
        if value is None or not path:
            return value
        try:
            parsed: object = json.loads(value)
            return compile_path(path).read(parsed) if is_object(parsed) else None
        except (ValueError, InvalidPathError):
            return None

    def fill(self, document: Document) -> Document:
        """Return a document with all secrets in it; one without any is returned as it is."""
        filled = self._filled_map(document)
        return document if filled is None else filled

    def _filled_map(self, values: Mapping[str, object]) -> Document | None:
        filled = {key: self._filled(value) for key, value in values.items()}
        return filled if any(filled[key] is not value for key, value in values.items()) else None

    def _filled(self, value: object) -> object:
        if isinstance(value, str):
            return self._filled_text(value) if _BEGIN in value else value
        if is_object(value):
            filled = self._filled_map(value)
            return value if filled is None else filled
        if is_list(value):
            items = [self._filled(item) for item in value]
            return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
        return value

    def _filled_text(self, text: str) -> object:
        whole = _EXPRESSION.fullmatch(text)
        if whole is not None:
            return self.get(whole[1])
        return _EXPRESSION.sub(lambda found: _text(self.get(found[1])), text)


def _text(value: object) -> str:
    return "" if value is None else java_text(value)
