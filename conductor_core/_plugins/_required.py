"""Plugins that a project requires: distributions with versions, checked against what is installed and allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core._plugins._catalog import canonical
from conductor_core._plugins._filter import refusal
from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from conductor_core._plugins._catalog import Catalog
    from conductor_core.settings import Settings


def unmet(settings: Settings, catalog: Catalog) -> dict[str, str]:
    """Return the required distributions that are missing, of another version, or disabled, each with a sentence.

    Raises:
        ConfigurationError: ``required_plugins`` holds something that is no requirement.
    """
    found: dict[str, str] = {}
    for text in settings.required_plugins:
        requirement = _parsed(text, settings)
        if requirement.marker is None or requirement.marker.evaluate():
            why = _unmet(requirement, settings, catalog)
            if why:
                found[canonical(requirement.name)] = f"{text} is required ({settings.source('required_plugins')}) {why}"
    return found


def _parsed(text: str, settings: Settings) -> Requirement:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - few programs require plugins

    try:
        return Requirement(text)
    except InvalidRequirement:
        source = settings.source("required_plugins")
        raise ConfigurationError(
            f"required_plugins ({source}) must be like acme-conductor>=2,<3, got {text!r}"
        ) from None


def _unmet(requirement: Requirement, settings: Settings, catalog: Catalog) -> str:
    version = catalog.version_of(requirement.name)
    wanted = f"pip install '{requirement.name}{requirement.specifier}'"
    if version is None:
        return f"and not installed: {wanted}"
    if not requirement.specifier.contains(version, prereleases=True):
        return f"and {version} is installed: {wanted}"
    for offer in catalog.offers_of(requirement.name):
        refused = refusal(offer, settings, catalog)
        if refused:
            return f"and its {offer.plugin_name} is {refused}"
    return ""
