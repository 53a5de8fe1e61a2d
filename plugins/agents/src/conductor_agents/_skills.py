"""Skills: registered, looked at, deployed as agents and deleted."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from conductor_agents._answers import AgentStartResponse
from conductor_agents._skill_documents import SkillDetail, SkillFileContent, SkillSummary
from conductor_core import Api, Call, Face, delete, endpoint, get, post

if TYPE_CHECKING:
    from conductor_agents._skill_documents import SkillDeployRequest, SkillManifest

_ONE: Final = "/skills/{}/versions/{}"
_HINT: Final = "servers keep skills once they are started with agentspan.skills.enabled=true"


class Skills(Api[Face]):
    """Skills by name and version; the version ``latest`` and the beginning of a checksum are understood too."""

    @endpoint
    def register_skill(self, package: bytes, manifest: SkillManifest) -> Call[SkillDetail]:
        """Store a package as a version of a skill; the same package of the same version again changes nothing.

        Args:
            package: a zip archive with a SKILL.md at its top, as ``pack_skill`` makes it from a folder.
            manifest: version, models and the like.

        Raises:
            BadRequestError: it is no such package, or the version has another one already.
        """
        media_type, content = _multipart(package, json.dumps(manifest.to_wire()))
        return post(
            "/skills/register",
            content=content,
            media_type=media_type,
            returns=SkillDetail,
            repeatable=True,
            hint=_HINT,
        )

    @endpoint
    def list_skills(self, *, all_versions: bool = False) -> Call[list[SkillSummary]]:
        """List all skills, in their latest versions unless told otherwise."""
        return get("/skills", query={"allVersions": all_versions}, returns=list[SkillSummary], hint=_HINT)

    @endpoint
    def get_skill(self, name: str) -> Call[SkillDetail]:
        """Return the latest version of a skill.

        Raises:
            BadRequestError: there is no such skill.
        """
        return get("/skills/{}", name, returns=SkillDetail, hint=_HINT)

    @endpoint
    def get_skill_version(self, name: str, version: str) -> Call[SkillDetail]:
        """Return one version of a skill.

        Raises:
            BadRequestError: there is no such skill.
        """
        return get(_ONE, name, version, returns=SkillDetail, hint=_HINT)

    @endpoint
    def get_skill_file(self, name: str, version: str, path: str) -> Call[SkillFileContent]:
        """Return one file of a package; the server refuses large ones, which ``download_skill`` has."""
        return get(f"{_ONE}/files", name, version, query={"path": path}, returns=SkillFileContent, hint=_HINT)

    @endpoint
    def download_skill(self, name: str, version: str) -> Call[bytes]:
        """Return the package as it was registered: a zip archive."""
        return get(f"{_ONE}/package", name, version, returns=bytes, hint=_HINT)

    @endpoint
    def deploy_skill(self, name: str, version: str, request: SkillDeployRequest) -> Call[AgentStartResponse]:
        """Store an agent of the skill's name that is made from it; the answer names the task types of its scripts."""
        return post(f"{_ONE}/deploy", name, version, body=request, returns=AgentStartResponse, hint=_HINT)

    @endpoint
    def delete_skill(self, name: str, version: str) -> Call[None]:
        """Delete one version of a skill; agents that were deployed from it stay."""
        return delete(_ONE, name, version, hint=_HINT)


def _multipart(package: bytes, manifest: str) -> tuple[str, bytes]:
    """Return type and body of a form with both; what stands between them is in neither, since it is made from both."""
    from conductor_core import http  # noqa: PLC0415 - who only builds calls needs none of it

    boundary = hashlib.sha256(package + manifest.encode()).hexdigest()
    media_type = f"multipart/form-data; boundary={boundary}"
    form = http.Request(
        "POST",
        "http://form",
        headers={"content-type": media_type},
        data={"manifest": manifest},
        files={"package": ("skill.zip", package, "application/zip")},
    )
    return media_type, form.read()
