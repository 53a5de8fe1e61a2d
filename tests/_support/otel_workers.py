"""Workers with spans and an instrumented HTTP client of their own, in a thread, on the loop and in a child process.

Only for a process of its own: all of httpx is instrumented where this is imported.
"""

from __future__ import annotations

import os

import httpx
from opentelemetry import trace
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor

from conductor_core import worker_task

HTTPXClientInstrumentor().instrument()


def _inside(task_type: str) -> trace.Span:
    return trace.get_tracer("shop").start_span(f"inside {task_type}", attributes={"pid": os.getpid()})


@worker_task("trace_thread", thread_count=2)
def in_thread(url: str) -> str:
    with trace.use_span(_inside("trace_thread"), end_on_exit=True):
        return httpx.get(f"{url}/trace_thread").text


@worker_task("trace_loop", thread_count=2)
async def on_the_loop(url: str) -> str:
    with trace.use_span(_inside("trace_loop"), end_on_exit=True):
        async with httpx.AsyncClient() as client:
            return (await client.get(f"{url}/trace_loop")).text


@worker_task("trace_child", isolation="process")
def in_a_child(url: str) -> str:
    with trace.use_span(_inside("trace_child"), end_on_exit=True):
        return httpx.get(f"{url}/trace_child").text
