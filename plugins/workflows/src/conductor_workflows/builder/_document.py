"""Documents that the server fetches."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Unpack

from conductor_workflows.builder._task import TaskBuilder, checked_name, given

if TYPE_CHECKING:
    from conductor_workflows.builder._task import TaskOptions


class GetDocumentTask(TaskBuilder):
    """Fetches a document and gives its text; Orkes servers alone run it.

    Args:
        task_ref_name: unique name of this task.
        url: where the document is; may be an expression.
        media_type: what it is, ``application/pdf`` for example; the server finds out when None.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    TYPE: ClassVar[str] = "GET_DOCUMENT"

    def __init__(
        self, task_ref_name: str, url: str, media_type: str | None = None, **options: Unpack[TaskOptions]
    ) -> None:
        super().__init__(task_ref_name, **options)
        checked_name(url, f"url of task {task_ref_name!r}")
        self.input_map(given({"url": url, "mediaType": media_type}))
