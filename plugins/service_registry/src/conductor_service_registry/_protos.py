"""Proto files of gRPC services."""

from __future__ import annotations

from conductor_core import Api, Call, Face, delete, endpoint, get, post
from conductor_service_registry._services import HINT, PATH
from conductor_service_registry.models import ProtoRegistryEntry

_PROTO = f"{PATH}/protos/{{}}/{{}}"


class Protos(Api[Face]):
    """Proto files by service and file name."""

    @endpoint
    def get_proto_data(self, registry_name: str, filename: str) -> Call[bytes]:
        """Download a proto file."""
        return get(_PROTO, registry_name, filename, returns=bytes, hint=HINT)

    @endpoint
    def set_proto_data(self, registry_name: str, filename: str, data: bytes) -> Call[None]:
        """Upload a proto file, also over one of the same name."""
        return post(_PROTO, registry_name, filename, content=data, repeatable=True, hint=HINT)

    @endpoint
    def delete_proto(self, registry_name: str, filename: str) -> Call[None]:
        """Delete a proto file."""
        return delete(_PROTO, registry_name, filename, hint=HINT)

    @endpoint
    def get_all_protos(self, registry_name: str) -> Call[list[ProtoRegistryEntry]]:
        """List the proto files of a service."""
        return get(f"{PATH}/protos/{{}}", registry_name, returns=list[ProtoRegistryEntry], hint=HINT)
