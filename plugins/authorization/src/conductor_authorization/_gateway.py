"""How callers of the API gateway are let in."""

from __future__ import annotations

from conductor_authorization._hint import HINT
from conductor_authorization.models import GatewayAuthConfig
from conductor_core import Api, Call, Face, delete, endpoint, get, post, put


class Gateway(Api[Face]):
    """Authentication configurations of the API gateway."""

    @endpoint
    def create_gateway_auth_config(self, config: GatewayAuthConfig) -> Call[GatewayAuthConfig]:
        """Make a configuration."""
        return post("/gateway/config/auth", body=config, returns=GatewayAuthConfig, hint=HINT)

    @endpoint
    def get_gateway_auth_config(self, config_id: str) -> Call[GatewayAuthConfig]:
        """Fetch one configuration."""
        return get("/gateway/config/auth/{}", config_id, returns=GatewayAuthConfig, hint=HINT)

    @endpoint
    def list_gateway_auth_configs(self) -> Call[list[GatewayAuthConfig]]:
        """Fetch all configurations."""
        return get("/gateway/config/auth", returns=list[GatewayAuthConfig], hint=HINT)

    @endpoint
    def update_gateway_auth_config(self, config_id: str, config: GatewayAuthConfig) -> Call[GatewayAuthConfig]:
        """Change a configuration."""
        return put("/gateway/config/auth/{}", config_id, body=config, returns=GatewayAuthConfig, hint=HINT)

    @endpoint
    def delete_gateway_auth_config(self, config_id: str) -> Call[None]:
        """Delete a configuration."""
        return delete("/gateway/config/auth/{}", config_id, hint=HINT)
