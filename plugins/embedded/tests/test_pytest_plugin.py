"""The mark for tests of one version of the server."""

from __future__ import annotations

import pytest

from conductor_embedded.pytest_plugin import pytest_runtest_setup


@pytest.mark.parametrize(("version", "versions"), [("4", (4,)), ("5", (4, 5)), (" 5 ", (5,))])
def test_a_test_of_this_version_runs(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, version: str, versions: tuple[int, ...]
) -> None:
    monkeypatch.setenv("ORKES_BACKEND_VERSION", version)
    request.node.add_marker(pytest.mark.orkes_backend(*versions))
    pytest_runtest_setup(request.node)


@pytest.mark.parametrize(
    ("version", "words"),
    [("4", "ORKES_BACKEND_VERSION is 4"), ("", "is not set"), (None, "for version 5 of the server")],
)
def test_a_test_of_another_version_is_skipped(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, version: str | None, words: str
) -> None:
    monkeypatch.delenv("ORKES_BACKEND_VERSION", raising=False)
    if version is not None:
        monkeypatch.setenv("ORKES_BACKEND_VERSION", version)
    request.node.add_marker(pytest.mark.orkes_backend(5))
    with pytest.raises(pytest.skip.Exception, match=words):
        pytest_runtest_setup(request.node)


@pytest.mark.parametrize("versions", [(), ("5",), (4, "5")])
def test_a_mark_without_versions_is_a_mistake(request: pytest.FixtureRequest, versions: tuple[object, ...]) -> None:
    request.node.add_marker(pytest.mark.orkes_backend(*versions))
    with pytest.raises(pytest.fail.Exception, match="as whole numbers"):
        pytest_runtest_setup(request.node)


def test_a_test_without_the_mark_runs_anywhere(request: pytest.FixtureRequest) -> None:
    pytest_runtest_setup(request.node)
    assert any(line.startswith("orkes_backend(*versions)") for line in request.config.getini("markers"))
