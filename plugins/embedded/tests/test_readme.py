"""The examples of the README run as they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from conductor_embedded.testing import VirtualEngine

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
PROGRAM, TEST = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(PROGRAM, "README.md", "exec"), {})  # noqa: S102 - our own text

    assert capsys.readouterr().out == "{'result': 42}\n"


def test_the_test(conductor_engine: VirtualEngine) -> None:
    names: dict[str, object] = {}
    exec(compile(TEST, "README.md", "exec"), names)  # noqa: S102 - our own text
    [test] = [value for name, value in names.items() if name.startswith("test_")]

    assert callable(test)
    test(conductor_engine)


def test_every_option_of_the_server_is_told() -> None:
    import argparse  # noqa: PLC0415 - for this test only

    from conductor_embedded._command import ServerCommand  # noqa: PLC0415

    parser = argparse.ArgumentParser(add_help=False)
    ServerCommand().configure(parser)
    options = [option for action in parser._actions for option in action.option_strings]

    assert [option for option in options if f"`{option}" not in README] == []


def test_every_hook_is_told() -> None:
    from conductor_embedded.hookspecs import EmbeddedSpecs  # noqa: PLC0415 - for this test only

    hooks = [name for name in vars(EmbeddedSpecs) if name.startswith("conductor_")]

    assert [hook for hook in hooks if f"`{hook}(" not in README] == []
