"""A model asks a server of tools about the weather. Needs: an Orkes cluster with a model, and MCP_SERVER, such a server."""

import os

from llm_support import names, run

from conductor_workflows import (
    CallMcpToolTask,
    ChatMessage,
    ConductorWorkflow,
    ListMcpToolsTask,
    LlmChatCompleteTask,
    Role,
)

SERVER = os.environ.get("MCP_SERVER", "http://localhost:3001/mcp")


def main() -> None:
    """List the tools, let the model choose one, call it."""
    workflow = ConductorWorkflow(name="mcp_weather", version=1)
    tools = ListMcpToolsTask("tools", SERVER)
    wish = f"Choose a tool and its arguments as JSON from {tools.output('tools')} for: {workflow.input('question')}"
    choose = LlmChatCompleteTask("choose", *names(), messages=[ChatMessage(Role.USER, wish)], json_output=True)
    call = CallMcpToolTask("call", SERVER, str(choose.output("result.tool")))
    call.input_parameter("arguments", choose.output("result.arguments"))
    steps = (workflow >> tools >> choose >> call).output_parameters({"answer": call.output()})
    run(steps, question="How is the weather in Lisbon?")


if __name__ == "__main__":
    main()
