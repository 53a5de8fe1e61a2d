"""Write spec/open-source-openapi.json: the operations that only the open-source server has, from one that runs.

``python -m tools.open_source_openapi``; it starts the pinned server, with its skills switched on.
"""

from __future__ import annotations

import http.client
import json
from typing import Any, Final, TypeAlias

from conductor_core._json import is_array, is_object
from tools.distributions import ROOT
from tools.real_server import VERSION, running

Json: TypeAlias = dict[str, Any]
PATH: Final = ROOT / "spec" / "open-source-openapi.json"
TAGS: Final = {"a-2-a-callback-resource", "agent-controller", "skill-controller"}
SECONDS: Final = 30


def main() -> None:
    """Start the server, ask it and write what it says."""
    known: Json = json.loads((ROOT / "spec" / "orkes-openapi.json").read_text(encoding="utf-8"))
    with running() as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
        connection.request("GET", "/api-docs")
        document: Json = json.load(connection.getresponse())
        connection.close()
    PATH.write_text(json.dumps(part_of(document, known), indent=1) + "\n", encoding="utf-8")


def part_of(document: Json, known: Json) -> Json:
    """Return the operations of :data:`TAGS` with the schemas they need, without those that another document has."""
    paths = {path: _wanted(verbs) for path, verbs in sorted(document["paths"].items()) if _wanted(verbs)}
    schemas: Json = {}
    _collect(paths, document["components"]["schemas"], known["components"]["schemas"], schemas)
    return {
        "openapi": document["openapi"],
        "info": {"title": "What only the open-source server has", "version": VERSION},
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _wanted(verbs: Json) -> Json:
    return {verb: operation for verb, operation in verbs.items() if operation["tags"][0] in TAGS}


def _collect(part: object, schemas: Json, known: Json, found: Json) -> None:
    """Put every schema that a part names into ``found``, with those that it names itself."""
    if is_array(part):
        for item in part:
            _collect(item, schemas, known, found)
    elif is_object(part):
        name = str(part.get("$ref", "")).rpartition("/")[2]
        if name and name not in known and name not in found:
            found[name] = schemas[name]
            _collect(schemas[name], schemas, known, found)
        _collect(list(part.values()), schemas, known, found)


if __name__ == "__main__":
    main()
