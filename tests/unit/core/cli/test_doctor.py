"""``conductor doctor``: what is wrong, and what to do about it."""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.cli import main
from conductor_core.http import Request, Response
from tests._support.socket_server import served

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests._support.fake_plugins import Installed


def oss(skew: float = 0.0, status: int = 200) -> Callable[[Request], Response]:
    """Return a server of version 3.32.2 whose clock is wrong by some seconds."""

    def answer(request: Request) -> Response:
        date = {"Date": formatdate(time.time() + skew, usegmt=True)}
        if request.url.path == "/api/version":
            return Response(status, text="3.32.2" if status == 200 else "", headers=date)
        return Response(404, headers=date)

    return answer


def examined(capsys: pytest.CaptureFixture[str], *words: str, code: int) -> tuple[dict[str, Any], list[dict[str, str]]]:
    assert main([*words, "--json"] if "doctor" in words else [*words, "doctor", "--json"]) == code
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document, document["findings"]


def problems(findings: list[dict[str, str]]) -> list[dict[str, str]]:
    return [one for one in findings if one["verdict"] == "problem"]


def test_a_healthy_program_has_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    with served(oss()) as url:
        document, findings = examined(capsys, "--server-url", url, code=0)
        assert main(["--server-url", url, "doctor"]) == 0
    assert document["verdict"] == "ok"
    text = " ".join(one["text"] for one in findings)
    assert "open-source Conductor 3.32.2" in text
    assert f"server_url = {url}/api (argument server_url)" in text
    printed = capsys.readouterr().out
    assert printed.rstrip().endswith("nothing is wrong")
    assert "in use: auth:none" in printed


@pytest.mark.parametrize(
    ("skew", "verdict", "code"), [(90.0, "problem", 1), (-90.0, "problem", 1), (12.0, "warning", 0)]
)
def test_clocks_that_differ_are_told(capsys: pytest.CaptureFixture[str], skew: float, verdict: str, code: int) -> None:
    with served(oss(skew)) as url:
        _, findings = examined(capsys, "--server-url", url, code=code)
    (clock,) = [one for one in findings if one["topic"] == "clock"]
    assert clock["verdict"] == verdict
    assert ("behind" if skew < 0 else "ahead of") in clock["text"]
    assert "NTP" in clock["remedy"]


def test_a_server_that_is_not_there_is_a_problem_with_advice(capsys: pytest.CaptureFixture[str]) -> None:
    with served(oss()) as url:
        pass
    _, findings = examined(capsys, "--server-url", url, code=1)
    (problem,) = problems(findings)
    assert problem["topic"] == "server"
    assert "cannot connect" in problem["text"]
    assert "conductor server" in problem["remedy"]


def test_something_else_at_that_address_is_a_problem(capsys: pytest.CaptureFixture[str]) -> None:
    with served(lambda _: Response(200, text="<html>hello</html>", headers={"content-type": "text/html"})) as url:
        _, findings = examined(capsys, "--server-url", url, code=1)
    assert "does not say that it is a Conductor server" in problems(findings)[0]["text"]


def test_credentials_that_are_refused_are_a_problem(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONDUCTOR_AUTH_TOKEN", "token-of-nobody")
    with served(oss(status=401)) as url:
        document, findings = examined(capsys, "--server-url", url, code=1)
    assert any("refuses these credentials" in one["text"] for one in problems(findings))
    assert document["settings"]["auth_token"]["value"] == "********"
    assert "token-of-nobody" not in json.dumps(document)


def test_a_token_that_cannot_be_had_is_a_problem(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONDUCTOR_AUTH_KEY", "key-1")
    monkeypatch.setenv("CONDUCTOR_AUTH_SECRET", "secret-of-mine")
    with served(lambda _: Response(401, json={"message": "no such key"})) as url:
        document, findings = examined(capsys, "--server-url", url, code=1)
    assert any(one["topic"] == "auth" and "no token with auth 'orkes'" in one["text"] for one in problems(findings))
    assert "secret-of-mine" not in json.dumps(document)


def test_credentials_that_a_server_has_no_use_for_are_a_warning(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONDUCTOR_AUTH_KEY", "key-1")
    monkeypatch.setenv("CONDUCTOR_AUTH_SECRET", "secret-of-mine")
    with served(oss()) as url:
        _, findings = examined(capsys, "--server-url", url, code=0)
    (auth,) = [one for one in findings if one["topic"] == "auth"]
    assert (auth["verdict"], auth["text"]) == ("warning", "auth 'orkes' sends nothing: the server gives no tokens")


def test_misspelt_variables_and_plaintext_credentials_are_warnings(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONDUCTOR_SERVR_URL", "http://elsewhere")
    monkeypatch.setenv("CONDUCTOR_SERVICE_PORT_8080_TCP_ADDR", "10.0.0.7")
    monkeypatch.setenv("CONDUCTOR_AUTH_KEY", "k")
    monkeypatch.setenv("CONDUCTOR_AUTH_SECRET", "s")
    assert main(["doctor", "--offline", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    texts = [one["text"] for one in document["findings"] if one["verdict"] == "warning"]
    assert any("CONDUCTOR_SERVR_URL; did you mean 'CONDUCTOR_SERVER_URL'" in text for text in texts)
    assert any("in the clear" in text for text in texts)
    assert document["unknown_variables"] == ["CONDUCTOR_SERVICE_PORT_8080_TCP_ADDR", "CONDUCTOR_SERVR_URL"]


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("CONDUCTOR_AUTH_KEY", "auth_key is set and auth_secret is not"),
        ("CONDUCTOR_AUTH_PASSWORD", "auth_password is set and auth_user is not"),
    ],
)
def test_half_of_the_credentials_is_a_warning(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, variable: str, text: str
) -> None:
    monkeypatch.setenv(variable, "half-of-it")
    assert main(["doctor", "--offline"]) == 0
    assert text in capsys.readouterr().out


def test_a_file_of_certificates_that_is_not_there_is_one_problem(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[conductor]\ntls_ca_path = "/not/there"\n')
    _, findings = examined(capsys, "--config", str(file), "--server-url", "https://conductor.invalid", code=1)
    (problem,) = problems(findings)
    assert "tls_ca_path '/not/there' cannot be used" in problem["text"]
    assert problem["remedy"] == "correct the setting that it names"


def test_broken_missing_and_misplaced_plugins_are_told_and_nothing_dies(installed: Installed) -> None:
    groups = {"clients": "acme", "listener": "lost", "workers": "jobs", "embedded": "half"}
    entries = "".join(f"[conductor.{group}]\n{name} = acme_broken\n" for group, name in groups.items())
    installed.distribution("acme-conductor", "1.0", entries, acme_broken="raise ValueError('no licence')")
    done = installed.conductor("doctor", "--offline", CONDUCTOR_TRANSPORT="http3", CONDUCTOR_REQUIRED_PLUGINS="x>=1")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for text in (
        "clients:acme of acme-conductor 1.0 is failed: ValueError: no licence",
        "workers:jobs of acme-conductor 1.0 is failed: ValueError: no licence",
        "embedded:half of acme-conductor 1.0 is failed: ValueError: no licence",
        "CONDUCTOR_DISABLED_PLUGINS=acme-conductor",
        "transport:http3 is missing",
        "x is missing: x>=1 is required (environment CONDUCTOR_REQUIRED_PLUGINS) and not installed",
        "reads conductor.listener; did you mean 'conductor.listeners'",
    ):
        assert text in done.stdout, done.stdout


def test_a_driver_that_is_disabled_and_needed_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    _, findings = examined(capsys, "--disable-plugins", "http1", code=1)
    texts = [one["text"] for one in problems(findings)]
    assert any("transport:http1 of conductor-core" in text and "is needed" in text for text in texts)
    assert any("the server could not be asked" in text for text in texts)


def test_options_that_nobody_can_use_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "c.toml"
    file.write_text("[conductor.options.htp1]\n[conductor.options.http1]\nmax_body_bites = 1\n")
    monkeypatch.setenv("CONDUCTOR_CONFIG", str(file))
    _, findings = examined(capsys, "doctor", "--offline", code=1)
    options = [one for one in findings if one["topic"] == "options"]
    assert [one["verdict"] for one in options] == ["warning", "problem"]
    assert "options.htp1" in options[0]["text"]
    assert "did you mean 'http1'" in options[0]["text"]
    assert "unknown option http1.max_body_bites" in options[1]["text"]
    file.write_text("[conductor.options.http1]\nmax_body_bytes = 100000\n")
    _, findings = examined(capsys, "doctor", "--offline", code=0)
    assert [one["text"] for one in findings if one["topic"] == "options"] == ["read: http1"]
