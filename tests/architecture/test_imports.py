"""Who may import whom."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests._support.sources import product_sources, sources_of
from tools.distributions import Distribution, distributions

CORE, *PLUGINS = distributions()
PLUGIN_NAMES = {plugin.import_name for plugin in PLUGINS}


def test_the_core_imports_no_plugin_but_for_types_where_clients_are_named() -> None:
    allowed = {"conductor_core/_clients.py", "conductor_core/factories/_clients.py"}
    wrong = [
        f"{source.name}:{line.line} {line.module}"
        for source in sources_of(CORE.source)
        for line in source.imports
        if line.top in PLUGIN_NAMES and not (source.name in allowed and line.type_checking)
    ]
    assert wrong == []


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_a_plugin_imports_no_other_plugin(plugin: Distribution) -> None:
    server_half = f"/{plugin.import_name}/_embedded/"
    wrong = [
        f"{source.name}:{line.line} {line.module}"
        for source in sources_of(plugin.source)
        for line in source.imports
        if line.top in PLUGIN_NAMES - {plugin.import_name}
        and not (server_half in f"/{source.name}" and line.top == "conductor_embedded")
    ]
    assert wrong == []


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_a_plugin_uses_no_private_module_of_the_core(plugin: Distribution) -> None:
    wrong = [
        f"{source.name}:{line.line} {line.module}"
        for source in sources_of(plugin.source)
        for line in source.imports
        if line.top == CORE.import_name and any(part.startswith("_") for part in line.module.split("."))
    ]
    assert wrong == []


def test_one_module_imports_httpx() -> None:
    users = {source.name for source in product_sources() for line in source.imports if line.top == "httpx"}
    assert users == {"conductor_core/http.py"}


CLIENT_ONLY = """
import sys
from conductor_core import Conductor, Settings
with Conductor(Settings(server_url="http://127.0.0.1:9/api")):
    pass
print(*sorted(name for name in sys.modules if name.startswith("conductor_core.worker")))
"""


def test_a_client_imports_no_module_of_the_worker() -> None:
    assert _run(CLIENT_ONLY) == ""


QUIET = """
import logging, os, sys, threading
reads = []
def watch(event, arguments):
    if event.startswith("socket."):
        reads.append(event)
class Watched(type(os.environ)):
    def __getitem__(self, key):
        if str(key).startswith("CONDUCTOR"):
            reads.append(key)
        return super().__getitem__(key)
sys.addaudithook(watch)
os.environ.__class__ = Watched
handlers = list(logging.getLogger().handlers)
import {module}
assert threading.active_count() == 1, threading.enumerate()
assert logging.getLogger().handlers == handlers
print(*reads)
"""


@pytest.mark.parametrize("distribution", distributions(), ids=lambda distribution: distribution.name)
def test_importing_does_nothing(distribution: Distribution) -> None:
    assert _run(QUIET.format(module=distribution.import_name)) == ""


def _run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
