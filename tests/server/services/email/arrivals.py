"""Messages as strangers send them: signed by a library that is not ours, their keys in a real zone."""

from __future__ import annotations

import base64

import dkim as dkimpy
from cryptography.hazmat.primitives import serialization as forms
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(65537, 2048)
PEM = KEY.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.TraditionalOpenSSL, forms.NoEncryption())
PUBLIC = base64.b64encode(KEY.public_key().public_bytes(forms.Encoding.DER, forms.PublicFormat.SubjectPublicKeyInfo)).decode()
MESSAGE = b"From: Ann <ann@sender.test>\r\nTo: bob@example.net\r\nSubject: Hi\r\nDate: Sat, 21 Nov 2026 05:00:00 +0000\r\n\r\nHello\r\n"


def key_line(selector: str, tags: str = "", *, algorithm: str = "rsa") -> str:
    """Return the line of a zone that publishes the key."""
    text = f"v=DKIM1; k={algorithm}; {tags}p={PUBLIC}"
    return f"{selector}._domainkey IN TXT " + " ".join(f'"{text[place : place + 200]}"' for place in range(0, len(text), 200)) + "\n"


def signed(message: bytes = MESSAGE, *, domain: str = "sender.test", selector: str = "s1", **options: object) -> bytes:
    """Return a message with a signature on top."""
    header: bytes = dkimpy.sign(message, selector.encode(), domain.encode(), PEM, **options)
    return header + message


def sealed(message: bytes, *, domain: str = "forwarder.test", selector: str = "s1") -> bytes:
    """Return a message as a forwarder seals it (ARC)."""
    found = dkimpy.arc_sign(message, selector.encode(), domain.encode(), PEM, domain.encode(), linesep=b"\r\n")
    return b"".join(found) + message


ZONE = (
    '@ IN TXT "v=spf1 ip4:192.0.2.0/24 -all"\n_dmarc IN TXT "v=DMARC1; p=reject; sp=quarantine"\n'
    + key_line("s1")
    + key_line("strict", "t=s; ")
    + key_line("sha1", "h=sha1; ")
    + 'gone._domainkey IN TXT "v=DKIM1; p="\n'
)
ZONES = {"test": "", "sender.test": ZONE, "forwarder.test": key_line("s1"), "other.test": key_line("s1")}
