"""Views of a conductor: the same connections, other options for the calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from conductor_core._error_handling import ErrorStrategy
    from conductor_core._http_client import ClientParts
    from conductor_core._logging import Logger
    from conductor_core._plugins import Plugins
    from conductor_core.interfaces import RetryPolicy
    from conductor_core.settings import Settings


class Views:
    """What both conductors offer alike."""

    _awaits: ClassVar[bool]
    if TYPE_CHECKING:
        settings: Settings
        plugins: Plugins
        logger: Logger
        _parts: ClientParts
        _driver: Any

    def with_options(
        self,
        *,
        timeout: float | None = None,
        retry_budget: float | None = None,
        retry: RetryPolicy | None = None,
        errors: ErrorStrategy | None = None,
    ) -> Self:
        """Return a view of this conductor whose calls differ in what is given; the connections are the same.

        ::

            conductor.with_options(retry_budget=0, timeout=2.0).metadata.get_task("charge")

        Closing a view does nothing. Options of a view of a view add up.

        Args:
            timeout: seconds for one attempt.
            retry_budget: seconds during which the retry policy may be asked; 0 sends once.
            retry: decides instead of the policy that settings chose.
            errors: ``log`` writes one error line and answers None where a ``ConductorError`` would be raised; ``throw``
                raises, as a conductor does.

        Raises:
            ConfigurationError: a number or a word that cannot be meant.
        """
        from conductor_core._options import Adjusted, AsyncAdjusted, CallOptions  # noqa: PLC0415 - few programs need it

        options = CallOptions(timeout=timeout, retry_budget=retry_budget, policy=retry, errors=errors)
        kind = AsyncAdjusted if self._awaits else Adjusted
        view = object.__new__(type(self))
        shared = {name: vars(self)[name] for name in ("settings", "plugins", "logger", "_parts", "_base")}
        # Closed already as far as closing goes: the connections belong to the conductor it was made from.
        vars(view).update(shared, _driver=kind(self._driver, options, self.logger), _closed=True)
        return view
