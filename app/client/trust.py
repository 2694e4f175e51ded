"""Which certificate an appliance may show: one that a public authority vouches for, or exactly the one that is pinned.

There is no third way: verification is switched off only together with a pinned fingerprint, which urllib3 then compares itself.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import ssl
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from app.client.errors import Unreachable, Untrusted

_HEX: Final = re.compile(r"[0-9a-f]{64}")


class PinnedAdapter(HTTPAdapter):
    """Accepts one certificate: the one with this SHA-256 fingerprint."""

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Have every connection compare the fingerprint."""
        super().init_poolmanager(*args, **kwargs, assert_fingerprint=self._fingerprint)


def session(fingerprint: str | None) -> requests.Session:
    """Return a session that trusts the pinned certificate, or the public authorities where none is pinned."""
    found = requests.Session()
    found.trust_env = False  # a proxy or a .netrc of the desktop has no say in how an appliance is reached
    if fingerprint:
        found.verify = False
        found.mount("https://", PinnedAdapter(normalised(fingerprint)))
    return found


def normalised(fingerprint: str) -> str:
    """Return a SHA-256 fingerprint as 64 lower-case hex digits. Raises Untrusted for anything else."""
    digits = re.sub(r"[\s:]", "", fingerprint).lower()
    if not _HEX.fullmatch(digits):
        raise Untrusted("A SHA-256 fingerprint has 64 hexadecimal digits.")
    return digits


def grouped(fingerprint: str) -> str:
    """Return a fingerprint as people compare it: pairs of capitals with colons."""
    digits = normalised(fingerprint).upper()
    return ":".join(digits[place : place + 2] for place in range(0, len(digits), 2))


def shown_by(url: str) -> str:
    """Return the fingerprint of the certificate that an address shows now; nothing is verified, so a person has to compare it."""
    parts = urlsplit(url)
    try:
        pem = ssl.get_server_certificate((parts.hostname or "", parts.port or 443), timeout=5)
    except OSError as error:
        raise Unreachable("{url} does not answer: {reason}.", url=parts.netloc, reason=error) from error
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()


def is_encrypted_or_local(url: str) -> bool:
    """Tell whether what is sent to an address can be read on the way."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
