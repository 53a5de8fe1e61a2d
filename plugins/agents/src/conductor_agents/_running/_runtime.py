"""The agent runtime for code that blocks."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Self, Unpack

from conductor_agents._dsl._agent import Agent
from conductor_agents._requests import AgentStartRequest
from conductor_agents._running._crew import Crew, handler_of
from conductor_agents._running._execution import AgentExecution
from conductor_agents._running._input import input_guardrails, judged_prompt_now
from conductor_agents._running._request import RunOptions, config_of, start_request
from conductor_agents._running._usage import usage_of
from conductor_core import Conductor
from conductor_core.worker import serve_worker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from conductor_agents._answers import AgentStartResponse, CompileResponse, TokenUsage
    from conductor_agents._events import AgentEvent
    from conductor_agents._running._result import AgentResult
    from conductor_core import Settings


class AgentRuntime:
    """Runs agents of this program: it serves their workers, starts executions and waits for them.

    ::

        with AgentRuntime() as runtime:
            result = runtime.run(helper, "Where is order 7?", timeout=60)
            print(result.require().answer)

    Workers are served from the first run of an agent on, by one task handler on a thread of its own.

    Args:
        conductor: the connection; one of its own, made from the settings, when None.
        settings: where the server is, when no conductor is given; resolved from the environment when None.
        concurrency: tasks of each worker at the same time; 1 when None.
        handle_signals: stop at SIGTERM and SIGINT, for :meth:`serve`.
        options: further keywords of the task handler, such as ``event_listeners``.

    Raises:
        ConfigurationError: a setting cannot be used.
    """

    def __init__(
        self,
        conductor: Conductor | None = None,
        *,
        settings: Settings | None = None,
        concurrency: int | None = None,
        handle_signals: bool = False,
        **options: Any,
    ) -> None:
        self._owns = conductor is None
        self.conductor: Conductor = Conductor(settings) if conductor is None else conductor
        self._crew = Crew(self._usage, concurrency)
        self._serving = threading.Lock()
        self._handler = handler_of(self.conductor.plugins, handle_signals=handle_signals, options=options)

    def run(
        self, agent: Agent | str, prompt: str, *, timeout: float | None = None, **options: Unpack[RunOptions]
    ) -> AgentResult:
        """Run an agent to its end.

        Args:
            agent: an agent of this program, or the name of a deployed one, whose workers run somewhere else.
            prompt: what it is asked.
            timeout: seconds to wait at most; None waits for as long as it takes.
            options: see :class:`RunOptions`.

        Raises:
            InputRefusedError: the prompt did not pass a guardrail.
            WaitTimeoutError: it has not ended in time; it goes on.
        """
        return self.start(agent, prompt, **options).wait(timeout)

    def start(self, agent: Agent | str, prompt: str, **options: Unpack[RunOptions]) -> AgentExecution:
        """Start an agent and return at once.

        Raises:
            InputRefusedError: the prompt did not pass a guardrail.
        """
        prompt = judged_prompt_now(input_guardrails(agent), prompt)
        request = start_request(agent, prompt, **options)
        if isinstance(agent, Agent):
            self._serve(agent)
        started = self.conductor.agents.start_agent(request)
        return self._execution(agent, started.execution_id or "")

    def stream(self, agent: Agent | str, prompt: str, **options: Unpack[RunOptions]) -> Iterator[AgentEvent]:
        """Start an agent and give what happens until it has ended.

        Raises:
            InputRefusedError: the prompt did not pass a guardrail.
        """
        return self.start(agent, prompt, **options).events()

    def plan(self, agent: Agent) -> CompileResponse:
        """Return the workflow that an agent is compiled to; nothing is stored, started or served."""
        return self.conductor.agents.compile_agent(AgentStartRequest(agent_config=config_of(agent)))

    def deploy(self, *agents: Agent) -> list[AgentStartResponse]:
        """Store agents on the server, for starts by their names; nothing is started or served."""
        requests = [AgentStartRequest(agent_config=config_of(agent)) for agent in agents]
        return [self.conductor.agents.deploy_agent(request) for request in requests]

    def serve(self, *agents: Agent, deploy: bool = True) -> None:
        """Serve the workers of agents for runs that others start; :meth:`join` waits.

        Args:
            agents: the agents.
            deploy: store them on the server, too.
        """
        for agent in agents:
            self._serve(agent)
        if deploy:
            self.deploy(*agents)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the workers have ended, by a signal for instance.

        Args:
            timeout: seconds to wait at most; None waits for as long as it takes.

        Returns:
            Whether they have.
        """
        return self._handler.join(timeout)

    def resume(self, execution_id: str, agent: Agent) -> AgentExecution:
        """Serve an execution that another process started, or this one before it was restarted; a paused one goes on.

        Args:
            execution_id: the execution.
            agent: the agent whose execution it is.
        """
        self._serve(agent)
        execution = self._execution(agent, execution_id)
        if execution.status().status == "PAUSED":
            execution.resume()
        return execution

    def shutdown(self) -> None:
        """Let running tasks finish, stop the workers and close the connection; executions go on at the server."""
        try:
            if self._handler.is_started:
                self._handler.stop()
        finally:
            if self._owns:
                self.conductor.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()

    def _execution(self, agent: Agent | str, execution_id: str) -> AgentExecution:
        output_type = agent.output_type if isinstance(agent, Agent) else None
        return AgentExecution(self.conductor, execution_id, output_type)

    def _serve(self, agent: Agent) -> None:
        with self._serving:
            for worker in self._crew.missing(agent):
                serve_worker(self._handler, worker)
            if not self._handler.is_started:
                self._handler.start()

    def _usage(self, execution_id: str) -> TokenUsage:
        return self.conductor.run(usage_of(execution_id))
