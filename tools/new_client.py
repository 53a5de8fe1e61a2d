"""Make the distribution of a new domain client: ``python -m tools.new_client NAME "what it is about"``.

It writes a folder below plugins/ with everything but the client's own words (methods and models), and adds the distribution
to the lists of pyproject.toml. Then run ``make install``; tests/contract compares the client with the OpenAPI document.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Final

from tools.distributions import ROOT

TEMPLATES: Final = Path(__file__).parent / "client_template"
LISTS: Final = re.compile(
    r'^((?:source_pkgs|forbidden_modules|modules|source_modules) = )\[("conductor_\w+", [^\]]*)\]$', re.MULTILINE
)
PATHS: Final = re.compile(r"^(mypy_path = )\[([^\]]*)\]$", re.MULTILINE)
ROOTS: Final = re.compile(r"^(root_packages = )\[\n([^\]]*)\]$", re.MULTILINE)


def files(name: str, about: str) -> dict[Path, str]:
    """Return the files of a new distribution, by their paths below its folder.

    Args:
        name: the client's name, such as ``service_registry``: ``conductor.service_registry``.
        about: what it is about, such as ``services and their circuit breakers``.
    """
    words = {
        "@NAME@": name,
        "@DASHED@": name.replace("_", "-"),
        "@CLASS@": "".join(word.capitalize() for word in name.removesuffix("s").split("_")),
        "@ABOUT@": about.rstrip("."),
        "@VERSION@": _version(),
        "@SERIES@": _version().rpartition(".")[0],
        "@NEXT@": _next_minor(_version()),
    }
    found: dict[Path, str] = {}
    for template in sorted(TEMPLATES.rglob("*.txt")):
        text = template.read_text(encoding="utf-8")
        path = template.relative_to(TEMPLATES).with_suffix("").as_posix().replace("_name_", name)
        for placeholder, word in words.items():
            text = text.replace(placeholder, word)
        found[Path(path)] = text
    return found


def listed(settings: str, name: str) -> str:
    """Return the root pyproject.toml with a distribution in the lists of all tools."""
    package, source = f'"conductor_{name}"', f'"plugins/{name}/src"'

    def inside(match: re.Match[str], entry: str) -> str:
        return f"{match[1]}[{', '.join(sorted({*match[2].split(', '), entry}))}]"

    settings = LISTS.sub(lambda match: inside(match, package), settings)
    settings = PATHS.sub(lambda match: inside(match, source), settings)
    return ROOTS.sub(lambda match: _block(match, package), settings)


def _block(match: re.Match[str], entry: str) -> str:
    entries = sorted({*(line.strip().rstrip(",") for line in match[2].splitlines()), entry})
    return f"{match[1]}[\n" + "".join(f"  {line},\n" for line in entries) + "]"


def _version() -> str:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r'^version = "(.*)"$', text, re.MULTILINE)
    return found[1] if found else "0.1.0"


def _next_minor(version: str) -> str:
    major, minor, _ = version.split(".")
    return f"{major}.{int(minor) + 1}"


def main() -> None:
    """Write the distribution."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="name of the client, such as service_registry")
    parser.add_argument("about", help="what it is about, for the descriptions")
    arguments = parser.parse_args()
    folder = ROOT / "plugins" / arguments.name
    if folder.exists() or not re.fullmatch(r"[a-z][a-z_]*[a-z]", arguments.name):
        parser.error(f"{arguments.name} exists, or is no name in lower case with underscores")
    for path, text in files(arguments.name, arguments.about).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    settings = ROOT / "pyproject.toml"
    settings.write_text(listed(settings.read_text(encoding="utf-8"), arguments.name), encoding="utf-8")
    print(f"wrote {folder.relative_to(ROOT)}; now write api.py and models.py, and run `make install`")


if __name__ == "__main__":
    main()
