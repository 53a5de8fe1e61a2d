"""What the project itself offers: built-in plugins, and which distribution to install for a name that is missing."""

from __future__ import annotations

from typing import Final

CORE: Final = "conductor-core"

AUTH: Final = "conductor.auth"
TRANSPORT: Final = "conductor.transport"
RETRY: Final = "conductor.retry"
CLIENTS: Final = "conductor.clients"
COMMANDS: Final = "conductor.commands"
LISTENERS: Final = "conductor.listeners"
WORKERS: Final = "conductor.workers"
GENERAL: Final = "conductor.plugins"
EMBEDDED: Final = "conductor.embedded"
IN_CODE: Final = "code"
HOOKSPECS: Final = "conductor.hookspecs"
OPTIONS: Final = "conductor.options"
NO_PLUGINS: Final = (HOOKSPECS, OPTIONS)  # what distributions declare there is read, and never listed or disabled
READ_BY_CORE: Final = (AUTH, TRANSPORT, RETRY, CLIENTS, COMMANDS, LISTENERS, WORKERS, GENERAL)
GROUPS: Final = (*READ_BY_CORE, EMBEDDED)

DRIVER_HOOKS: Final = {
    AUTH: "conductor_register_auth",
    TRANSPORT: "conductor_register_transport",
    RETRY: "conductor_register_retry",
}
REGISTER_HOOKS: Final = DRIVER_HOOKS | {CLIENTS: "conductor_register_client", COMMANDS: "conductor_register_command"}
LISTENER_HOOK: Final = "conductor_on_"
MAKING_LISTENERS: Final = "conductor_register_listeners"

# Registered by the same call as entry points of other distributions: (group, name, module).
BUILTINS: Final = (
    (AUTH, "basic", "conductor_core.builtin.basic_auth"),
    (AUTH, "bearer", "conductor_core.builtin.bearer_auth"),
    (AUTH, "none", "conductor_core.builtin.no_auth"),
    (TRANSPORT, "http1", "conductor_core.builtin.http1_transport"),
    (TRANSPORT, "httpx", "conductor_core.builtin.httpx_transport"),
    (RETRY, "standard", "conductor_core.builtin.standard_retry"),
    (LISTENERS, "logging", "conductor_core.builtin.logging_listener"),
    (COMMANDS, "config", "conductor_core.cli._config"),
    (COMMANDS, "doctor", "conductor_core.cli._doctor"),
    (COMMANDS, "plugins", "conductor_core.cli._plugins"),
    (COMMANDS, "top", "conductor_core.cli._top"),
    (COMMANDS, "worker", "conductor_core.worker._command"),
)

# Shown by `conductor --help`, so that a line of help costs no import.
COMMAND_HELP: Final = {
    "agent": "start agents, follow and answer them, and look at their executions",
    "config": "show the settings that hold, and where each of them came from",
    "doctor": "look for what is wrong with settings, plugins and the connection, and say what to do",
    "human": "work on people's tasks: list, claim, fill in and complete them",
    "migrate": "change the import lines of programs that were written for conductor-python",
    "plugins": "list plugins with their states and reasons; check a wheel; begin a new one",
    "server": "serve the embedded engine for development",
    "top": "show what running workers do",
    "worker": "run the task workers of modules",
    "workflow": "start workflows, and look at executions",
}

CLIENT_NAMES: Final = (
    "admin",
    "agents",
    "applications",
    "authorization",
    "events",
    "human_tasks",
    "integrations",
    "metadata",
    "prompts",
    "schedules",
    "schemas",
    "secrets",
    "service_registry",
    "tasks",
    "webhooks",
    "workflows",
)

_DISTRIBUTIONS: Final = {
    (AUTH, "orkes"): "conductor-auth-orkes",
    (CLIENTS, "token"): "conductor-auth-orkes",
    (TRANSPORT, "http2"): "conductor-transport-http2",
    (TRANSPORT, "httpx-http2"): "conductor-transport-http2",
    (TRANSPORT, "embedded"): "conductor-embedded",
    (COMMANDS, "agent"): "conductor-agents",
    (COMMANDS, "human"): "conductor-human-tasks",
    (COMMANDS, "migrate"): "conductor-migration",
    (COMMANDS, "server"): "conductor-embedded",
    (COMMANDS, "workflow"): "conductor-workflows",
}

# Sections of options that the core reads; distributions declare theirs as entry points of the group OPTIONS.
OPTION_SECTIONS: Final = frozenset({"http1"})


def distribution_for(group: str, name: str) -> str | None:
    """Return the distribution of this project that offers a name, or None when none does."""
    if group == CLIENTS and name in CLIENT_NAMES:
        return f"conductor-{name.replace('_', '-')}"
    return _DISTRIBUTIONS.get((group, name))


def own_distributions() -> frozenset[str]:
    """Return the names of this project's distributions that are known without looking at what is installed."""
    return frozenset({CORE, *_DISTRIBUTIONS.values(), *(str(distribution_for(CLIENTS, name)) for name in CLIENT_NAMES)})


def covers(group: str, hook: str) -> bool:
    """Tell whether a plugin that was loaded through a group is asked through a hook.

    One module may stand behind several groups. What settings allow it in one of them says nothing about the others, so
    a module that is loaded as a driver does not become a wrapper by the way.
    """
    if group in REGISTER_HOOKS:
        return hook == REGISTER_HOOKS[group]
    if group == LISTENERS:
        return hook.startswith(LISTENER_HOOK) or hook == MAKING_LISTENERS
    # Hooks of a group that another distribution reads carry the group's name.
    return group in (GENERAL, IN_CODE) or hook.startswith(f"{group.replace('.', '_')}_")
