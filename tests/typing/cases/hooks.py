"""A wrong implementation of a hook is rejected where a plugin names its protocol."""

from collections.abc import Iterable

from conductor_core import AuthProvider, ExecuteInput, RetryPolicy, Settings, hookimpl
from conductor_core.events import PollStarted, TaskExecutionCompleted
from conductor_core.hook_types import (
    ListensToPollStarted,
    ListensToTaskExecutionCompleted,
    RegistersAuth,
    RegistersListeners,
    WrapsExecute,
)
from conductor_core.interfaces import Execute


class Fine:
    @hookimpl
    def conductor_wrap_execute(self, next: Execute, settings: Settings) -> Execute:
        async def around(given: ExecuteInput) -> object:
            return await next(given)

        return around

    @hookimpl
    async def conductor_on_poll_started(self, event: PollStarted) -> None:
        reveal_type(event.poll_count)  # revealed: int

    @hookimpl
    def conductor_register_listeners(self, settings: Settings) -> Iterable[object]:
        return []


class Late:
    @hookimpl
    async def conductor_wrap_execute(self, next: Execute, settings: Settings) -> Execute:
        return next


class WrongClass:
    @hookimpl
    def conductor_register_auth(self) -> type[RetryPolicy]:
        return RetryPolicy


class WrongEvent:
    @hookimpl
    def conductor_on_task_execution_completed(self, event: PollStarted) -> None:
        return None


class Misspelt:
    @hookimpl
    def conductor_register_auht(self) -> type[AuthProvider]:
        return AuthProvider


wraps: WrapsExecute = Fine()
listens: ListensToPollStarted = Fine()
makes: RegistersListeners = Fine()
late: WrapsExecute = Late()  # error: [Ii]ncompatible
wrong_class: RegistersAuth = WrongClass()  # error: [Ii]ncompatible
wrong_event: ListensToTaskExecutionCompleted = WrongEvent()  # error: [Ii]ncompatible
misspelt: RegistersAuth = Misspelt()  # error: [Ii]ncompatible|is not present
told: type[TaskExecutionCompleted] = PollStarted  # error: [Ii]ncompatible|not assignable
