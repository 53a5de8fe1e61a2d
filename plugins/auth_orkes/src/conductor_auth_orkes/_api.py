"""The token operation as a client, for programs that want a token of their own."""

from __future__ import annotations

from conductor_auth_orkes._models import GeneratedToken, GenerateTokenRequest
from conductor_core import Api, Call, Face, endpoint, post

_OPEN_SOURCE = "Conductor OSS asks nobody who they are: no token is needed there"


class TokenApi(Api[Face], name="token"):
    """Exchanges key pairs: ``conductor.client(TokenApi).generate_token(key_id, key_secret).token``."""

    @endpoint
    def generate_token(self, key_id: str, key_secret: str) -> Call[GeneratedToken]:
        """Exchange a key pair for a token.

        Args:
            key_id: id of an application's access key.
            key_secret: its secret.
        """
        body = GenerateTokenRequest(key_id=key_id, key_secret=key_secret)
        return post("/token", body=body, returns=GeneratedToken, repeatable=True, hint=_OPEN_SOURCE)
