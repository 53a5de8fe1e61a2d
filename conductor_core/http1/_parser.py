"""From bytes to one answer: llhttp with the limits and the end of a message added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from conductor_core.http import RemoteProtocolError

if TYPE_CHECKING:
    from conductor_core.http1._options import Http1Options

_VERSIONS: Final = {"1.1": b"HTTP/1.1", "1.0": b"HTTP/1.0"}
_SWITCHING_PROTOCOLS: Final = 101
_FIRST_STATUS: Final = 100
_FIRST_FINAL_STATUS: Final = 200


class Answer(NamedTuple):
    """One complete answer as it came over the wire: headers in order and case of the server, body still encoded."""

    status: int
    reason: bytes
    version: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes


class _RefusedError(Exception):
    """Raised inside a callback of the parser; its text is what the caller is told."""


class AnswerParser:
    """Parses the answers of one connection, one after the other.

    ``reusable`` says after a complete answer whether the connection may carry another request: the server keeps it
    open, the message had an end of its own, and nothing followed it.
    """

    __slots__ = (
        "_body",
        "_body_bytes",
        "_head_bytes",
        "_head_done",
        "_headers",
        "_is_spent",
        "_no_body",
        "_options",
        "_parser",
        "_reason",
        "_refusal",
        "_status",
        "_trailer_bytes",
        "_version",
        "answer",
        "reusable",
        "started",
    )

    def __init__(self, options: Http1Options) -> None:
        self._options = options
        self._is_spent = True
        self.begin(no_body=False)

    def begin(self, *, no_body: bool) -> None:
        """Expect a new answer; ``no_body`` for one to HEAD, whose headers describe a body that is not sent."""
        if self._is_spent:
            self._parser = HttpResponseParser(self)
            self._is_spent = False
        self._no_body = no_body
        self._head_bytes = self._body_bytes = self._trailer_bytes = self._status = 0
        self._head_done = False
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._reason = b""
        self._version = b"HTTP/1.1"
        self._refusal: _RefusedError | None = None
        self.answer: Answer | None = None
        self.reusable = False
        self.started = False

    @property
    def body_bytes(self) -> int:
        """Bytes of the body so far."""
        return self._body_bytes

    def feed(self, data: bytes | memoryview) -> Answer | None:
        """Take what was received, and keep no reference to it; return the answer once it is complete.

        Raises:
            RemoteProtocolError: this is not HTTP/1.1, or above a limit.
        """
        self.started = True
        if not self._head_done:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self.reusable = False  # what follows a complete answer spoils the connection, not the answer
            if self.answer is None:
                raise RemoteProtocolError(self._reason_of(error)) from error
        if not self._head_done and self._head_bytes > self._options.max_head_bytes:
            raise RemoteProtocolError(self._too_large_head())
        return self.answer

    def end(self) -> Answer:
        """Take the end of the stream; return the answer when its body lasts until then.

        Raises:
            RemoteProtocolError: the server closed the connection before the answer was complete.
        """
        if self.answer is None and self._head_done and self._lasts_until_close():
            self._complete()
            self.reusable = False
        if self.answer is not None:
            return self.answer
        if not self.started:
            raise RemoteProtocolError("the server closed the connection without an answer")
        where = f"after {self._body_bytes} bytes of the body" if self._head_done else "in the middle of the headers"
        raise RemoteProtocolError(f"the server closed the connection {where}")

    # Callbacks of httptools, in the order of a message.

    def on_message_begin(self) -> None:
        """A message begins; after a complete answer it is one that nobody asked for."""
        if self.answer is not None:
            self.reusable = False
            raise _RefusedError("bytes after the answer")

    def on_status(self, reason: bytes) -> None:
        """A piece of the reason phrase."""
        self._reason += reason

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header, or one trailer, which nobody reads."""
        if not self._head_done:
            self._headers.append((name, value))
            return
        self._trailer_bytes += len(name) + len(value)
        if self._trailer_bytes > self._options.max_head_bytes:
            self._refuse(self._too_large_head())

    def on_headers_complete(self) -> None:
        """The head is complete: interim, refused, or what the caller waits for."""
        status = self._status = self._parser.get_status_code()
        version = _VERSIONS.get(self._parser.get_http_version())
        if version is None or status < _FIRST_STATUS:
            self._refuse("the server's answer is not HTTP/1.1")
        if self._head_bytes > self._options.max_head_bytes:
            self._check_head()
        if status < _FIRST_FINAL_STATUS:
            if status == _SWITCHING_PROTOCOLS:
                self._refuse("the server switches protocols, which was not asked for")
            return
        self._version = version
        self._head_done = True
        if self._no_body:
            # llhttp cannot be told that no body follows: it waits for one, and the next answer needs another parser.
            self._is_spent = True
            self._complete()
            self.reusable = self._parser.should_keep_alive()

    def on_body(self, data: bytes) -> None:
        """A piece of the body, without the framing of chunks."""
        if self.answer is not None:
            self.reusable = False  # a body after an answer that has none
            return
        self._body_bytes += len(data)
        if self._body_bytes > self._options.max_body_bytes:
            self._refuse(f"the answer's body is above the limit of {self._options.max_body_bytes} bytes")
        self._body.append(data)

    def on_message_complete(self) -> None:
        """The message is complete; an interim one is forgotten."""
        if self._head_done:
            if self.answer is None:
                self._complete()
                self.reusable = self._parser.should_keep_alive()
            return
        self._headers = []
        self._reason = b""

    def _complete(self) -> None:
        body = self._body
        content = body[0] if len(body) == 1 else b"".join(body)
        self.answer = Answer(self._status, self._reason, self._version, self._headers, content)

    def _lasts_until_close(self) -> bool:
        codings = b""
        for name, value in self._headers:
            lower = name.lower()
            if lower == b"content-length":
                return False
            if lower == b"transfer-encoding":
                codings = value.lower()
        return codings.rpartition(b",")[2].strip() != b"chunked"

    def _check_head(self) -> None:
        """One read may hold head and body: count what belongs to the head."""
        if sum(len(name) + len(value) + 4 for name, value in self._headers) > self._options.max_head_bytes:
            self._refuse(self._too_large_head())

    def _too_large_head(self) -> str:
        return f"the answer's headers are above the limit of {self._options.max_head_bytes} bytes"

    def _refuse(self, reason: str) -> NoReturn:
        self._refusal = _RefusedError(reason)
        raise self._refusal

    def _reason_of(self, error: Exception) -> str:
        if self._refusal is not None:
            return str(self._refusal)
        if isinstance(error, HttpParserUpgrade):
            return "the server switches protocols, which was not asked for"
        return f"the server's answer is not HTTP/1.1: {error}"
