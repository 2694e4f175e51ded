"""TLS: a client that knows the certificate connects, one that does not refuses, and bad files are named."""

from __future__ import annotations

import hashlib
import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from server.domain.errors import Unprocessable
from server.system import clock, tls
from server.system.settings import load

if TYPE_CHECKING:
    from pathlib import Path

    from server.system.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings with a self-signed certificate that is not made yet."""
    return load(tmp_path, {}, {"server.tls": "self-signed", "server.listen": "127.0.0.1:0"})


def shake_hands(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> tuple[str | None, bytes]:
    """Connect over loopback and return the version agreed on and the server's certificate."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                server.wrap_socket(connection, server_side=True).close()
            except (ssl.SSLError, ConnectionError):
                return

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        with socket.create_connection(listener.getsockname()) as plain, client.wrap_socket(plain, server_hostname=name) as secure:
            return secure.version(), secure.getpeercert(binary_form=True) or b""
    finally:
        thread.join()
        listener.close()


def context(settings: Settings) -> ssl.SSLContext:
    """Return the server's context, which must be there."""
    made = tls.server_context(settings)
    assert made is not None
    return made


def test_off_means_no_encryption_and_no_files(tmp_path: Path) -> None:
    assert tls.server_context(load(tmp_path, {})) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", socket.gethostname()])
def test_a_client_that_has_the_certificate_connects_by_every_name(settings: Settings, name: str) -> None:
    server = context(settings)
    certificate, _ = tls.certificate_files(settings)
    version, shown = shake_hands(server, ssl.create_default_context(cafile=certificate), name)
    assert version == "TLSv1.3"
    assert tls.fingerprint(certificate) == hashlib.sha256(shown).digest().hex(":").upper()


def test_a_client_that_does_not_know_the_certificate_refuses(settings: Settings) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(context(settings), ssl.create_default_context(), "localhost")


@pytest.mark.parametrize("oldest", ["1.3", "1.2"])
def test_tls_1_2_is_spoken_where_that_is_chosen_and_nothing_older(tmp_path: Path, oldest: str) -> None:
    settings = load(tmp_path, {}, {"server.tls": "self-signed", "server.tls_minimum": oldest})
    server = context(settings)
    client = ssl.create_default_context(cafile=tls.certificate_files(settings)[0])
    assert shake_hands(server, client, "localhost")[0] == "TLSv1.3"
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    if oldest == "1.2":
        assert shake_hands(server, client, "localhost")[0] == "TLSv1.2"
    else:
        with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
            shake_hands(server, client, "localhost")
    assert server.minimum_version == tls.OLDEST[oldest]


def test_the_certificate_is_kept_until_it_has_ended_and_then_made_anew(settings: Settings) -> None:
    certificate, key = tls.certificate_files(settings)
    context(settings)
    first = tls.fingerprint(certificate)
    assert tls.days_left(certificate) == tls.DAYS - 2
    context(settings)
    assert tls.fingerprint(certificate) == first
    with clock.frozen(clock.now_ms() + tls.DAYS * tls.DAY_MS):
        assert tls.days_left(certificate) < 0
        context(settings)
        assert tls.fingerprint(certificate) != first
        assert tls.days_left(certificate) > 800
    key.unlink()
    context(settings)


def test_the_key_is_for_its_owner_alone_and_on_the_curve_p_256(settings: Settings) -> None:
    context(settings)
    certificate, key = tls.certificate_files(settings)
    assert key.stat().st_mode & 0o777 == 0o600
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    assert private.curve.name == "secp256r1"
    made = x509.load_pem_x509_certificate(certificate.read_bytes())
    assert (made.not_valid_after_utc - made.not_valid_before_utc).days <= 825


def test_the_certificate_names_what_it_listens_on_and_its_public_name(tmp_path: Path) -> None:
    given = {"server.tls": "self-signed", "server.listen": "[::]:8443", "server.public_url": "https://crm.example.com"}
    settings = load(tmp_path, {}, given)
    context(settings)
    made = x509.load_pem_x509_certificate(settings.folder.tls_certificate.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {"crm.example.com", "localhost"} <= set(names.get_values_for_type(x509.DNSName))
    assert "::" not in {str(address) for address in names.get_values_for_type(x509.IPAddress)}


def files(tmp_path: Path, certificate: Path, key: Path) -> Settings:
    """Return settings that name the operator's own files."""
    return load(tmp_path, {}, {"server.tls": "files", "server.tls_certificate": str(certificate), "server.tls_key": str(key)})


def test_own_files_are_used_where_they_lie(tmp_path: Path, settings: Settings) -> None:
    context(settings)
    certificate, key = tls.certificate_files(settings)
    own = files(tmp_path, certificate, key)
    _, shown = shake_hands(context(own), ssl.create_default_context(cafile=certificate), "localhost")
    assert x509.load_der_x509_certificate(shown).subject.rfc4514_string() == "CN=Junction"


def test_replaced_files_are_taken_over_once_they_belong_together(tmp_path: Path) -> None:
    certificate, key, other, foreign = (tmp_path / name for name in ("one.pem", "one.key", "other.pem", "other.key"))
    tls.create_self_signed(certificate, key, [])
    own = files(tmp_path, certificate, key)
    server, renewals = context(own), tls.Renewals()
    renewals.add(server, own)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    first = shake_hands(server, client, "localhost")[1]
    assert not renewals.look()
    tls.create_self_signed(other, foreign, [])
    other.replace(certificate)
    with pytest.raises(Unprocessable, match="does not belong"):
        renewals.look()
    assert not renewals.look(), "it is said once"
    assert shake_hands(server, client, "localhost")[1] == first
    foreign.replace(key)
    assert renewals.look()
    assert shake_hands(server, client, "localhost")[1] not in {first, b""}
    key.unlink()
    with pytest.raises(Unprocessable, match="cannot be read"):
        renewals.look()


def test_each_fault_of_the_files_is_named(tmp_path: Path) -> None:
    one, key, other, foreign = (tmp_path / name for name in ("one.pem", "one.key", "other.pem", "other.key"))
    tls.create_self_signed(one, key, [])
    tls.create_self_signed(other, foreign, [])
    locked, junk = tmp_path / "locked.key", tmp_path / "junk"
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    locked.write_bytes(
        private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"hunter2"))
    )
    junk.write_bytes(b"\xffjunk")
    for certificate, its_key, sentence in (
        (tmp_path / "absent", key, "certificate .*absent cannot be read: No such file"),
        (one, tmp_path / "absent", "key .*absent cannot be read: No such file"),
        (one, foreign, "does not belong to the certificate"),
        (junk, key, "not a certificate chain"),
        (one, junk, "not a certificate chain"),
        (one, locked, "unencrypted key"),
    ):
        with pytest.raises(Unprocessable, match=sentence) as refused:
            tls.server_context(files(tmp_path, certificate, its_key))
        assert refused.value.stable_code == "tls_unusable"
    for path in (junk, tmp_path / "absent", key):
        with pytest.raises(Unprocessable):
            tls.fingerprint(path)
        with pytest.raises(Unprocessable):
            tls.days_left(path)


def test_the_first_certificate_of_a_chain_counts(tmp_path: Path) -> None:
    one, other, chain = tmp_path / "one.pem", tmp_path / "other.pem", tmp_path / "chain.pem"
    tls.create_self_signed(one, tmp_path / "k1", [])
    tls.create_self_signed(other, tmp_path / "k2", [])
    chain.write_text("a comment\n" + one.read_text() + other.read_text())
    assert tls.fingerprint(chain) == tls.fingerprint(one)


def test_a_certificate_with_broken_content_is_refused_by_name(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text(f"{ssl.PEM_HEADER}\nAAAA\n{ssl.PEM_FOOTER}\n")
    with pytest.raises(Unprocessable, match=r"broken\.pem cannot be read"):
        tls.days_left(broken)
