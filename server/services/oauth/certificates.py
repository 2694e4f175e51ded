"""Client certificates (RFC 8705): what of one a client registers, and whether the one it shows is that.

The door believes only a certificate of its own TLS connection, or one that a trusted proxy passes on. With
`self_signed_tls_client_auth` the certificate's fingerprint has to be registered; with `tls_client_auth` whoever ended the TLS
connection has checked the chain, and the subject has to be the registered one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

BY_CERTIFICATE: Final = frozenset({"tls_client_auth", "self_signed_tls_client_auth"})
BOUND: Final = "tls_client_certificate_bound_access_tokens"


def from_header(text: str) -> bytes | None:
    """Return the DER of a certificate that a proxy passes on: RFC 9440 (`:base64:`) or percent-encoded PEM as nginx writes it."""
    plain = unquote(text).strip()
    if plain.startswith("-----BEGIN CERTIFICATE-----"):
        body = plain.removeprefix("-----BEGIN CERTIFICATE-----").partition("-----END")[0]
    elif plain.startswith(":") and plain.endswith(":"):
        body = plain[1:-1]
    else:
        return None
    try:
        return base64.b64decode("".join(body.split()), validate=True) or None
    except binascii.Error:
        return None


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 of a DER certificate as RFC 8705 writes it (x5t#S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(certificate).digest()).rstrip(b"=").decode()


def binds(method: str, metadata: Mapping[str, Any]) -> bool:
    """Tell whether a client's tokens are good only beside its certificate (section 3): it proves itself by that, or registered for it."""
    return method in BY_CERTIFICATE or bool(metadata.get(BOUND))


def registered_fingerprints(jwks: Mapping[str, Any]) -> list[str]:
    """Return the fingerprints of the certificates in a registered key set. Raises ValueError when one is none."""
    chains = [key.get("x5c") for key in jwks.get("keys", ()) if isinstance(key, dict)]
    return [fingerprint(base64.b64decode(chain[0], validate=True)) for chain in chains if isinstance(chain, list) and chain]


def fits(method: str, metadata: Mapping[str, Any], certificate: bytes) -> bool:
    """Tell whether a certificate is the one that a client registered."""
    from cryptography import x509

    if method == "self_signed_tls_client_auth":
        return fingerprint(certificate) in metadata.get("certificate_fingerprints", ())
    try:
        shown = x509.load_der_x509_certificate(certificate)
        wanted = metadata.get("tls_client_auth_subject_dn")
        if wanted:
            return shown.subject == x509.Name.from_rfc4514_string(wanted)
        names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
    except (ValueError, x509.ExtensionNotFound):
        return False
    return metadata.get("tls_client_auth_san_dns") in names
