"""An agent that the server compiles and runs: deployed, given a schedule, run by its name and followed.

Runs on the open-source server too. With AGENT_MODEL, like ``openai/gpt-4o-mini``, it asks a model that the server has a key for.
"""

import os

from cluster import cluster

from conductor_agents import AgentConfig, AgentSchedule, AgentStartRequest

MODEL = os.environ.get("AGENT_MODEL", "openai/gpt-4o-mini")
MONDAYS = AgentSchedule(name="mondays", cron_expression="0 0 8 * * MON", prompt="What is new?", zone_id="Europe/Lisbon")


def main() -> None:
    """Take one agent from its deployment to its deletion."""
    helper = AgentConfig(name="example_helper", model=MODEL, instructions="Answer in one sentence.")
    with cluster() as conductor:
        agents = conductor.agents
        print("needs workers for:", agents.compile_agent(AgentStartRequest(agent_config=helper)).required_workers)
        agents.deploy_agent(AgentStartRequest(agent_config=helper))
        print("schedules:", agents.reconcile_agent_schedules("example_helper", [MONDAYS]).saved)
        if "AGENT_MODEL" in os.environ:
            question = AgentStartRequest(name="example_helper", prompt="What is a workflow?")
            started = agents.start_agent(question)
            for event in agents.stream_events(started.execution_id or ""):
                print(event.id, event.type)
            print(agents.wait_for_agent(started.execution_id or "").output)
        agents.reconcile_agent_schedules("example_helper", [])
        agents.delete_agent("example_helper")
        print("cleaned up")


if __name__ == "__main__":
    main()
