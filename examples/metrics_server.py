"""Workers with an HTTP port that shows their health, and their metrics for Prometheus.

python examples/metrics_server.py          # needs conductor-metrics-otel[prometheus]
"""

import urllib.request

from conductor_core import Conductor, Settings, TaskHandler, worker_task
from conductor_workflows import ConductorWorkflow


@worker_task(task_definition_name="weigh")
def weigh(parcel: str) -> int:
    """Weigh a parcel."""
    return len(parcel)


def main() -> None:
    """Run one task, and read what a scrape would read."""
    settings = Settings(
        server_url="embedded://memory/metrics",
        transport="embedded",
        health_port=0,  # a free port
        options={"otel": {"prometheus": True}},
    )
    workflow = ConductorWorkflow(name="parcels", version=1)
    workflow >>= weigh(task_ref_name="weigh_ref", parcel="books")
    with Conductor(settings) as conductor, TaskHandler(settings, workers=[weigh]) as handler:
        print(workflow.execute(conductor).status)
        page = f"http://127.0.0.1:{handler.health_port}"
        with urllib.request.urlopen(f"{page}/livez") as answer:  # noqa: S310 - a page of this program
            print("alive:", answer.status)
        with urllib.request.urlopen(f"{page}/metrics") as answer:  # noqa: S310 - the same
            lines = answer.read().decode().splitlines()
    print(any(line.startswith('task_execution_started_total{taskType="weigh"}') for line in lines))


if __name__ == "__main__":
    main()
