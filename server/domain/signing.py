"""Signatures by the Standard Webhooks rules (symmetric, `v1`): made for what we send, checked for what we receive.

What is signed is `{id}.{timestamp}.{body}` with the very bytes of the body. Whatever arrives in a header, `verify`
answers with Unauthenticated and nothing else.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets as random_source
from typing import TYPE_CHECKING, Final

from server.domain.errors import Unauthenticated, Unprocessable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PREFIX: Final = "whsec_"
NEW_SECRET_BYTES: Final = 32
SHORTEST_SECRET: Final = 24
LONGEST_SECRET: Final = 64

# A full stop separates the signed parts, so one inside an id would let two messages share a signature.
_ID = re.compile(r"[!-\-/-~]{1,256}")
# No sign, fraction or leading zero: the text must be the one spelling of the number that was signed.
_TIMESTAMP = re.compile(r"0|[1-9][0-9]{0,11}")
_SIGNATURES = re.compile(r"[A-Za-z0-9]+,[A-Za-z0-9+/=_-]+(?: [A-Za-z0-9]+,[A-Za-z0-9+/=_-]+){0,31}")


def new_secret() -> str:
    """Return a new secret."""
    return PREFIX + base64.b64encode(random_source.token_bytes(NEW_SECRET_BYTES)).decode()


def secret_bytes(text: str) -> bytes:
    """Return the key inside a secret, with or without its prefix; raises Unprocessable when it is not base64."""
    encoded = text.removeprefix(PREFIX)
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    # Libraries differ in how they read stray trailing bits, so only the one canonical spelling is taken.
    if not key or base64.b64encode(key).decode() != encoded:
        raise Unprocessable("The secret must be 'whsec_' and standard base64 with its padding.", code="invalid_secret")
    return key


def check_secret(text: str) -> str:
    """Return a secret that a tenant chose in its one spelling; raises Unprocessable unless it holds 24 to 64 bytes."""
    key = secret_bytes(text)
    if not SHORTEST_SECRET <= len(key) <= LONGEST_SECRET:
        message = f"The secret holds {len(key)} bytes; {SHORTEST_SECRET} to {LONGEST_SECRET} are needed."
        raise Unprocessable(message, code="invalid_secret")
    return PREFIX + base64.b64encode(key).decode()


def sign(secret_keys: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """Return the `webhook-signature` header: one `v1,...` per live key, separated by exactly one space.

    `timestamp` is the attempt's, in whole seconds. Raises ValueError without a key, or for an id that could not be verified.
    """
    if not secret_keys or not _ID.fullmatch(message_id):
        message = "signing needs a key, and a message id without full stops and spaces"
        raise ValueError(message)
    signed = b"%b.%d.%b" % (message_id.encode(), timestamp, body)
    return " ".join("v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in secret_keys)


def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: int, tolerance: int = 300) -> None:
    """Accept the message or raise Unauthenticated; `now` and `tolerance` are in seconds. Replays within it are not detected."""
    lowered = {name.lower(): value for name, value in headers.items()}
    message_id = _header(lowered, "webhook-id", _ID)
    timestamp = int(_header(lowered, "webhook-timestamp", _TIMESTAMP))
    offered = _header(lowered, "webhook-signature", _SIGNATURES).split(" ")
    if abs(now - timestamp) > tolerance:
        raise Unauthenticated("The signature's timestamp is too far from now.", code="signature_expired")
    expected = sign(_usable(secrets), message_id, timestamp, body).split(" ")
    # Every pair is compared, so the time taken does not tell which key or token was nearly right.
    held = [hmac.compare_digest(ours, theirs) for ours in expected for theirs in offered]
    if not any(held):
        raise Unauthenticated("No signature matches the body.", code="signature_mismatch")


def _header(headers: Mapping[str, str], name: str, form: re.Pattern[str]) -> str:
    value = headers.get(name)
    if value is None:
        raise Unauthenticated(f"The header '{name}' is missing.", code="signature_missing")
    if not form.fullmatch(value):
        raise Unauthenticated(f"The header '{name}' is malformed.", code="signature_malformed")
    return value


def _usable(secrets: Sequence[str]) -> list[bytes]:
    try:
        keys = [secret_bytes(secret) for secret in secrets]
    except Unprocessable as broken:
        raise Unauthenticated("The secret to verify with is not a valid one.", code="signature_secret_invalid") from broken
    if not keys:
        raise Unauthenticated("There is no secret to verify with.", code="signature_secret_invalid")
    return keys
