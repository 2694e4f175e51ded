"""Encryption by the appliance itself: a self-signed certificate with a fingerprint to compare, or the operator's own files.

A self-signed certificate is made once and kept, since clients pin its fingerprint; it is made anew only when it has ended.
"""

from __future__ import annotations

import hashlib
import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from server.domain.errors import Unprocessable
from server.system import clock
from server.system.paths import exclusively, make_private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography import x509

    from server.system.settings import Settings

DAYS: Final = 825
"""The longest that Apple's systems accept from a certificate of one's own: https://support.apple.com/en-us/103769."""
WILDCARDS: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - recognised here, never listened on
DAY_MS: Final = 86_400_000
OLDEST: Final = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


def server_context(settings: Settings) -> ssl.SSLContext | None:
    """Return what the listener encrypts with, None when TLS is off; makes the self-signed certificate when there is none.

    Raises Unprocessable (`tls_unusable`) with what is wrong with which file.
    """
    if settings.server.tls == "off":
        return None
    certificate, key = certificate_files(settings)
    if settings.server.tls == "self-signed":
        _ensure_self_signed(certificate, key, settings)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # TLS 1.3 is taken whenever both sides speak it.
    context.minimum_version = OLDEST[settings.server.tls_minimum]
    _load(context, certificate, key)
    if settings.server.tls_client_ca:
        _accept_clients(context, Path(settings.server.tls_client_ca))
    return context


class Renewals:
    """Contexts of listeners, kept in step with their files: who connects after these were replaced is shown the new certificate."""

    def __init__(self) -> None:
        """Keep none yet."""
        self._kept: list[tuple[ssl.SSLContext, Path, Path]] = []
        self._seen: dict[Path, tuple[int, ...]] = {}

    def add(self, context: ssl.SSLContext, settings: Settings) -> None:
        """Keep a context that was just made from these settings."""
        certificate, key = certificate_files(settings)
        self._kept.append((context, certificate, key))
        self._seen |= {path: _stamp(path) for path in (certificate, key)}

    def look(self) -> bool:
        """Take over what was replaced, and tell whether anything was.

        Raises Unprocessable, once for each change, for files that do not belong together; the certificate from before then stays.
        """
        now = {path: _stamp(path) for path in self._seen}
        changed = {path for path, stamp in now.items() if stamp != self._seen[path]}
        self._seen = now
        wanted = [one for one in self._kept if changed.intersection(one[1:])]
        for _, certificate, key in wanted:
            _load(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), certificate, key)
        for context, certificate, key in wanted:
            _load(context, certificate, key)
        return bool(wanted)


def _stamp(path: Path) -> tuple[int, ...]:
    """Return what differs once a file was replaced or written; empty while it is not there."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _accept_clients(context: ssl.SSLContext, authorities: Path) -> None:
    """Ask clients for a certificate, and check the chain of one that is shown; none has to be."""
    try:
        context.load_verify_locations(cadata=_readable("list of authorities", authorities).decode("ascii", "replace"))
    except (ssl.SSLError, ValueError) as error:
        raise _unusable(f"{authorities} holds no certificates in PEM.") from error
    context.verify_mode = ssl.CERT_OPTIONAL


def certificate_files(settings: Settings) -> tuple[Path, Path]:
    """Return where the certificate and its key lie, or will lie, by these settings."""
    if settings.server.tls == "files":
        return Path(settings.server.tls_certificate), Path(settings.server.tls_key)
    return settings.folder.tls_certificate, settings.folder.tls_key


def create_self_signed(certificate: Path, key: Path, hosts: Iterable[str]) -> None:
    """Make a key (P-256, mode 600) and a certificate for these hosts, this machine's name and localhost."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    signed = _builder(hosts).public_key(private.public_key()).sign(private, hashes.SHA256())
    # Without the old certificate, a crash between the two files leaves no pair that does not fit.
    certificate.unlink(missing_ok=True)
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    write_private(key, private.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain))
    write_private(certificate, signed.public_bytes(encoding))


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of the first certificate in a PEM file, as browsers show it. Raises Unprocessable."""
    return hashlib.sha256(_der(path)).digest().hex(":").upper()


def days_left(path: Path) -> int:
    """Return whole days until the first certificate in a PEM file ends, below zero when it has. Raises Unprocessable."""
    from cryptography import x509

    try:
        ends = x509.load_der_x509_certificate(_der(path)).not_valid_after_utc
    except ValueError as error:
        raise _unusable(f"The certificate {path} cannot be read: {error}.") from error
    return (int(ends.timestamp() * 1000) - clock.now_ms()) // DAY_MS


def _ensure_self_signed(certificate: Path, key: Path, settings: Settings) -> None:
    make_private_folder(certificate.parent)
    with exclusively(certificate.parent):
        if not (certificate.exists() and key.exists() and days_left(certificate) >= 0):
            create_self_signed(certificate, key, [settings.server.host, urlsplit(settings.server.public_url).hostname or ""])


def _builder(hosts: Iterable[str]) -> x509.CertificateBuilder:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Junction")])
    # A day back, because the clocks of clients differ.
    begins = datetime.fromtimestamp(clock.now_ms() // 1000, UTC) - timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, serial_number=x509.random_serial_number())
    return (
        builder.not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName(_alternative_names(hosts)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )


def _alternative_names(hosts: Iterable[str]) -> list[x509.GeneralName]:
    from cryptography import x509

    wanted = dict.fromkeys([*hosts, socket.gethostname(), "localhost", "127.0.0.1", "::1"])
    names: list[x509.GeneralName] = []
    for host in wanted:
        if host in WILDCARDS or not host.isascii():
            continue
        try:
            names.append(x509.IPAddress(ip_address(host)))
        except ValueError:
            names.append(x509.DNSName(host))
    return names


def _load(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    for what, path in (("certificate", certificate), ("key", key)):
        _readable(what, path)
    try:
        # An encrypted key would be asked for on the terminal; the empty password refuses it instead.
        context.load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise _unusable(f"The key {key} does not belong to the certificate {certificate}.") from error
        raise _unusable(f"{certificate} and {key} are not a certificate chain and an unencrypted key in PEM ({error.reason}).") from error


def _readable(what: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unusable(f"The {what} {path} cannot be read: {error.strerror}.") from error


def _der(path: Path) -> bytes:
    text = _readable("certificate", path).decode("ascii", "replace")
    begins, ends = text.find(ssl.PEM_HEADER), text.find(ssl.PEM_FOOTER)
    try:
        return ssl.PEM_cert_to_DER_cert(text[begins : ends + len(ssl.PEM_FOOTER)])
    except ValueError as error:
        raise _unusable(f"{path} holds no certificate in PEM.") from error


def _unusable(detail: str) -> Unprocessable:
    return Unprocessable(detail, code="tls_unusable")
