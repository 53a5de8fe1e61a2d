"""``conductor config show``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conductor_core import Settings
from conductor_core.cli import main
from conductor_core.cli._config import as_text
from conductor_core.cli._shown_settings import document_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SECRET = "correct-horse-battery"


def lines_of(text: str) -> dict[str, list[str]]:
    return {
        line.split("  ")[0]: [cell.strip() for cell in line.split("  ") if cell.strip()] for line in text.splitlines()
    }


def test_each_value_stands_beside_its_source() -> None:
    settings = Settings.load(environ={"CONDUCTOR_AUTH": "bearer"}, server_url="http://h", load_plugins=())
    lines = lines_of(as_text(settings))
    assert lines["server_url"] == ["server_url", "http://h/api", "argument server_url"]
    assert lines["auth"] == ["auth", "bearer", "environment CONDUCTOR_AUTH"]
    assert lines["retry"] == ["retry", "standard", "default"]
    assert lines["auth_key"] == ["auth_key", "-", "default"]


def test_secrets_and_options_of_plugins_are_hidden() -> None:
    settings = Settings(
        auth_secret=SECRET,
        auth_token=SECRET,
        proxy_url=f"http://u:{SECRET}@h",
        options={"acme": {"password": SECRET, "url": "http://acme"}, "empty": {}},
    )
    text, document = as_text(settings), json.dumps(document_of(settings))
    assert SECRET not in text + document
    assert lines_of(text)["auth_secret"] == ["auth_secret", "********", "argument auth_secret"]
    assert "sets password, url" in text
    assert "sets nothing" in text


def test_variables_that_nobody_reads_are_listed() -> None:
    settings = Settings.load(environ={"CONDUCTOR_SERVER_PORT": "tcp://10.0.0.1:8080", "CONDUCTOR_SERVR_URL": "x"})
    last = as_text(settings).splitlines()[-1]
    assert last == "variables that no setting reads: CONDUCTOR_SERVER_PORT, CONDUCTOR_SERVR_URL"
    assert "variables" not in as_text(Settings())


def test_the_json_form_has_everything(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "c.toml"
    file.write_text('[conductor]\nretry = "mine"\n[conductor.options.acme]\nkey = "k"\n')
    monkeypatch.setenv("CONDUCTOR_CONFIG", str(file))
    monkeypatch.setenv("CONDUCTOR_SERVER_PORT", "x")
    assert main(["config", "show", "--json"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert document["settings"]["retry"] == {"value": "mine", "source": "file", "from": f"{file}: retry"}
    assert document["options"] == {"acme": ["key"]}
    assert document["unknown_variables"] == ["CONDUCTOR_SERVER_PORT"]
