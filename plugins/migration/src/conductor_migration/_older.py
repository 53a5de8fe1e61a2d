"""Signatures of conductor-python: what a program passes by the older names and order is handed on by ours."""

from __future__ import annotations

from typing import Any


class Older:
    """One method or class by its older signature.

    Args:
        target: its name here.
        parameters: the older parameters in their order, each as ``name``, or as ``name:ours`` where ours is called
            otherwise. None stands for an argument that was not given, as it did in the older clients.
    """

    __slots__ = ("_names", "target")

    def __init__(self, target: str, *parameters: str) -> None:
        self.target: str = target
        pairs = (parameter.partition(":") for parameter in parameters)
        self._names: dict[str, str] = {older: ours or older for older, _, ours in pairs}

    def parameters(self) -> tuple[str, ...]:
        """Return our names of the parameters, in the older order."""
        return tuple(self._names.values())

    def bound(self, positional: tuple[Any, ...], keywords: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments by our names; a keyword that is no older name is passed on as it is.

        Raises:
            TypeError: there are too many, or one was given twice.
        """
        if len(positional) > len(self._names):
            raise TypeError(f"{self.target} takes {len(self._names)} arguments at most, got {len(positional)}")
        found = dict(zip(self._names.values(), positional, strict=False))
        for name, value in keywords.items():
            ours = self._names.get(name, name)
            if ours in found:
                raise TypeError(f"{self.target} got {name!r} twice")
            found[ours] = value
        return {name: value for name, value in found.items() if value is not None}
