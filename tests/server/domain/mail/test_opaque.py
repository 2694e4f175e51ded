"""What no scanner sees into has a reason, and everything else has none."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from server.domain.mail.opaque import unseen
from server.domain.mail.reading import read


def archive(*, locked: bool = False) -> bytes:
    """Return a ZIP archive; a locked one says of its file that it needs a password."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("offer.txt", b"hello")
    found = bytearray(held.getvalue())
    if locked:
        found[6] |= 1
        found[found.find(b"PK\x01\x02") + 8] |= 1
    return bytes(found)


def bringing(content: bytes, kind: str = "application/octet-stream", name: str = "offer.bin") -> bytes:
    """Return a message with a file."""
    head = f'From: a@example.com\nContent-Type: {kind}; name="{name}"\nContent-Transfer-Encoding: base64\n\n'
    return head.encode() + base64.encodebytes(content)


@pytest.mark.criterion("email-22")
@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (bringing(archive(locked=True)), "the archive needs a password: offer.bin"),
        (bringing(archive()[:40]), "the archive is damaged: offer.bin"),
        (bringing(b"\x78\x9f\x3e\x22rest", name="winmail.dat"), "an Outlook container is not looked into: winmail.dat"),
        (bringing(b"anything", "application/ms-tnef", ""), "an Outlook container is not looked into: application/ms-tnef"),
        (bringing(archive()), None),
        (bringing(b"%PDF-1.7"), None),
        (b"From: a@example.com\n\nPK\x03\x04 is how an archive begins.\n", None),
    ],
)
def test_what_cannot_be_looked_into_is_told(raw: bytes, reason: str | None) -> None:
    assert unseen(read(raw)) == reason
