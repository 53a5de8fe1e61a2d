"""One finding of a validation, as the server's error document lists it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class ValidationError:
    """What is wrong, and where: `registerWorkflowDef.arg0.tasks[0].name`."""

    path: str
    message: str
    invalid_value: str | None = None

    @classmethod
    def of(cls, document: Mapping[str, object], path: str, field: str, message: str) -> ValidationError:
        """Describe a field; its value is told when there is one."""
        value = document.get(field)
        return cls(f"{path}.{field}", message, None if value is None else str(value))

    def to_document(self) -> dict[str, object]:
        """Return it in its wire form."""
        document: dict[str, object] = {"path": self.path, "message": self.message}
        if self.invalid_value is not None:
            document["invalidValue"] = self.invalid_value
        return document
