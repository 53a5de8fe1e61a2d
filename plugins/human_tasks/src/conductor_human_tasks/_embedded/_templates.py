"""Forms, by name and version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_embedded.routing import InvalidRequest, NotFound
from conductor_human_tasks._embedded._work import Document, as_object, as_objects, whole

if TYPE_CHECKING:
    from conductor_embedded import EngineApi

_COLLECTION: Final = "human_tasks.templates"
_TAGS: Final = "human_tasks.template_tags"


class TemplateStore:
    """Keeps forms where the engine keeps everything."""

    def __init__(self, engine: EngineApi) -> None:
        self._documents = engine.documents(_COLLECTION)
        self._tags = engine.documents(_TAGS)
        self._now_ms = engine.now_ms

    def find(self, name: str | None = None, version: int | None = None) -> list[Document]:
        """Return forms by name and version, all where nothing is named."""
        found = [
            template
            for template in self._documents.items().values()
            if name in (None, template["name"]) and version in (None, template["version"])
        ]
        return [
            {**template, "tags": self.tags(str(template["name"]))}
            for template in sorted(found, key=lambda item: (str(item["name"]), whole(item["version"])))
        ]

    def get(self, name: str, version: int | None) -> Document:
        """Return one form; without a version, or of version 0, the newest.

        Raises:
            NotFound: there is none.
        """
        found = self.find(name, version or None)
        if not found:
            shown = f"version {version}" if version else "any version"
            raise NotFound(f"No template {name} of {shown}")
        return found[-1]

    def for_task(self, values: Document) -> Document | None:
        """Return the form that a human task's definition names, None where there is none."""
        named = as_object(as_object(values).get("userFormTemplate"))
        if not named.get("name"):
            return None
        found = self.find(str(named["name"]), whole(named.get("version")) or None)
        return found[-1] if found else None

    def save(self, template: Document, *, is_new_version: bool) -> Document:
        """Store a form in place of its version, or as a new version of its name.

        Raises:
            InvalidRequest: it has no name, or something in it is of a wrong type.
        """
        name = template.get("name")
        if not isinstance(name, str) or not name.strip():
            raise InvalidRequest("name of a template must be text that is not empty")
        for field in ("jsonSchema", "templateUI"):
            if not isinstance(template.get(field, {}), dict):
                raise InvalidRequest(f"{field} of template {name} must be an object")
        versions = [whole(known["version"]) for known in self.find(name)]
        version = max(versions, default=0) + 1 if is_new_version else whole(template.get("version")) or 1
        if version < 1:
            raise InvalidRequest(f"version of template {name} must be 1 or more, got {version}")
        key, now = _key(name, version), self._now_ms()
        before = self._documents.get(key) or {}
        kept = {key: value for key, value in template.items() if key != "tags"}
        empty: Document = {"jsonSchema": {}, "templateUI": {}}
        stored: Document = {**empty, **kept, "version": version, "updateTime": now}
        stored["createTime"] = before.get("createTime", now)
        self._documents.put(key, stored)
        if "tags" in template:
            self.set_tags(name, as_objects(template["tags"]))
        return {**stored, "tags": self.tags(name)}

    def delete(self, name: str, version: int | None = None) -> None:
        """Forget a form, or one version of it.

        Raises:
            NotFound: there is none.
        """
        found = self.find(name, version)
        if not found:
            self.get(name, version)
        for template in found:
            self._documents.delete(_key(name, whole(template["version"])))
        if not self.find(name):
            self._tags.delete(name)

    def tags(self, name: str) -> list[Document]:
        """Return the tags of a form."""
        return as_objects((self._tags.get(name) or {}).get("tags"))

    def set_tags(self, name: str, tags: list[Document]) -> None:
        """Set the tags of a form."""
        self._tags.put(name, {"tags": tags})

    def remove_tags(self, name: str, tags: list[Document]) -> None:
        """Remove tags of a form."""
        gone = [(tag.get("key"), tag.get("value")) for tag in tags]
        self.set_tags(name, [tag for tag in self.tags(name) if (tag.get("key"), tag.get("value")) not in gone])


def _key(name: str, version: int) -> str:
    return f"{version}:{name}"
