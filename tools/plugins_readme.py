"""Write plugins/README.md from the pyproject.toml of every distribution; a test says when it has drifted."""

from __future__ import annotations

from tools.distributions import ROOT, Distribution, distributions

TARGET = ROOT / "plugins" / "README.md"
INTRODUCTION = """\
# Distributions

Each folder here is one distribution that can be installed, replaced or left out on its own. All of them depend on
conductor-core and on no other plugin. This page is written by `make docs` from their pyproject.toml files.

| distribution | import name | what it adds | entry points | extras |
|---|---|---|---|---|
"""


def page() -> str:
    """The whole page, one row for each distribution."""
    return INTRODUCTION + "".join(map(_row, distributions()))


def _row(distribution: Distribution) -> str:
    points = [
        f"`{group}`: {', '.join(sorted(names))}" for group, names in sorted(distribution.entry_points.items()) if names
    ]
    cells = (
        distribution.name,
        f"`{distribution.import_name}`",
        distribution.description.rstrip("."),
        "<br>".join(points) or "-",
        ", ".join(f"`{extra}`" for extra in sorted(distribution.extras)) or "-",
    )
    return f"| {' | '.join(cells)} |\n"


def main() -> None:
    """Write the page."""
    TARGET.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
