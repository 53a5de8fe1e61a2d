"""What a person sees and does of the client: their inbox, claims in their name, and the form of a task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conductor_core.errors import InvalidArgumentError
from conductor_human_tasks._inbox._schema import Schema, schema_of
from conductor_human_tasks.models import HumanTaskSearch, HumanTaskState, SearchType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_core import Sync
    from conductor_human_tasks.api import HumanTaskApi
    from conductor_human_tasks.models import HumanTaskEntry

_OPEN: Final = [HumanTaskState.PENDING, HumanTaskState.ASSIGNED, HumanTaskState.IN_PROGRESS]


@dataclass(frozen=True)
class Desk:
    """A person's place.

    Attributes:
        tasks: the client.
        user: the person, as the application knows them; None is the Conductor user who is signed in.
        everybody: whether the inbox shows what is others' too.
        override: whether claims may take others' turns.
        size: most tasks to show.
        workflow: only tasks of this workflow.
    """

    tasks: HumanTaskApi[Sync]
    user: str | None = None
    everybody: bool = False
    override: bool = False
    size: int = 20
    workflow: str | None = None

    def inbox(self) -> list[HumanTaskEntry]:
        """Return the open tasks that the person may work on, the newest first."""
        search = HumanTaskSearch(
            states=list(_OPEN),
            workflow_names=[] if self.workflow is None else [self.workflow],
            search_type=SearchType.ADMIN if self.everybody else SearchType.INBOX,
            size=self.size,
        )
        return [entry for entry in self.tasks.search(search) if self.everybody or self._may_see(entry)]

    def claim(self, task_id: str, *, with_template: bool = True) -> HumanTaskEntry:
        """Claim a task in the person's name, with its form."""
        options = {"override_assignment": self.override, "with_template": with_template}
        if self.user is None:
            return self.tasks.claim_task_as_conductor_user(task_id, **options)
        return self.tasks.claim_task_as_external_user(task_id, self.user, **options)

    def complete(self, task_id: str, result: Mapping[str, object]) -> None:
        """Check a result against the task's form, claim the task unless the person has it, and complete it.

        Raises:
            InvalidArgumentError: the result does not fit the form; each problem is named.
        """
        schema = form_of(self.tasks.get_task_by_id(task_id, with_template=True))
        problems = [] if schema is None else schema.problems(result)
        if problems:
            raise InvalidArgumentError(f"the input does not fit the form: {'; '.join(problems)}")
        self.claim(task_id, with_template=False)
        self.tasks.complete_task(task_id, result)

    def _may_see(self, entry: HumanTaskEntry) -> bool:
        if entry.claimant is not None:
            return entry.claimant.user == self.user if self.user else str(entry.claimant.user_type) == "CONDUCTOR_USER"
        assignee = entry.assignee
        if assignee is None or str(assignee.user_type).endswith("_GROUP"):
            return True
        if self.user is None:
            return assignee.user_type == "CONDUCTOR_USER"
        return assignee.user == self.user


def form_of(entry: HumanTaskEntry) -> Schema | None:
    """Return the form of a task that was fetched with it, or None."""
    definition = entry.human_task_def
    template = None if definition is None else definition.full_template
    return None if template is None else schema_of(template)
