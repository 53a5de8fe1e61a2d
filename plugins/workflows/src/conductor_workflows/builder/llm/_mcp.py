"""Tools behind the Model Context Protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Unpack

from conductor_workflows.builder._task import TaskBuilder, checked_name, given

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_workflows.builder._task import TaskOptions


class ListMcpToolsTask(TaskBuilder):
    """Lists the tools of a server.

    Args:
        task_ref_name: unique name of this task.
        mcp_server: its address.
        headers: header lines of the requests to it.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    TYPE: ClassVar[str] = "LIST_MCP_TOOLS"

    def __init__(
        self,
        task_ref_name: str,
        mcp_server: str,
        *,
        headers: Mapping[str, str] | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, **options)
        checked_name(mcp_server, f"mcp_server of task {task_ref_name!r}")
        self.input_map(given({"mcpServer": mcp_server, "headers": headers}))


class CallMcpToolTask(TaskBuilder):
    """Calls a tool of a server.

    Args:
        task_ref_name: unique name of this task.
        mcp_server: its address.
        method: name of the tool.
        arguments: what the tool gets, values or expressions.
        headers: header lines of the requests to it.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    TYPE: ClassVar[str] = "CALL_MCP_TOOL"

    def __init__(
        self,
        task_ref_name: str,
        mcp_server: str,
        method: str,
        arguments: Mapping[str, object] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, **options)
        checked_name(mcp_server, f"mcp_server of task {task_ref_name!r}")
        checked_name(method, f"method of task {task_ref_name!r}")
        call = {"mcpServer": mcp_server, "method": method, "arguments": dict(arguments or {}), "headers": headers}
        self.input_map(given(call))
