"""Event handlers, and the queues of the kind `conductor` that they listen to.

A message is an effect of the EVENT task that sends it. It is taken off the list in the transaction in which its handlers
act, or in which it is put by for a handler that may come: so each handler acts once, also when the process ends between.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from conductor_embedded._event_actions import EventActions, expanded
from conductor_embedded._values import Document, as_map, as_maps, as_text, is_true
from conductor_embedded.decider import PublishMessage, effect_from_document, effect_to_document
from conductor_embedded.errors import EngineError, InternalError
from conductor_embedded.evaluators import EvaluationError, UnknownEvaluatorError

if TYPE_CHECKING:
    from conductor_embedded._core import Core
    from conductor_embedded._engine_api import Evaluators
    from conductor_embedded._starter import Starter
    from conductor_embedded.store import StoredEffect

_logger = logging.getLogger(__name__)
_HANDLERS: Final = "conductor.event_handlers"
_WAITING: Final = "conductor.event_messages:"


class Reactions:
    """What happens when an event comes.

    Args:
        core: The heart of the engine.
        starter: Starts executions.
        evaluators: Runs conditions.
    """

    def __init__(self, core: Core, starter: Starter, evaluators: Evaluators) -> None:
        self._core = core
        self._evaluators = evaluators
        self._actions = EventActions(core, starter)
        self._stored = core.store.collection(_HANDLERS)
        self._handlers = self._stored.items()

    def handlers(self, event: str | None = None, *, active_only: bool = False) -> list[Document]:
        """Return the handlers of an event, or all, by their names."""
        return [
            handler
            for _, handler in sorted(self._handlers.items())
            if event in {None, handler.get("event")} and (handler.get("active") is True or not active_only)
        ]

    def add(self, handler: Document) -> None:
        """Store a new handler, and let it act on what has waited for it.

        Raises:
            InternalError: There is one of that name; the real server answers 500 too.
        """
        name = str(handler["name"])
        if name in self._handlers:
            raise InternalError(f"EventHandler with name {name} already exists!")
        self._put(name, handler)

    def update(self, handler: Document) -> None:
        """Replace a handler.

        Raises:
            InternalError: There is none of that name.
        """
        name = str(handler["name"])
        self._require(name)
        self._put(name, handler)

    def remove(self, name: str) -> None:
        """Forget a handler.

        Raises:
            InternalError: There is none of that name.
        """
        self._require(name)
        self._stored.delete(name)
        del self._handlers[name]

    def publish(self, message: PublishMessage, stored: StoredEffect) -> None:
        """Let the handlers of a message act, or put it by when there are none."""
        with self._core.together():
            self._core.commit([], done=[stored])
            if self.handlers(message.event, active_only=True):
                self._deliver(message)
            else:
                key = f"{message.due_ms:015}:{stored.number:012}"
                self._core.store.collection(f"{_WAITING}{message.event}").put(key, effect_to_document(message))

    def _put(self, name: str, handler: Document) -> None:
        self._stored.put(name, handler)
        self._handlers[name] = handler
        if handler.get("active") is not True:
            return
        waiting = self._core.store.collection(f"{_WAITING}{handler['event']}")
        for key, document in waiting.items().items():
            message = effect_from_document(document)
            with self._core.together():
                waiting.delete(key)
                if isinstance(message, PublishMessage):
                    self._deliver(message)

    def _require(self, name: str) -> None:
        if name not in self._handlers:
            raise InternalError(f"EventHandler with name {name} not found!")

    def _deliver(self, message: PublishMessage) -> None:
        for handler in self.handlers(message.event, active_only=True):
            if not self._applies(handler, message):
                continue
            for action in as_maps(handler.get("actions")):
                try:
                    self._actions.run(action, message)
                except EngineError as error:
                    text = "event handler %s could not do %s for %s: %s"
                    _logger.warning(text, handler["name"], action.get("action"), message.event, error.message)

    def _applies(self, handler: Document, message: PublishMessage) -> bool:
        condition = as_text(handler.get("condition"))
        if not condition:
            return True
        payload = as_map(expanded(message.payload))
        try:
            try:
                evaluator = as_text(handler.get("evaluatorType")) or "javascript"
                return is_true(self._evaluators.evaluate(evaluator, condition, payload))
            except UnknownEvaluatorError:
                return is_true(self._evaluators.evaluate("javascript", condition, payload))
        except EvaluationError as error:
            _logger.warning("the condition of event handler %s failed: %s", handler["name"], error.message)
            return False
