"""Mail that is broken on purpose: real and written messages, changed as transports, careless programs and hostile people change them."""

from __future__ import annotations

import os
import random
from pathlib import Path

_NOTICES = Path(__file__).parent / "server/domain/mail/notices"
_CORPORA = Path(os.environ.get("JUNCTION_TEST_DATA", "/nonexistent")) / "corpora"
_CHARSETS = (b"utf-7", b"utf-16", b"idna", b"base64", b"unicode_escape", b"undefined", b"x-nope", b"iso-2022-jp", b"\xff", b"utf-8''x", b'"')
_TYPES = (
    b"multipart/report; boundary=b", b"multipart/mixed", b'multipart/mixed; boundary=""', b"message/rfc822", b"message/delivery-status",
    b"message/partial; id=1", b"message/external-body", b"text/html; charset=utf-7", b"application/ms-tnef", b"/;;;", b"message/global",
    b"multipart/signed; boundary=\xff", b"message/feedback-report", b"multipart/mixed; boundary*=utf-8''%ff",
)  # fmt: skip
_ENCODINGS = (b"base64", b"quoted-printable", b"x-uuencode", b"nope", b"\x00")
_NAMES = (
    b"From", b"To", b"Subject", b"Content-Type", b"DKIM-Signature", b"ARC-Seal", b"ARC-Message-Signature", b"Auto-Submitted", b"References",
    b"X-Failed-Recipients", b"Return-Path", b"Message-ID", b"Content-Disposition", b"Received", b"", b"\xff", b"Content-Type\x00",
)  # fmt: skip
_VALUES = (
    b"", b"=?utf-8?b?////?=", b"=?utf-8?b?YQ?=", b"=?nope?q?=FF?=", b"<", b'"', b"a@b, c: d@e;, <", b"(((((", b"@", b"\xe9\xff\x00", b"x" * 5000,
    b"=?" * 500, b"<>" * 300, b"attachment; filename*=utf-99''%ff", b"i=99999999999999999999; a=b", b"v=1; a=rsa-sha256; d=x; s=y; h=from; bh=; b=",
)  # fmt: skip
_PIECES = (b"\x00" * 50, b"\r", b"\n\n", b"\r\r\n", b"\xff\xfe", b"--b\n", b"\x1b$B", b"\x85")


def mangled(chance: random.Random, count: int) -> list[bytes]:
    """Return that many broken messages, the same of the same chance."""
    mails = [path.read_bytes()[:200_000] for folder in (_NOTICES, *_CORPORA.glob("*")) for path in sorted(folder.glob("*.eml"))]
    return [_mangled(chance, mails) for _ in range(count)]


def _mangled(chance: random.Random, mails: list[bytes]) -> bytes:
    raw = chance.choice(mails)
    for _ in range(chance.randint(1, 6)):
        raw = chance.choice((_cut, _flipped, _repeated, _headed, _inserted, _renamed, _spliced))(chance, raw, mails)
    return raw


def _cut(chance: random.Random, raw: bytes, _mails: list[bytes]) -> bytes:
    place = chance.randrange(len(raw) + 1)
    return raw[:place] if chance.random() < 0.5 else raw[:place] + raw[place + chance.randint(0, 500) :]


def _flipped(chance: random.Random, raw: bytes, _mails: list[bytes]) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 200) if raw else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _repeated(chance: random.Random, raw: bytes, _mails: list[bytes]) -> bytes:
    head, _, body = raw.partition(b"\n\n")
    lines = head.split(b"\n")
    return b"\n".join([*lines, *chance.choices(lines, k=chance.randint(1, 60))]) + b"\n\n" + body


def _headed(chance: random.Random, raw: bytes, _mails: list[bytes]) -> bytes:
    return chance.choice((
        b"Content-Type: " + chance.choice(_TYPES), b"Content-Transfer-Encoding: " + chance.choice(_ENCODINGS),
        chance.choice(_NAMES) + b": " + chance.choice(_VALUES),
    )) + b"\n" + raw  # fmt: skip


def _inserted(chance: random.Random, raw: bytes, _mails: list[bytes]) -> bytes:
    place = chance.randrange(len(raw) + 1)
    return raw[:place] + chance.choice(_PIECES) + raw[place:]


def _renamed(chance: random.Random, raw: bytes, _mails: list[bytes]) -> bytes:
    old, new = chance.choice((
        (b"charset=", b"charset=" + chance.choice(_CHARSETS) + b";x="), (b"boundary=", b"boundary=" + chance.choice((b'"', b"'", b"x;", b"\xff"))),
        (b"\n", chance.choice((b"\r", b"\r\n", b"\n\r", b"\x0b"))),
        (chance.choice((b"@", b":", b"<", b";", b"=")), chance.choice((b"", b"@@", b"\x00"))),
    ))  # fmt: skip
    return raw.replace(old, new)


def _spliced(chance: random.Random, raw: bytes, mails: list[bytes]) -> bytes:
    other = chance.choice(mails)
    return raw[: chance.randrange(len(raw) + 1)] + other[chance.randrange(len(other)) :]
