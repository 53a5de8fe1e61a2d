"""Documents of people's tasks. Names follow the server's, in snake_case; fields this version does not know are kept."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from conductor_core.models import ConductorModel, JsonObject, Tag, Tolerant


class HumanTaskState(StrEnum):
    """Where a person's task stands."""

    PENDING = "PENDING"
    """Nobody's in particular: anybody may claim it."""
    ASSIGNED = "ASSIGNED"
    """Somebody's turn, and not yet claimed."""
    IN_PROGRESS = "IN_PROGRESS"
    """Claimed."""
    COMPLETED = "COMPLETED"
    TIMED_OUT = "TIMED_OUT"
    DELETED = "DELETED"
    """Its workflow has ended without it."""


class UserType(StrEnum):
    """Who an assignee is; external ones are known to the application alone."""

    EXTERNAL_USER = "EXTERNAL_USER"
    EXTERNAL_GROUP = "EXTERNAL_GROUP"
    CONDUCTOR_USER = "CONDUCTOR_USER"
    CONDUCTOR_GROUP = "CONDUCTOR_GROUP"


class AssignmentCompletionStrategy(StrEnum):
    """What happens when the last assignee's time is over."""

    LEAVE_OPEN = "LEAVE_OPEN"
    TERMINATE = "TERMINATE"


class TriggerType(StrEnum):
    """Changes of a person's task at which a workflow can be started."""

    ASSIGNED = "ASSIGNED"
    ASSIGNEE_CHANGED = "ASSIGNEE_CHANGED"
    CLAIMANT_CHANGED = "CLAIMANT_CHANGED"
    COMPLETED = "COMPLETED"
    IN_PROGRESS = "IN_PROGRESS"
    PENDING = "PENDING"
    TIMED_OUT = "TIMED_OUT"


class SearchType(StrEnum):
    """Which tasks a search looks at."""

    ADMIN = "ADMIN"
    """All tasks the caller may see."""
    INBOX = "INBOX"
    """Tasks the caller may work on."""


class HumanTaskUser(ConductorModel):
    """A person or a group."""

    user: str | None = None
    user_type: Tolerant[UserType] | None = None


class HumanTaskAssignment(ConductorModel):
    """One turn: who, and for how long until it is the next one's."""

    assignee: HumanTaskUser | None = None
    sla_minutes: int | None = None
    """Minutes; None or 0 is no limit."""


class UserFormTemplate(ConductorModel):
    """Names the form of a task."""

    name: str | None = None
    version: int | None = None
    """None or 0 is the newest."""


class HumanTaskTrigger(ConductorModel):
    """A workflow that a change of the task starts."""

    trigger_type: Tolerant[TriggerType] | None = None
    start_workflow_request: JsonObject | None = None
    """A start request as the server reads it."""


class HumanTaskTemplate(ConductorModel):
    """A form: what data it asks for, and how it looks. Other kinds of templates keep their own fields beside these."""

    name: str = ""
    version: int = 1
    json_schema: JsonObject = {}  # noqa: RUF012 - pydantic gives each model a dict of its own
    """JSON Schema of the data that the form asks for."""
    template_ui: JsonObject = Field(default={}, alias="templateUI")
    """How the form is laid out; its structure is the front end's own."""
    tags: list[Tag] | None = None
    owner_app: str | None = None
    created_by: str | None = None
    updated_by: str | None = None
    create_time: int | None = None
    """Epoch milliseconds."""
    update_time: int | None = None
    """Epoch milliseconds."""


class HumanTaskDefinition(ConductorModel):
    """What a workflow definition says about a person's task, under ``__humanTaskDefinition`` of its input."""

    assignment_completion_strategy: Tolerant[AssignmentCompletionStrategy] | None = None
    assignments: list[HumanTaskAssignment] | None = None
    """Whose turn it is, one after the other."""
    display_name: str | None = None
    full_template: HumanTaskTemplate | None = None
    """The form itself, in answers that were asked for it."""
    task_triggers: list[HumanTaskTrigger] | None = None
    user_form_template: UserFormTemplate | None = None


class HumanTaskEntry(ConductorModel):
    """One task of a person."""

    task_id: str = ""
    state: Tolerant[HumanTaskState] = HumanTaskState.PENDING
    display_name: str | None = None
    definition_name: str | None = None
    """Name of the task in the workflow definition."""
    task_ref_name: str | None = None
    workflow_id: str | None = None
    workflow_name: str | None = None
    assignee: HumanTaskUser | None = None
    """Whose turn it is."""
    claimant: HumanTaskUser | None = None
    """Who works on it."""
    human_task_def: HumanTaskDefinition | None = None
    input: JsonObject = {}  # noqa: RUF012 - pydantic gives each model a dict of its own
    output: JsonObject = {}  # noqa: RUF012
    owner_app: str | None = None
    created_by: str | None = None
    created_on: int | None = None
    """Epoch milliseconds."""
    updated_by: str | None = None
    updated_on: int | None = None
    """Epoch milliseconds."""


class HumanTaskSearch(ConductorModel):
    """What to look for; an empty list is no condition."""

    states: list[Tolerant[HumanTaskState]] = []  # noqa: RUF012 - pydantic gives each model a list of its own
    assignees: list[HumanTaskUser] = []  # noqa: RUF012
    claimants: list[HumanTaskUser] = []  # noqa: RUF012
    definition_names: list[str] = []  # noqa: RUF012
    display_names: list[str] = []  # noqa: RUF012
    task_ref_names: list[str] = []  # noqa: RUF012
    workflow_ids: list[str] = []  # noqa: RUF012
    workflow_names: list[str] = []  # noqa: RUF012
    full_text_query: str | None = None
    task_input_query: str | None = None
    """Conditions on the input, like ``priority:high``."""
    task_output_query: str | None = None
    search_type: Tolerant[SearchType] | None = None
    update_start_time: int | None = None
    """Epoch milliseconds."""
    update_end_time: int | None = None
    """Epoch milliseconds."""
    start: int = 0
    size: int = 15


class HumanTaskSearchResult(ConductorModel):
    """One page of a search."""

    start: int = 0
    page_size_limit: int = 0
    hits: int = 0
    """Hits on this page."""
    total_hits: int = 0
    """Hits on all pages."""
    results: list[HumanTaskEntry] = []  # noqa: RUF012 - pydantic gives each model a list of its own
