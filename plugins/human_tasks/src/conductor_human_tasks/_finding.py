"""How people's tasks are found and looked at."""

from __future__ import annotations

from typing import TypeAlias

from conductor_core import Api, Call, Face, Flow, Sleep, endpoint, get, post
from conductor_core.errors import InvalidArgumentError
from conductor_core.models import Task
from conductor_human_tasks._calls import HINT
from conductor_human_tasks.models import (
    HumanTaskEntry,
    HumanTaskSearch,
    HumanTaskSearchResult,
    HumanTaskState,
    HumanTaskUser,
    SearchType,
    UserType,
)

TypedUser: TypeAlias = str
"""``userType:user``, for example ``CONDUCTOR_USER:ada@example.com``."""


class Finding(Api[Face]):
    """Searches, and single tasks by id."""

    @endpoint
    def search_page(self, search: HumanTaskSearch) -> Call[HumanTaskSearchResult]:
        """Find tasks, and return one page of them with the number of all."""
        return post("/human/tasks/search", body=search, returns=HumanTaskSearchResult, repeatable=True, hint=HINT)

    @endpoint
    def search(self, search: HumanTaskSearch) -> Flow[list[HumanTaskEntry]]:
        """Find tasks; at most ``search.size`` of them, from ``search.start`` on."""
        return (yield from _found(search))

    @endpoint
    def poll_search(
        self, search: HumanTaskSearch, *, poll_interval: int = 100, max_poll_times: int = 20
    ) -> Flow[list[HumanTaskEntry]]:
        """Search until there is something, and return an empty list when there is nothing in the end.

        Args:
            search: what to look for.
            poll_interval: milliseconds between two searches.
            max_poll_times: most searches to make, at least one.
        """
        for tries_left in range(max(max_poll_times, 1) - 1, -1, -1):
            found = yield from _found(search)
            if found or not tries_left:
                return found
            yield Sleep(max(poll_interval, 0) / 1000)
        return []

    @endpoint
    def get_tasks_by_filter(
        self,
        *,
        state: HumanTaskState | None = None,
        assignee: str | None = None,
        assignee_type: UserType = UserType.EXTERNAL_USER,
        claimed_by: TypedUser | None = None,
        task_name: str | None = None,
        input_query: str | None = None,
        output_query: str | None = None,
    ) -> Flow[list[HumanTaskEntry]]:
        """Find tasks by single conditions, as older clients do; :meth:`search` can do more.

        Args:
            state: state of the task.
            assignee: whose turn it is.
            assignee_type: what the assignee's name means.
            claimed_by: who works on it, as ``userType:user``.
            task_name: name of the task in the workflow definition.
            input_query: conditions on the input.
            output_query: conditions on the output.

        Raises:
            InvalidArgumentError: ``claimed_by`` is not of that form.
        """
        search = HumanTaskSearch(
            states=[] if state is None else [state],
            assignees=[] if assignee is None else [HumanTaskUser(user=assignee, user_type=assignee_type)],
            claimants=[] if claimed_by is None else [_claimant(claimed_by)],
            definition_names=[] if task_name is None else [task_name],
            task_input_query=input_query,
            task_output_query=output_query,
        )
        return (yield from _found(search))

    @endpoint
    def get_task_by_id(self, task_id: str, *, with_template: bool = False) -> Call[HumanTaskEntry]:
        """Fetch one task, with its form if asked for."""
        query = {"withTemplate": with_template}
        return get("/human/tasks/{}", task_id, query=query, returns=HumanTaskEntry, hint=HINT)

    @endpoint
    def get_conductor_task(self, task_id: str) -> Call[Task]:
        """Fetch the workflow's task behind a person's task."""
        return get("/human/tasks/{}/conductorTask", task_id, returns=Task, hint=HINT)

    @endpoint
    def get_display_names(self, search_type: SearchType = SearchType.INBOX) -> Call[list[str]]:
        """Return the display names of all tasks of the inbox, or of all tasks there are."""
        query = {"searchType": search_type}
        return get("/human/tasks/getTaskDisplayNames", query=query, returns=list[str], hint=HINT)


def _found(search: HumanTaskSearch) -> Flow[list[HumanTaskEntry]]:
    page = yield from post(
        "/human/tasks/search", body=search, returns=HumanTaskSearchResult, repeatable=True, hint=HINT
    )
    return page.results


def _claimant(text: str) -> HumanTaskUser:
    kind, _, user = text.partition(":")
    if kind not in set(UserType) or not user:
        kinds = ", ".join(UserType)
        raise InvalidArgumentError(f"claimed_by must be userType:user with one of {kinds}, got {text!r}")
    return HumanTaskUser(user=user, user_type=UserType(kind))
