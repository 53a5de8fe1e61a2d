"""A person's session at the inbox: choose, claim, fill in, complete."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from conductor_core.errors import ApiError, InvalidArgumentError
from conductor_human_tasks._inbox import _views
from conductor_human_tasks._inbox._desk import form_of
from conductor_human_tasks._inbox._fields import fields_of, shown_value
from conductor_human_tasks._inbox._filling import fill

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conductor_human_tasks._inbox._desk import Desk
    from conductor_human_tasks._inbox._schema import Document, Schema
    from conductor_human_tasks._inbox._terminal import Terminal
    from conductor_human_tasks.models import HumanTaskEntry


@dataclass
class Session:
    """One person at one terminal."""

    desk: Desk
    terminal: Terminal

    def run(self) -> None:
        """Show the inbox until the person leaves."""
        entries = self._list()
        while True:
            answer = self.terminal.ask("Number of a task, r to look again, q to leave: ").strip().lower()
            if answer in {"q", "quit"}:
                return
            if answer in {"", "r"}:
                entries = self._list()
                continue
            if not answer.isdecimal() or not 1 <= int(answer) <= len(entries):
                self.terminal.say(f"  ! there is no task {answer}")
                continue
            try:
                self._work(entries[int(answer) - 1])
            except (ApiError, InvalidArgumentError) as error:
                self.terminal.say(f"  ! {_reason(error)}")
            entries = self._list()

    def _list(self) -> Sequence[HumanTaskEntry]:
        entries = self.desk.inbox()
        if not entries:
            self.terminal.say("The inbox is empty.")
            return entries
        for line in _views.inbox(entries, datetime.now(UTC)):
            self.terminal.say(line)
        return entries

    def _work(self, entry: HumanTaskEntry) -> None:
        claimed = self.desk.claim(entry.task_id)
        for line in _views.task(claimed):
            self.terminal.say(line)
        schema = form_of(claimed)
        known = {**claimed.input, **claimed.output}
        while True:
            result = fill(self.terminal, schema, known)
            self._show(schema, result)
            answer = self._decision()
            if answer == "edit":
                known = result
                continue
            self._finish(claimed, answer, result)
            return

    def _show(self, schema: Schema | None, result: Mapping[str, object]) -> None:
        self.terminal.say("Your result:")
        secret = {field.name for field in fields_of(schema) if field.is_secret} if schema else set[str]()
        for name, value in result.items():
            self.terminal.say(f"  {name}: {'hidden' if name in secret else shown_value(value)}")

    def _decision(self) -> str:
        words = {"": "complete", "c": "complete", "e": "edit", "s": "save", "r": "release"}
        while True:
            text = self.terminal.ask("[c]omplete, [e]dit, [s]ave for later or [r]elease: ").strip().lower()
            chosen = words.get(text, text)
            if chosen in words.values():
                return chosen
            self.terminal.say(f"  ! {text} is none of these")

    def _finish(self, entry: HumanTaskEntry, answer: str, result: Document) -> None:
        tasks = self.desk.tasks
        if answer == "complete":
            tasks.complete_task(entry.task_id, result)
            self.terminal.say("Completed.")
        elif answer == "save":
            tasks.update_task_output(entry.task_id, result)
            self.terminal.say("Saved; the task is still yours.")
        else:
            tasks.release_task(entry.task_id)
            self.terminal.say("Released.")


def _reason(error: ApiError | InvalidArgumentError) -> str:
    return (error.server_message if isinstance(error, ApiError) else "") or str(error)
