"""Tools that the server calls over HTTP itself: one request, the operations of an API, the tools of an MCP server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from conductor_agents._dsl._checks import check_at_least, check_declared, check_text
from conductor_agents._dsl._tool import ToolDefinition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Document: TypeAlias = dict[str, Any]

_JSON: Final = "application/json"
_MAX_TOOLS: Final = 64


def http_tool(
    name: str,
    description: str,
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    input_schema: Document | None = None,
    accept: Sequence[str] = (_JSON,),
    content_type: str = _JSON,
    credentials: Sequence[str] = (),
) -> ToolDefinition:
    """Let the model make one HTTP request; the server sends it.

    Args:
        name: what the model calls it by.
        description: what the model reads about it.
        url: where the request goes.
        method: its verb.
        headers: its headers; ``${NAME}`` stands for a credential, which the server puts in when it sends.
        input_schema: JSON schema of the arguments, which become the body.
        accept: media types of the answer.
        content_type: media type of the body.
        credentials: names that ``headers`` mention.

    Raises:
        InvalidArgumentError: a header names a credential that is not declared.
    """
    check_text("url of an HTTP tool", url)
    check_declared(headers or {}, credentials)
    return ToolDefinition(
        name=name,
        description=description,
        tool_type="http",
        input_schema=input_schema or {"type": "object", "properties": {}},
        config={
            "url": url,
            "method": method.upper(),
            "headers": dict(headers or {}),
            "accept": list(accept),
            "contentType": content_type,
        },
        credentials=tuple(credentials),
    )


def api_tool(
    url: str,
    *,
    name: str = "api_tools",
    description: str | None = None,
    headers: Mapping[str, str] | None = None,
    tool_names: Sequence[str] | None = None,
    max_tools: int = _MAX_TOOLS,
    credentials: Sequence[str] = (),
) -> ToolDefinition:
    """Offer the operations of a described API; the server reads the description when a run starts, and calls them.

    Args:
        url: the description: OpenAPI, Swagger or a Postman collection.
        name: what the group is called.
        description: what the group is; a standard text when None.
        headers: headers of each request; ``${NAME}`` stands for a credential.
        tool_names: the operations to offer; all when None.
        max_tools: with more than these, a model picks those that fit the prompt first.
        credentials: names that ``headers`` mention.

    Raises:
        InvalidArgumentError: a header names a credential that is not declared.
    """
    check_text("url of an API tool", url)
    config: Document = {"url": url} | _found_at_run_time(headers, tool_names, max_tools, credentials)
    return ToolDefinition(
        name=name,
        description=f"API tools from {url}" if description is None else description,
        tool_type="api",
        input_schema={},
        config=config,
        credentials=tuple(credentials),
    )


def mcp_tool(
    server_url: str,
    *,
    name: str = "mcp_tools",
    description: str | None = None,
    headers: Mapping[str, str] | None = None,
    tool_names: Sequence[str] | None = None,
    max_tools: int = _MAX_TOOLS,
    credentials: Sequence[str] = (),
) -> ToolDefinition:
    """Offer the tools of an MCP server; the Conductor server lists them when a run starts, and calls them.

    Args:
        server_url: the MCP server.
        name: what the group is called.
        description: what the group is; a standard text when None.
        headers: headers of each request; ``${NAME}`` stands for a credential.
        tool_names: the tools to offer; all when None.
        max_tools: with more than these, a model picks those that fit the prompt first.
        credentials: names that ``headers`` mention.

    Raises:
        InvalidArgumentError: a header names a credential that is not declared.
    """
    check_text("server_url of an MCP tool", server_url)
    config: Document = {"server_url": server_url} | _found_at_run_time(headers, tool_names, max_tools, credentials)
    return ToolDefinition(
        name=name,
        description=f"MCP tools from {server_url}" if description is None else description,
        tool_type="mcp",
        input_schema={},
        config=config,
        credentials=tuple(credentials),
    )


def _found_at_run_time(
    headers: Mapping[str, str] | None, tool_names: Sequence[str] | None, max_tools: int, credentials: Sequence[str]
) -> Document:
    check_declared(headers or {}, credentials)
    check_at_least("max_tools", max_tools, 1)
    return {
        **({"headers": dict(headers)} if headers else {}),
        **({"tool_names": list(tool_names)} if tool_names is not None else {}),
        "max_tools": max_tools,
    }
