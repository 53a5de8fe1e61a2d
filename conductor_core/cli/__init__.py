"""The command line ``conductor``: one front, and commands that are plugins."""

from conductor_core.cli._main import main

__all__ = ["main"]
