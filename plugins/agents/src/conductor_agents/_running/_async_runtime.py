"""The agent runtime for asyncio programs."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Self, Unpack

from conductor_agents._dsl._agent import Agent
from conductor_agents._requests import AgentStartRequest
from conductor_agents._running._crew import Crew, handler_of
from conductor_agents._running._execution import AsyncAgentExecution
from conductor_agents._running._input import input_guardrails, judged_prompt
from conductor_agents._running._request import RunOptions, config_of, start_request
from conductor_agents._running._usage import usage_of
from conductor_core import AsyncConductor
from conductor_core.worker import serve_worker_async

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from types import TracebackType

    from conductor_agents._answers import AgentStartResponse, CompileResponse, TokenUsage
    from conductor_agents._events import AgentEvent
    from conductor_agents._running._result import AgentResult
    from conductor_core import Settings


class AsyncAgentRuntime:
    """Runs agents of an asyncio program; the awaitable twin of :class:`AgentRuntime`.

    ``async def`` tools run on the loop of the program. Use it as ``async with AsyncAgentRuntime() as runtime``.

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
        conductor: AsyncConductor | None = None,
        *,
        settings: Settings | None = None,
        concurrency: int | None = None,
        handle_signals: bool = False,
        **options: Any,
    ) -> None:
        self._owns = conductor is None
        self.conductor: AsyncConductor = AsyncConductor(settings) if conductor is None else conductor
        self._crew = Crew(self._usage, concurrency)
        self._serving = asyncio.Lock()
        self._handler = handler_of(self.conductor.plugins, handle_signals=handle_signals, options=options)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(
        self,
        agent: Agent | str,
        prompt: str,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - the name of the other face
        **options: Unpack[RunOptions],
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
        return await (await self.start(agent, prompt, **options)).wait(timeout)

    async def start(self, agent: Agent | str, prompt: str, **options: Unpack[RunOptions]) -> AsyncAgentExecution:
        """Start an agent and return at once.

        Raises:
            InputRefusedError: the prompt did not pass a guardrail.
        """
        prompt = await judged_prompt(input_guardrails(agent), prompt)
        request = start_request(agent, prompt, **options)
        if isinstance(agent, Agent):
            await self._serve(agent)
        started = await self.conductor.agents.start_agent(request)
        return self._execution(agent, started.execution_id or "")

    async def stream(
        self, agent: Agent | str, prompt: str, **options: Unpack[RunOptions]
    ) -> AsyncGenerator[AgentEvent, None]:
        """Start an agent, at the first step of the loop, and give what happens until it has ended.

        Raises:
            InputRefusedError: the prompt did not pass a guardrail.
        """
        execution = await self.start(agent, prompt, **options)
        async with contextlib.aclosing(execution.events()) as events:
            async for event in events:
                yield event

    async def plan(self, agent: Agent) -> CompileResponse:
        """Return the workflow that an agent is compiled to; nothing is stored, started or served."""
        return await self.conductor.agents.compile_agent(AgentStartRequest(agent_config=config_of(agent)))

    async def deploy(self, *agents: Agent) -> list[AgentStartResponse]:
        """Store agents on the server, for starts by their names; nothing is started or served."""
        requests = [AgentStartRequest(agent_config=config_of(agent)) for agent in agents]
        return [await self.conductor.agents.deploy_agent(request) for request in requests]

    async def serve(self, *agents: Agent, deploy: bool = True) -> None:
        """Serve the workers of agents for runs that others start; :meth:`join` waits.

        Args:
            agents: the agents.
            deploy: store them on the server, too.
        """
        for agent in agents:
            await self._serve(agent)
        if deploy:
            await self.deploy(*agents)

    async def join(self) -> None:
        """Wait until the workers have ended, by a signal for instance."""
        await self._handler.wait()

    async def resume(self, execution_id: str, agent: Agent) -> AsyncAgentExecution:
        """Serve an execution that another process started, or this one before it was restarted; a paused one goes on.

        Args:
            execution_id: the execution.
            agent: the agent whose execution it is.
        """
        await self._serve(agent)
        execution = self._execution(agent, execution_id)
        if (await execution.status()).status == "PAUSED":
            await execution.resume()
        return execution

    async def shutdown(self) -> None:
        """Let running tasks finish, stop the workers and close the connection; executions go on at the server."""
        try:
            if self._handler.is_started:
                await self._handler.__aexit__(None, None, None)
        finally:
            if self._owns:
                await self.conductor.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.shutdown()

    def _execution(self, agent: Agent | str, execution_id: str) -> AsyncAgentExecution:
        output_type = agent.output_type if isinstance(agent, Agent) else None
        return AsyncAgentExecution(self.conductor, execution_id, output_type)

    async def _serve(self, agent: Agent) -> None:
        self._loop = asyncio.get_running_loop()
        async with self._serving:
            for worker in self._crew.missing(agent):
                await serve_worker_async(self._handler, worker)
            if not self._handler.is_started:
                await self._handler.__aenter__()

    def _usage(self, execution_id: str) -> TokenUsage:
        """Ask from the thread of a worker; the connection belongs to the loop."""
        if self._loop is None:
            raise RuntimeError("no agent is served yet")
        return asyncio.run_coroutine_threadsafe(self.conductor.run(usage_of(execution_id)), self._loop).result()
