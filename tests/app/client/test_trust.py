"""Trust: a pinned certificate is accepted and no other one is; nothing is ever sent without one of the two checks."""

from __future__ import annotations

import datetime as dt
import hashlib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.client import trust
from app.client.cancellation import Cancellation
from app.client.errors import Untrusted
from app.client.transport import Request, Transport


@dataclass
class Listener:
    url: str
    fingerprint: str
    asked: list[str]


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    """Return a server with a certificate that it made itself."""
    fingerprint = make_certificate(tmp_path)
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(str(self.headers.get("Authorization")))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Listener(f"https://127.0.0.1:{server.server_address[1]}", fingerprint, asked)
    server.shutdown()
    server.server_close()
    thread.join()


def make_certificate(folder: Path) -> str:
    """Write a certificate and its key; return its fingerprint."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "appliance")])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    certificate = builder.not_valid_before(now).not_valid_after(now + dt.timedelta(days=1)).sign(key, hashes.SHA256())
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(encoding, form, serialization.NoEncryption()))
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()


@pytest.mark.criterion("desktop-10")
def test_the_pinned_certificate_is_accepted(listener: Listener) -> None:
    answer = Transport(listener.url, listener.fingerprint, "key").send(Request("GET", "/"), Cancellation())
    assert (answer.status, listener.asked) == (200, ["Bearer key"])


@pytest.mark.criterion("desktop-10")
@pytest.mark.parametrize("pin", [None, "0" * 64])
def test_an_unknown_and_a_changed_certificate_are_refused_before_anything_is_sent(listener: Listener, pin: str | None) -> None:
    with pytest.raises(Untrusted):
        Transport(listener.url, pin, "key").send(Request("GET", "/"), Cancellation())
    assert listener.asked == []


@pytest.mark.criterion("desktop-10")
def test_what_is_shown_to_compare_is_what_is_pinned(listener: Listener) -> None:
    assert trust.shown_by(listener.url) == listener.fingerprint
    assert trust.normalised(trust.grouped(listener.fingerprint)) == listener.fingerprint


@pytest.mark.criterion("desktop-10")
def test_verification_is_off_only_where_a_fingerprint_is_pinned() -> None:
    assert trust.session(None).verify is True
    pinned = trust.session("ab" * 32)
    assert pinned.verify is False
    assert isinstance(pinned.get_adapter("https://x"), trust.PinnedAdapter)
    places = [path for path in Path("app").rglob("*.py") if "verify = False" in path.read_text(encoding="utf-8")]
    assert places == [Path("app/client/trust.py")]


def test_a_fingerprint_that_is_none_is_refused() -> None:
    with pytest.raises(Untrusted):
        trust.normalised("12:34")


@pytest.mark.parametrize(
    ("url", "safe"),
    [("https://a.example", True), ("http://127.0.0.1:8080", True), ("http://localhost", True), ("http://[::1]:1", True), ("http://a.example", False)],
)
def test_what_can_be_read_on_the_way_is_known(url: str, safe: bool) -> None:
    assert trust.is_encrypted_or_local(url) is safe
