"""The signature of OAuth 1.0a (RFC 5849, section 3.4) over a request, as an Authorization header."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

_HASHES: Final = {"HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256"}
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, repr=False)
class Keys:
    """The consumer's and the token's halves; the token may be empty."""

    consumer_key: str
    consumer_secret: str
    token: str = ""
    token_secret: str = ""


def _escape(text: str) -> str:
    return quote(text, safe="-._~")


def header(method: str, url: str, pairs: Iterable[tuple[str, str]], keys: Keys, *, algorithm: str, realm: str, nonce: str, seconds: int) -> str:
    """Return the header's value; `pairs` are the query and the fields of a form, as they are sent."""
    oauth = {
        "oauth_consumer_key": keys.consumer_key,
        "oauth_nonce": nonce,
        "oauth_signature_method": algorithm,
        "oauth_timestamp": str(seconds),
        "oauth_version": "1.0",
    }
    if keys.token:
        oauth["oauth_token"] = keys.token
    text = _signed_text(method, url, pairs, oauth)
    key = f"{_escape(keys.consumer_secret)}&{_escape(keys.token_secret)}".encode()
    oauth["oauth_signature"] = base64.b64encode(hmac.digest(key, text.encode(), _HASHES[algorithm])).decode()
    shown = ({"realm": realm} if realm else {}) | oauth
    return "OAuth " + ", ".join(f'{name}="{_escape(value)}"' for name, value in shown.items())


def _signed_text(method: str, url: str, pairs: Iterable[tuple[str, str]], oauth: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    port = "" if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    everything = [*parse_qsl(parts.query, keep_blank_values=True), *pairs, *oauth.items()]
    ordered = sorted((_escape(name), _escape(value)) for name, value in everything)
    normal = "&".join(f"{name}={value}" for name, value in ordered)
    return "&".join(_escape(part) for part in (method.upper(), f"{parts.scheme.lower()}://{host}{port}{parts.path or '/'}", normal))
