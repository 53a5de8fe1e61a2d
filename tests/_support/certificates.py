"""Certificates for tests, made by the openssl program: an authority, and a server and a client that it vouches for."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Certificates:
    """The files of one authority in a folder."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Certificates:
        """Make all files; elliptic keys, since they take milliseconds."""
        made = cls(folder)
        made._sign_self("ca", "/CN=Test Authority")
        made._sign("server", "subjectAltName=IP:127.0.0.1,DNS:localhost")
        made._sign("client", "subjectAltName=DNS:worker")
        return made

    def path(self, name: str) -> str:
        """Return the path of ``ca.crt``, ``server.crt``, ``server.key``, ``client.crt`` or ``client.key``."""
        return str(self.folder / name)

    def server_context(self, *, client_needed: bool = False) -> ssl.SSLContext:
        """Return what a server needs; with ``client_needed`` it refuses clients without a certificate."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=self.path("ca.crt"))
        context.load_cert_chain(self.path("server.crt"), self.path("server.key"))
        context.verify_mode = ssl.CERT_REQUIRED if client_needed else ssl.CERT_NONE
        return context

    def _sign_self(self, name: str, subject: str) -> None:
        self._openssl(
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"),
            *("-subj", subject, "-keyout", self.path(f"{name}.key"), "-out", self.path(f"{name}.crt")),
            *("-addext", "keyUsage=critical,keyCertSign"),
        )

    def _sign(self, name: str, names: str) -> None:
        extensions, request = self.folder / f"{name}.ext", self.path(f"{name}.csr")
        extensions.write_text(f"{names}\nauthorityKeyIdentifier=keyid\n", encoding="utf-8")
        self._openssl(
            *("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}"),
            *("-keyout", self.path(f"{name}.key"), "-out", request),
        )
        self._openssl(
            *("x509", "-req", "-in", request, "-days", "2", "-extfile", str(extensions), "-CAcreateserial"),
            *("-CA", self.path("ca.crt"), "-CAkey", self.path("ca.key"), "-out", self.path(f"{name}.crt")),
        )

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=30)
