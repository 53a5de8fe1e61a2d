"""A workflow that is built at run time and started without being registered.

python examples/dynamic_workflow.py COUNTRY...
"""

import sys

from conductor_core import Conductor, Settings, TaskHandler, worker_task
from conductor_workflows import ConductorWorkflow

CAPITALS = {"Norway": "Oslo", "Peru": "Lima", "Portugal": "Lisbon"}


@worker_task(task_definition_name="capital_of")
def capital_of(country: str) -> str:
    """Look one capital up."""
    return CAPITALS[country]


def build(countries: list[str]) -> ConductorWorkflow:
    """One task for each country, side by side."""
    workflow = ConductorWorkflow(name="capitals", version=1)
    lookups = {country: capital_of(task_ref_name=f"find_{country.lower()}", country=country) for country in countries}
    workflow.fork(list(lookups.values()))
    return workflow.output_parameters({country: lookup.output("result") for country, lookup in lookups.items()})


def main() -> None:
    """Run it for the countries on the command line."""
    settings = Settings(server_url="embedded://memory/capitals", transport="embedded")
    with Conductor(settings) as conductor, TaskHandler(settings, workers=[capital_of]):
        run = build(sys.argv[1:] or ["Norway", "Peru"]).execute(conductor)
        print(", ".join(f"{country}: {city}" for country, city in sorted(run.output.items())))


if __name__ == "__main__":
    main()
