"""AWS signature version 4 over a request, as the headers that it adds."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, repr=False)
class Signer:
    """Whose key it is, and for which service of which region."""

    access_key: str
    secret_key: str
    region: str
    service: str

    def headers(self, method: str, url: str, pairs: Iterable[tuple[str, str]], body: bytes, now_ms: int) -> dict[str, str]:
        """Return what has to be sent along; `pairs` are the query as it is sent."""
        moment = datetime.fromtimestamp(now_ms // 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
        parts, digest = urlsplit(url), hashlib.sha256(body).hexdigest()
        named = {"host": parts.netloc.lower(), "x-amz-content-sha256": digest, "x-amz-date": moment}
        signed = ";".join(named)
        query = "&".join(sorted(f"{_quote(name)}={_quote(value)}" for name, value in [*parse_qsl(parts.query, keep_blank_values=True), *pairs]))
        path = quote(parts.path or "/", safe="/-._~%")
        canonical = "\n".join((method.upper(), path, query, "".join(f"{name}:{value}\n" for name, value in named.items()), signed, digest))
        scope = f"{moment[:8]}/{self.region}/{self.service}/aws4_request"
        text = "\n".join((_ALGORITHM, moment, scope, hashlib.sha256(canonical.encode()).hexdigest()))
        signature = hmac.digest(self._key(moment[:8]), text.encode(), "sha256").hex()
        proof = f"{_ALGORITHM} Credential={self.access_key}/{scope}, SignedHeaders={signed}, Signature={signature}"
        return {"x-amz-content-sha256": digest, "x-amz-date": moment, "Authorization": proof}

    def _key(self, day: str) -> bytes:
        key = b"AWS4" + self.secret_key.encode()
        for part in (day, self.region, self.service, "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        return key


def _quote(text: str) -> str:
    return quote(text, safe="-._~")
