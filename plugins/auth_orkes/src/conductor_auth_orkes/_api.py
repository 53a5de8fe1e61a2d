"""The token operation as a client, for programs that want a token of their own."""

from __future__ import annotations

from typing import Any

from conductor_core import Api, Call, Face, endpoint, post


class TokenApi(Api[Face], name="token"):
    """Exchanges key pairs: ``conductor.client(TokenApi).generate_token(key_id, key_secret)["token"]``."""

    @endpoint
    def generate_token(self, key_id: str, key_secret: str) -> Call[dict[str, Any]]:
        """Exchange a key pair for a token; the answer holds it as ``token``."""
        return post("/token", body={"keyId": key_id, "keySecret": key_secret}, returns=dict[str, Any], repeatable=True)
