"""What must never reach a log, a page or a stored attempt: masked by the name it has, or by what it looks like.

Too much masked is a nuisance, too little a leak: a name is sensitive when any of its words is in `SENSITIVE`, and the
whole value goes, whatever it holds. Nothing here raises, however odd the input.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from server.domain.keys import PATTERN

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MASK: Final = "[redacted]"
DEEPEST: Final = 64

SENSITIVE: Final = frozenset({
    # one word of a name
    "password", "passwd", "pass", "pwd", "passphrase", "passcode", "secret", "token", "jwt", "authorization", "auth", "cookie",
    "credential", "csrf", "xsrf", "otp", "totp", "pin", "card", "cvc", "cvv", "pan", "iban", "ssn", "apikey", "bearer",
    # two words in a row
    "api key", "access key", "account key", "auth key", "encryption key", "function key", "license key", "master key",
    "private key", "secret key", "service key", "shared key", "signing key", "subscription key",
    "recovery code", "backup code", "verification code", "security code", "session id", "account number",
    "connection string", "bank account",
})  # fmt: skip
"""Words, in the singular, that make a name sensitive."""

SENSITIVE_IN_URLS: Final = SENSITIVE | {"code", "key", "sig", "signature", "hmac", "state", "assertion", "ticket", "sid"}
"""In an address, these too: one-time codes and signed links are credentials there."""

VALUES: Final = (
    PATTERN,
    r"jct_(?:live|test)_[0-9A-Za-z_]+",
    r"whs(?:ec|k)_[0-9A-Za-z+/=_-]+",
    r"(?i:bearer|basic)\s+[0-9A-Za-z._~+/=-]{6,}",
    r"eyJ[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+\.[0-9A-Za-z_-]*",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    r"(?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]+",
    r"xox[a-z]-[0-9A-Za-z-]+",
    r"(?:gh[pousr]_|github_pat_)[0-9A-Za-z_]+",
    r"AKIA[0-9A-Z]{16}",
    r"AIza[0-9A-Za-z_-]{35}",
)
"""What credentials look like wherever they stand: ours, those of HTTP, and of vendors whose form is published."""

_UNMISTAKABLE: Final = ("password", "passwd", "passphrase", "secret", "token", "apikey", "authorization", "credential", "cookie", "privatekey")
_LABELS: Final = ("name", "key", "field")
_VALUE = re.compile("|".join(VALUES))
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s\"<>]+")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]* +")
_CACHED_NAME: Final = 64


def is_sensitive(name: str, table: frozenset[str] = SENSITIVE) -> bool:
    """Tell whether what goes by this name (of a field, a header or a parameter) must be masked."""
    # Names come from callers, so only short ones may take up memory.
    return _judged(name, table) if len(name) <= _CACHED_NAME else _judged.__wrapped__(name, table)


@lru_cache(maxsize=4096)
def _judged(name: str, table: frozenset[str]) -> bool:
    words = [_singular(word.lower()) for word in _WORD.findall(name)]
    pairs = {f"{first} {second}" for first, second in pairwise(words)}
    # Names in one lower-case run (`clientsecret`) have no words to see, so the unmistakable ones are sought inside.
    run = "".join(words)
    return not table.isdisjoint(words) or not table.isdisjoint(pairs) or any(word in run for word in _UNMISTAKABLE)


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def redact_text(text: str) -> str:
    """Return the text with every credential masked that can be told by its looks, inside addresses too."""
    masked = _URL.sub(lambda found: redact_url(found.group()), text) if "://" in text else text
    return _VALUE.sub(MASK, masked)


def redact_url(url: str) -> str:
    """Return the address without user name and password, and with its sensitive parameters masked."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return MASK
    user, at, host = parts.netloc.rpartition("@")
    netloc = f"{MASK if user else ''}{at}{host}"
    path = "/".join(MASK if _VALUE.search(unquote_plus(segment)) else segment for segment in parts.path.split("/"))
    masked = parts._replace(netloc=netloc, path=path, query=_redact_query(parts.query), fragment=_redact_query(parts.fragment))
    return urlunsplit(masked)


def _redact_query(query: str) -> str:
    return "&".join(_redact_pair(pair) for pair in query.split("&"))


def _redact_pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if equals and is_sensitive(unquote_plus(name), SENSITIVE_IN_URLS):
        return f"{name}={MASK}"
    # Percent signs could hide a credential from the patterns, so they look at what the receiver will read.
    return MASK if _VALUE.search(unquote_plus(pair)) else f"{name}{equals}{value}"


def redact_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers with credentials masked; of `Authorization` the scheme stays."""
    return {name: _redact_header(name, value) for name, value in headers.items()}


def _redact_header(name: str, value: str) -> str:
    if not is_sensitive(name):
        return redact_text(value)
    scheme = _SCHEME.match(value) if name.lower().endswith("authorization") else None
    return (scheme.group() if scheme else "") + MASK


def redact(value: Any) -> Any:
    """Return a JSON value with everything sensitive masked; the value itself is left as it is. None under any name stays."""
    return _redact(value, 0)


def _redact(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        return MASK
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, dict):
        labelled = any(is_sensitive(label) for name in _LABELS if isinstance(label := value.get(name), str))
        return {
            redact_text(str(name)): _redact_member("secret" if labelled and name == "value" else str(name), member, depth + 1)
            for name, member in value.items()
        }
    if isinstance(value, list | tuple):
        return [_redact(item, depth + 1) for item in value]
    return value


def redact_fields(value: Any, names: Collection[str]) -> Any:
    """Return a JSON value without what stands under any of these names; an object with a text that speaks of one, such as a query, goes whole."""
    spoken = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
    return _without(value, frozenset(names), spoken, 0)


def _without(value: Any, names: frozenset[str], spoken: re.Pattern[str], depth: int) -> Any:
    if depth > DEEPEST or (isinstance(value, str) and spoken.search(value)):
        return MASK
    if isinstance(value, dict):
        if any(isinstance(member, str) and spoken.search(member) for name, member in value.items() if name not in names):
            return MASK
        return {name: MASK if name in names and member is not None else _without(member, names, spoken, depth + 1) for name, member in value.items()}
    return [_without(item, names, spoken, depth + 1) for item in value] if isinstance(value, list) else value


def _redact_member(name: str, value: Any, depth: int) -> Any:
    # That a credential is absent is worth knowing and gives nothing away.
    if value is None:
        return None
    return MASK if is_sensitive(name) else _redact(value, depth)
