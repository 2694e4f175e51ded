"""Verifying the DKIM signatures and the ARC chain of a message that came (RFC 6376, RFC 8617), whatever its bytes are.

Beyond what the library looks at, a signature tells nothing when more can be added to what it covers (`l=`), when it is made with
SHA-1, or when its key is for one very domain (`t=s`) and it speaks for another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from server.domain.mail.zone import tags
from server.outbound import canonical, dns

if TYPE_CHECKING:
    from dkim import DKIM, DomainSigner

Result = Literal["pass", "fail", "policy", "temperror", "permerror"]
Verifier = TypeVar("Verifier", bound="DomainSigner")
MOST_SIGNATURES: Final = 10
_LONGEST_HEADERS: Final = 1024 * 1024
_BLANK: Final = b"\r\n\r\n"
_SIGNED: Final = re.compile(rb"(?im)^dkim-signature[ \t]*:")
SHORTEST_KEY: Final = 1024


@dataclass(frozen=True, slots=True)
class Signature:
    """What one signature is worth: `domain` is who signed."""

    result: Result
    domain: str
    selector: str
    reason: str


class _Unanswered(Exception):
    """The name servers did not say what the key is."""


def verify(message: bytes) -> list[Signature]:
    """Return what each DKIM signature of a message is worth, the topmost first."""
    import dkim

    try:
        verifier = _about(dkim.DKIM, message)
        count = sum(name.lower() == b"dkim-signature" for name, _ in verifier.headers)
    except Exception as error:
        # The library reads no headers that are not built as they should be; signed or not, nobody vouches for those.
        signed = _SIGNED.search(message[: message.find(_BLANK)])
        return [Signature("permerror", "", "", f"{type(error).__name__}: {error}"[:200])] if signed else []
    return [_one(_about(dkim.DKIM, message), index) for index in range(min(count, MOST_SIGNATURES))]


def _about(kind: type[Verifier], message: bytes) -> Verifier:
    """Return a verifier of a message. It is given the headers alone to split into lines: a list of a body's lines is many times the body."""
    canonical.install()
    headers, blank, body = message.partition(_BLANK)
    if len(headers) > _LONGEST_HEADERS:
        problem = "the headers are too long"
        raise ValueError(problem)
    verifier: Verifier = kind(headers + blank, minkey=SHORTEST_KEY)
    verifier.body = body
    return verifier


def _one(verifier: DKIM, index: int) -> Signature:
    keys: list[str] = []

    def published(name: bytes, timeout: object = None) -> bytes:  # noqa: ARG001 - the library passes it by name
        keys.append(_key(name))
        return keys[-1].encode()

    try:
        verified = verifier.verify(index, published)
    except _Unanswered as error:
        return _said(verifier, "temperror", str(error))
    except Exception as error:
        # Once the key is there, what does not fit is a failure: the message was changed.
        broken = type(error).__name__ == "ValidationError" and bool(keys)
        return _said(verifier, "fail" if broken else "permerror", f"{type(error).__name__}: {error}")
    if not verified:
        # The library answers False for a key that is missing or broken as for a signature that does not fit.
        return _said(verifier, "fail" if keys and keys[-1] else "permerror", "" if keys and keys[-1] else "The key is not published.")
    worthless = _worthless(verifier.signature_fields, keys[-1])
    return _said(verifier, "policy" if worthless else "pass", worthless)


def _key(name: bytes) -> str:
    answer = dns.lookup(name.decode("ascii", "replace").rstrip("."), "TXT")
    if answer.state == "failed":
        raise _Unanswered(answer.reason)
    return answer.texts[0] if answer.texts else ""


def _worthless(fields: dict[bytes, bytes], key: str) -> str:
    """Return why a signature that fits tells nothing, empty when it does tell."""
    said = tags(key) or {}
    domain, identity = fields[b"d"].lower(), fields.get(b"i", b"@" + fields[b"d"]).lower().rpartition(b"@")[2]
    if b"l" in fields:
        return "It covers only a part of the body (l=)."
    if fields[b"a"].endswith(b"sha1") or said.get("h", "sha256").replace(" ", "").split(":") == ["sha1"]:
        return "It is made with SHA-1."
    if "s" in said.get("t", "").replace(" ", "").split(":") and identity != domain:
        return "Its key is for the very domain only (t=s)."
    return ""


def _said(verifier: DKIM, result: Result, reason: str) -> Signature:
    fields = getattr(verifier, "signature_fields", None) or {}
    domain, selector = (fields.get(tag, b"").decode("ascii", "replace").lower()[:255] for tag in (b"d", b"s"))
    return Signature(result, domain, selector, " ".join(reason.split())[:200])


def verify_chain(message: bytes) -> tuple[Literal["none", "pass", "fail", "temperror"], str]:
    """Return what the ARC chain of a message is worth, and why; who sealed it is *not* judged."""
    import dkim

    if b"arc-seal" not in message[: message.find(_BLANK)].lower():
        return "none", ""
    try:
        found, _, reason = _about(dkim.ARC, message).verify(lambda name, timeout=None: _key(name).encode())  # noqa: ARG005
    except _Unanswered as error:
        return "temperror", str(error)
    except Exception as error:
        return "fail", f"{type(error).__name__}: {error}"[:200]
    if found == dkim.CV_None:
        return "none", ""
    return ("pass", "") if found == dkim.CV_Pass else ("fail", " ".join(reason.split())[:200])
