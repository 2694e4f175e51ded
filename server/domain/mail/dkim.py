"""Signing mail with DKIM (RFC 6376, Ed25519 by RFC 8463): canonical forms, and headers that nobody can add to afterwards.

Every field of `OVERSIGNED` is named once more than it occurs, so a second Subject, or a Reply-To where there was none, breaks
the signature. Both forms are `relaxed`: relays fold and re-space, and that must not cost the signature.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

OVERSIGNED: Final = (
    "from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "mime-version", "content-type",
    "content-transfer-encoding", "content-disposition", "list-id", "list-unsubscribe", "list-unsubscribe-post", "list-subscribe", "list-post",
    "list-owner", "list-archive", "list-help", "feedback-id", "auto-submitted",
)  # fmt: skip
ALGORITHMS: Final = ("rsa-sha256", "ed25519-sha256")
_LINE: Final = 72
_BARE = re.compile(rb"\r\n|\r|\n")
_FIELD_END = re.compile(rb"\r\n(?![ \t])")
_BLANKS = re.compile(rb"[ \t]+")
_BLANKS_AT_END = re.compile(rb"[ \t]+\r\n")


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs: `sign` takes the canonical headers and returns the signature."""

    domain: str
    selector: str
    algorithm: str
    sign: Callable[[bytes], bytes]


def sign(message: bytes, signers: Sequence[Signer], at_seconds: int) -> bytes:
    """Return the message with a signature of each signer on top, and its lines ended by CRLF; send exactly these bytes."""
    whole = _BARE.sub(b"\r\n", message)
    if not whole.endswith(b"\r\n"):
        whole += b"\r\n"  # SMTP would add it, and verifiers differ on a last line without an end
    head, _, body = whole.partition(b"\r\n\r\n")
    fields = [_field(field) for field in _FIELD_END.split(head)]
    digest = base64.b64encode(hashlib.sha256(relaxed_body(body)).digest()).decode()
    names, signed = _chosen(fields)
    return b"".join(_signature(signer, names, signed, digest, at_seconds) for signer in signers) + whole


def relaxed_body(body: bytes) -> bytes:
    """Return a body in its relaxed form (RFC 6376 section 3.4.4)."""
    if b"\t" in body or b"  " in body or b" \r\n" in body:
        body = _BLANKS.sub(b" ", _BLANKS_AT_END.sub(b"\r\n", body))
    text = body.rstrip(b"\r\n")
    return text + b"\r\n" if text else b""


def relaxed_field(name: bytes, value: bytes) -> bytes:
    """Return a header field in its relaxed form, without its line end (RFC 6376 section 3.4.2)."""
    return name.strip().lower() + b":" + _BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ")


def public_record(algorithm: str, public: str) -> str:
    """Return the text of the TXT record that publishes a key, given in base64."""
    kind = "ed25519" if algorithm == "ed25519-sha256" else "rsa"
    return f"v=DKIM1; k={kind}; p={public}"


def _field(field: bytes) -> tuple[str, bytes]:
    name, _, value = field.partition(b":")
    return name.strip().lower().decode("latin-1"), relaxed_field(name, value)


def _chosen(fields: Iterable[tuple[str, bytes]]) -> tuple[list[str], list[bytes]]:
    """Return the names for `h=`, and the fields they stand for; of fields of one name the last comes first (section 5.4.2)."""
    found: dict[str, list[bytes]] = {name: [] for name in OVERSIGNED}
    for name, field in fields:
        if name in found:
            found[name].append(field)
    names = [name for name, present in found.items() for _ in range(len(present) + 1)]
    return names, [field for present in found.values() for field in reversed(present)]


def _signature(signer: Signer, names: Sequence[str], signed: Sequence[bytes], digest: str, at_seconds: int) -> bytes:
    opening = f"v=1; a={signer.algorithm}; c=relaxed/relaxed; d={signer.domain};\r\n\ts={signer.selector}; t={at_seconds};"
    value = f"{opening}\r\n\th={_folded_names(names)};\r\n\tbh={digest};\r\n\tb="
    canonical = b"\r\n".join([*signed, relaxed_field(b"dkim-signature", value.encode())])
    encoded = base64.b64encode(signer.sign(canonical)).decode()
    lines = "\r\n\t".join(encoded[place : place + _LINE] for place in range(0, len(encoded), _LINE))
    return f"DKIM-Signature: {value}{lines}\r\n".encode()


def _folded_names(names: Sequence[str]) -> str:
    lines, line = [], ""
    for name in names:
        if line and len(line) + len(name) >= _LINE:
            lines.append(line)
            line = ""
        line += f"{name}:"
    return "\r\n\t".join([*lines, line])[:-1]
