"""Client certificates that are shown to others: judged when they come in, and loaded without a private key ever lying in a file."""

from __future__ import annotations

import os
import ssl
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def problem_with(certificate: str, private_key: str) -> str | None:
    """Return why a certificate chain and a private key, both in PEM, cannot be used; None when they can."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    try:
        chain = x509.load_pem_x509_certificates(certificate.encode())
    except ValueError:
        return "The certificate is no certificate in PEM."
    try:
        key = load_pem_private_key(private_key.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return "The private key is no private key in PEM without a password."
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if chain[0].public_key().public_bytes(*form) != key.public_key().public_bytes(*form):
        return "The private key does not belong to the first certificate."
    return None


def client_context(certificate: str, private_key: str) -> ssl.SSLContext:
    """Return a context that trusts the system's authorities and shows this certificate. Raises ssl.SSLError when it cannot."""
    context = ssl.create_default_context()
    with _readable(certificate + "\n" + private_key) as path:
        context.load_cert_chain(path)
    return context


@contextmanager
def _readable(text: str) -> Iterator[str]:
    """Yield a path that reads as the text: a file in memory where the system has such, elsewhere one that only we may read, for a moment."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("certificate", os.MFD_CLOEXEC)
        try:
            os.write(descriptor, text.encode())
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "certificate.pem"
            path.touch(0o600)
            path.write_text(text, "ascii")
            yield str(path)
