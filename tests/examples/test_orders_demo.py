"""The orders example as its users see it: a program that is started, watched and interrupted."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from conductor_core.http import Request, Response
from tests._support.socket_server import served
from tools.distributions import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tools.real_server import RealServer

SECONDS = 240
HEADER = "order_id,customer,product,quantity,amount,card\n"
FEW = (
    "A-1,Ada,bell,2,69.00,4000 0000 0000 1000\n"
    "A-2,Ben,trident,1,9.00,4000 0000 0000 1000\n"
    "A-3,Cleo,rope,1,12.75,4000 0000 0000 0002\n"
    "A-4,Dara,rope,2,25.50,4000 0000 0000 0119\n"
    "A-5,Emil,rope,2,,4000 0000 0000 1000\n"
)


def _command(*arguments: str | os.PathLike[str]) -> list[str]:
    return [sys.executable, str(ROOT / "examples" / "orders" / "main.py"), *(os.fspath(word) for word in arguments)]


def _demo(*arguments: str | os.PathLike[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(*arguments), cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False
    )


def _tables(output: str) -> list[str]:
    """The two tables: all lines that hold neither times nor ids."""
    lines = output[output.index("outcome  ") :].splitlines()
    return [line for line in lines if not re.search(r" in \d|execution|conductor", line)]


def test_a_few_orders_and_the_command_to_look_at_one(tmp_path: Path) -> None:
    orders = tmp_path / "my.csv"
    orders.write_text(HEADER + FEW, encoding="utf-8")
    done = _demo("--orders", orders, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert _tables(done.stdout) == [
        "outcome                orders  demanded",
        "---------------------  ------  --------",
        "shipped                     1         1",
        "shipped after a retry       1         1",
        "rejected                    2         2",
        "failed                      1         1",
        "all                         5         5",
        "",
        "",
        "order  outcome   reason",
        "-----  --------  -------------------------",
        "A-2    rejected  unknown product 'trident'",
        "A-3    failed    card declined",
        "A-5    rejected  amount is missing",
        "",
    ]
    assert "\x1b" not in done.stdout
    assert (tmp_path / ".demo" / "orders.db").exists()
    _look_at_one(done.stdout, tmp_path)


def _look_at_one(output: str, cwd: Path) -> None:
    """The printed command works as it stands."""
    command = shlex.split(output.splitlines()[-1])
    shown = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)
    assert shown.returncode == 0, shown.stderr
    assert "COMPLETED" in shown.stdout
    assert "payment provider is busy" in shown.stdout


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "there is no such file."),
        ("", "the file is empty; its first line must name"),
        ("order_id,customer,product,quantity,card\nA-1,Ada,bell,2,4000\n", "the column amount is missing;"),
        (HEADER + "A-1,Ada,bell,2,69.00,4000,more\n", "line 2 holds 7 fields, but the first line names 6 columns."),
    ],
)
def test_a_broken_file_ends_in_one_sentence_and_exit_code_2(tmp_path: Path, content: str | None, sentence: str) -> None:
    orders = tmp_path / "my.csv"
    if content is not None:
        orders.write_text(content, encoding="utf-8")
    done = _demo("--orders", orders, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{orders}: {sentence}")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / ".demo").exists()


def test_a_server_that_is_not_there_ends_in_one_sentence(tmp_path: Path, free_port: int) -> None:
    orders = tmp_path / "my.csv"
    orders.write_text(HEADER + FEW, encoding="utf-8")
    done = _demo("--orders", orders, "--server", f"http://127.0.0.1:{free_port}/api", cwd=tmp_path)
    assert done.returncode == 1
    assert "failed" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_server_that_fails_in_the_middle_ends_in_one_sentence(tmp_path: Path) -> None:
    orders = tmp_path / "my.csv"
    orders.write_text(HEADER + FEW, encoding="utf-8")

    def answer(request: Request) -> Response:
        """Take everything, and then break down: one search fails, and the others are to come again later."""
        closing = {"Connection": "close"}
        if request.method == "POST":
            return Response(200, text="an-id", headers=closing)
        if "poll" in request.url.path:
            return Response(200, json=[], headers=closing)
        if "COMPLETED" in request.url.params.get("query", ""):
            return Response(500, json={"message": "the disk is full"}, headers=closing)
        return Response(429, headers=closing | {"Retry-After": "5"})

    with served(answer) as url:
        done = _demo("--orders", orders, "--server", url, cwd=tmp_path)
    assert done.returncode == 1
    assert "the disk is full" in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is a signal elsewhere")
def test_ctrl_c_ends_it_cleanly_and_the_orders_go_on_later(tmp_path: Path) -> None:
    orders = tmp_path / "my.csv"
    # Enough of them that not all can end between the first line of the demo and the signal.
    rows = "".join(f"A-{n},Ada,bell,2,69.00,4000 0000 0000 0341\n" for n in range(600))
    orders.write_text(HEADER + rows, encoding="utf-8")
    command = _command("--orders", orders)
    # A suite that runs in the background of a shell ignores Ctrl-C, and its children would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as demo:
        signal.signal(signal.SIGINT, before)
        killer = threading.Timer(SECONDS, demo.kill)
        killer.start()
        assert demo.stdout is not None
        while "0/600 orders" not in demo.stdout.readline():
            pass
        demo.send_signal(signal.SIGINT)
        _, complaint = demo.communicate()
        killer.cancel()
    assert demo.returncode == 130
    assert complaint.startswith("Interrupted: ")
    assert complaint.count("\n") == 1, complaint
    orders.write_text(HEADER + FEW, encoding="utf-8")
    assert _demo("--orders", orders, cwd=tmp_path).returncode == 0


@pytest.mark.slow
def test_all_orders_end_as_the_file_demands(tmp_path: Path) -> None:
    done = _demo(cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "all                       200       200" in done.stdout


@pytest.mark.slow
@pytest.mark.real_server
def test_both_servers_give_the_same_tables(tmp_path: Path, real_server: RealServer) -> None:
    embedded = _demo(cwd=tmp_path)
    real = _demo("--server", real_server.url, cwd=tmp_path)
    assert (embedded.returncode, real.returncode) == (0, 0), real.stderr
    assert _tables(embedded.stdout) == _tables(real.stdout)
    _look_at_one(real.stdout, tmp_path)
