"""The command line ``conductor``: one front, and commands that are plugins."""

from __future__ import annotations

TYPE_CHECKING = False  # as in conductor_core: nothing is imported before Ctrl-C is looked after
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``conductor`` and return its exit code.

    0 is success, 1 a failure, 2 a mistake in the arguments, the settings or the choice of plugins, 130 Ctrl-C (also while
    the command is still being imported), 141 a reader of the output that left. An error is one line on stderr.

    Args:
        argv: the words after ``conductor``; those of this process when None.
    """
    try:
        from conductor_core.cli import _main  # noqa: PLC0415 - Ctrl-C may come meanwhile

        return _main.run(argv)
    except KeyboardInterrupt:
        from conductor_core.cli._output import complain  # noqa: PLC0415 - the same

        complain("conductor: interrupted")
        return INTERRUPTED
