"""Print the features of clients and builders that no test shows: ``python -m tools.features``."""

from __future__ import annotations

import csv

from tools.distributions import ROOT


def without_tests() -> dict[str, str]:
    """Return the ids of the rows of spec/client_rows.csv that name no test, with their notes."""
    with (ROOT / "spec" / "client_rows.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["note"] for row in csv.DictReader(file) if not row["tests"].strip()}


def main() -> None:
    """Print them."""
    for name, note in without_tests().items():
        print(f"{name}: {note or 'no test'}")


if __name__ == "__main__":
    main()
