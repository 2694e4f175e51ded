"""One-time codes of RFC 6238 (SHA-1, six digits, thirty seconds: what every authenticator app reads), and recovery codes.

A step is used at most once: `verify` refuses steps up to the last one used, so a code seen over a shoulder is worthless.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import Final
from urllib.parse import quote, urlencode

PERIOD: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
WINDOW: Final = (-1, 0, 1)
RECOVERY_CODES: Final = 10
# Crockford's base32 has no letter that looks like a digit; ten of them hold 50 bits.
RECOVERY_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
RECOVERY_LENGTH: Final = 10

_MISREAD: Final = str.maketrans("oil", "011", "- ")


def new_secret() -> bytes:
    """Return a new shared secret."""
    return secrets.token_bytes(SECRET_BYTES)


def code(secret: bytes, at_seconds: int, *, digits: int = DIGITS) -> str:
    """Return the code for a moment."""
    mac = hmac.digest(secret, (at_seconds // PERIOD).to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def verify(secret: bytes, offered: str, at_seconds: int, last_used_step: int | None = None) -> int | None:
    """Return the step that the code belongs to, to be stored as the last used, or None when it is wrong or was used."""
    given = offered.replace(" ", "").encode(errors="replace")
    now = at_seconds // PERIOD
    fresh = [step for shift in WINDOW if (step := now + shift) >= 0 and (last_used_step is None or step > last_used_step)]
    held = [step for step in fresh if hmac.compare_digest(code(secret, step * PERIOD).encode(), given)]
    return held[0] if held else None


def provisioning_uri(issuer: str, account: str, secret: bytes) -> str:
    """Return the address that authenticator apps read from a QR code."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='@')}"
    parameters = {
        "secret": base64.b32encode(secret).decode().rstrip("="),
        "issuer": issuer,
        "algorithm": "SHA1",
        "digits": DIGITS,
        "period": PERIOD,
    }
    return f"otpauth://totp/{label}?{urlencode(parameters, quote_via=quote)}"


def recovery_codes(count: int = RECOVERY_CODES) -> list[str]:
    """Return new recovery codes such as `4k7mq-x2v9d`; each may be used once."""
    return [_recovery_code() for _ in range(count)]


def _recovery_code() -> str:
    text = "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_LENGTH))
    return f"{text[: RECOVERY_LENGTH // 2]}-{text[RECOVERY_LENGTH // 2 :]}"


def plain_recovery_code(text: str) -> str:
    """Return a code as it is hashed and compared: without dashes and blanks, and with misread letters put right."""
    return text.lower().translate(_MISREAD)
