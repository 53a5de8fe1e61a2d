"""What authors of plugins check theirs with: it passes what keeps the contract, and says in one sentence what does not."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Api, Attempt, Call, Face, Flow, RetryPolicy, Settings, TransportFactory, endpoint, get
from conductor_core.builtin.standard_retry import StandardRetry
from conductor_core.contracts import check_auth, check_client, check_retry, check_transport
from conductor_core.http import AsyncBaseTransport, BaseTransport, HTTPTransport, MockTransport, Response
from conductor_transport_http2 import Http2Driver
from tests._support.strangers import KEY, Impatient, Never, SigningAuth, StampedTransport, TokenAuth, signature_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from conductor_core.http import Request

SETTINGS = Settings()


def signed(request: Request) -> bool:
    return bool(request.headers.get("x-signature") == signature_of(request))


def with_token(request: Request) -> bool:
    return bool(request.headers.get("x-token", "").startswith(KEY))


@pytest.mark.parametrize("kind", [StampedTransport, Http2Driver], ids=["stamped", "http2"])
def test_a_transport_that_keeps_the_contract_passes(kind: type[TransportFactory]) -> None:
    check_transport(kind, SETTINGS)


class Deaf(TransportFactory):
    """Answers by itself, whoever is asked."""

    name = "deaf"

    def sync_transport(self) -> BaseTransport:
        return MockTransport(lambda _request: Response(200, json={"text": "größe"}))

    def async_transport(self) -> AsyncBaseTransport:
        return MockTransport(lambda _request: Response(200, json={"text": "größe"}))


class Lossy(BaseTransport):
    """Loses what is sent."""

    def __init__(self) -> None:
        self._inner = HTTPTransport()

    def handle_request(self, request: Request) -> Response:
        return self._inner.handle_request(
            type(request)(request.method, request.url, headers={"Host": request.url.netloc.decode()}, json={})
        )

    def close(self) -> None:
        self._inner.close()


class LossyTransport(StampedTransport):
    name = "lossy"

    def sync_transport(self) -> BaseTransport:
        return Lossy()


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (LossyTransport, r"lossy \(sync\): a body does not come back"),
        (Deaf, r"deaf \(sync\): the request did not arrive as it was made, but as \[\]"),
    ],
)
def test_a_transport_that_does_not_is_told_what(kind: type[TransportFactory], sentence: str) -> None:
    with pytest.raises(AssertionError, match=sentence):
        check_transport(kind, SETTINGS)


def test_auths_that_keep_the_contract_pass() -> None:
    check_auth(SigningAuth, SETTINGS, accepts=signed, secrets=[KEY])
    check_auth(TokenAuth, SETTINGS, accepts=with_token, secrets=[KEY])


class OnceSigned(SigningAuth):
    """Forgets its signature on every second request."""

    name = "once"
    numbers = itertools.count()

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        if next(self.numbers) % 2:
            yield request
        else:
            yield from super().auth_flow(request)


class Stubborn(SigningAuth):
    """Asks again and again."""

    name = "stubborn"

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        request.headers["X-Signature"] = signature_of(request)
        for _ in range(3):
            response = yield request
            if response.status_code < 400:
                return


class Talkative(SigningAuth):
    name = "talkative"

    def __repr__(self) -> str:
        return f"Talkative({KEY!r})"


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (OnceSigned, "does not carry what the server accepts"),
        (Stubborn, r"stubborn \(sync\): after 401 the request was sent 3 times"),
        (Talkative, "a secret is shown"),
    ],
)
def test_an_auth_that_does_not_is_told_what(kind: type[SigningAuth], sentence: str) -> None:
    with pytest.raises(AssertionError, match=sentence):
        check_auth(kind, SETTINGS, accepts=signed, secrets=[KEY])


@pytest.mark.parametrize("kind", [StandardRetry, Impatient, Never])
def test_policies_that_keep_the_contract_pass(kind: type[RetryPolicy]) -> None:
    check_retry(kind, SETTINGS)


class Endless(RetryPolicy):
    name = "endless"

    def wait(self, attempt: Attempt) -> float | None:
        return None if attempt.status in {401, 403} else 1.0


class Refusing(RetryPolicy):
    name = "refusing"

    def wait(self, attempt: Attempt) -> float | None:
        return 1.0 if attempt.number == 1 else None


class Backwards(RetryPolicy):
    name = "backwards"

    def wait(self, attempt: Attempt) -> float | None:
        return -1.0 if attempt.number == 1 else None


class Moody(RetryPolicy):
    name = "moody"
    numbers = itertools.count()

    def wait(self, attempt: Attempt) -> float | None:
        return 1.0 if next(self.numbers) % 2 else None


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (Endless, "it has not given up after 200 tries"),
        (Refusing, "401 is sent again"),
        (Backwards, r"must give None or seconds, 0 or more, got -1\.0"),
        (Moody, "it must be a pure function"),
    ],
)
def test_a_policy_that_does_not_is_told_what(kind: type[RetryPolicy], sentence: str) -> None:
    with pytest.raises(AssertionError, match=sentence):
        check_retry(kind, SETTINGS)


class StockApi(Api[Face], name="stock_of_the_contract"):
    @endpoint
    def level(self, article: str) -> Call[int]:
        """Ask how many there are."""
        return get("/stock/{}", article, returns=int)

    @endpoint
    def both(self, article: str) -> Flow[int]:
        """Ask twice."""
        first = yield from StockApi.level.call(self, article)
        return first + (yield from StockApi.level.call(self, article))


class Undocumented(Api[Face], name="undocumented_of_the_contract"):
    @endpoint
    def level(self) -> Call[int]:
        return get("/stock", returns=int)


def test_a_client_is_checked_with_samples_of_its_arguments() -> None:
    check_client(StockApi, {"level": ("A-1",), "both": ("A-1",)})
    with pytest.raises(AssertionError, match="StockApi: no sample for both"):
        check_client(StockApi, {"level": ("A-1",)})
    with pytest.raises(AssertionError, match="there is no endpoint levle"):
        check_client(StockApi, {"level": ("A-1",), "both": ("A-1",), "levle": ()})
    with pytest.raises(AssertionError, match=r"Undocumented\.level: it has no docstring"):
        check_client(Undocumented, {"level": ()})
    empty: Any = type("EmptyApi", (Api,), {})
    with pytest.raises(AssertionError, match="it declares no @endpoint"):
        check_client(empty, {})
