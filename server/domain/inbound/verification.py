"""Verification: whether an arrival comes from who holds the secret. Whatever arrives, the answer is a proof, Unauthenticated or KeyNeeded.

Bytes are verified as they came, comparisons take the same time whatever differs, and a source without anything to verify with
refuses everything.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import urlsplit

from server.domain import signing
from server.domain.errors import Unauthenticated
from server.domain.inbound.methods import TOLERANCE, Clock, Hmac, Jwt, PublicKey, Standard, Token

if TYPE_CHECKING:
    from server.domain.inbound.arrivals import Arrival
    from server.domain.inbound.methods import Encoding, Method, Scheme

MOST_OFFERED: Final = 16
LONGEST_SIGNATURE: Final = 4096
_HEX: Final = re.compile(r"(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+")
_SECONDS: Final = re.compile(r"0|[1-9][0-9]{0,15}")
_PIECE: Final = re.compile(r"\{([^{}]+)\}")
_MEMBER: Final = re.compile(r"\s*([A-Za-z0-9_]+)=([^,]*)")
_DECODED: Final = {"3A": ":", "2F": "/", "3F": "?", "40": "@", "21": "!", "24": "$", "27": "'", "28": "(", "29": ")", "2A": "*", "2C": ",", "3B": ";"}
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_SNS_FIELDS: Final = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


class KeyNeeded(Exception):
    """A published key is needed that is not at hand; `url` is where it lies."""

    def __init__(self, url: str, kind: str) -> None:
        """`kind` is `certificate` or `jwks`."""
        super().__init__(url)
        self.url = url
        self.kind = kind


class Asymmetric(Protocol):
    """What the standard library cannot do. None of these raise: what cannot be read does not hold."""

    def holds(self, algorithm: str, key: bytes, signature: bytes, signed: bytes) -> bool:
        """Tell whether a signature was made with the private half of a key."""

    def claims(self, token: str, keys: bytes) -> Mapping[str, Any] | None:
        """Return the claims of a token that one of the keys has signed, else None."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What a source believes: its live secrets, its parameters, how old a message may be, and the keys at hand by address."""

    secrets: tuple[str, ...]
    parameters: Mapping[str, str]
    asymmetric: Asymmetric
    keys: Callable[[str, str], bytes | None]
    tolerance: int = TOLERANCE


@dataclass(frozen=True, slots=True)
class Proof:
    """What verification leaves: a mark that a repetition of the same signature would have, where the signature is made only once."""

    once: str | None = None


def verify(scheme: Scheme, arrival: Arrival, trust: Trust, now: int) -> Proof:
    """Return the proof. Raises Unauthenticated, or KeyNeeded. `now` is in seconds."""
    if (scheme.secret and not any(trust.secrets)) or any(one.required and not trust.parameters.get(one.name) for one in scheme.parameters):
        raise Unauthenticated("This source has no secret to verify with.", code="signature_secret_invalid")
    for place, name in scheme.equal:
        if not _same([trust.parameters.get(name, "").encode()], [text.encode() for text in arrival.every(place)][:1]):
            raise _mismatch()
    once = None
    for method in scheme.methods:
        if not isinstance(method, Jwt) or not method.needs or trust.parameters.get(method.needs):
            once = _CHECKS[type(method)](method, arrival, trust, now) or once
    return Proof(once)


def _mismatch() -> Unauthenticated:
    return Unauthenticated("The signature does not hold.", code="signature_mismatch")


def _missing(place: str) -> Unauthenticated:
    return Unauthenticated(f"The signature is missing; it is looked for at {place}.", code="signature_missing")


def _malformed() -> Unauthenticated:
    return Unauthenticated("The signature, or what belongs to it, cannot be read.", code="signature_malformed")


def _same(ours: list[bytes], theirs: list[bytes]) -> bool:
    """Compare every pair, so that the time taken does not tell which was nearly right."""
    held = [hmac.compare_digest(one, other) for one in ours for other in theirs if one]
    return any(held)


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(found[1], found[2].strip()) for part in text.split(",")[: MOST_OFFERED * 2] if (found := _MEMBER.fullmatch(part))]


def decoded(text: str, encoding: Encoding) -> bytes | None:
    """Return the bytes of a signature as it is written, None when it is not written so; each signature has one spelling in each alphabet."""
    if not text or len(text) > LONGEST_SIGNATURE or not text.isascii():
        return None
    if encoding == "hex":
        return bytes.fromhex(text) if _HEX.fullmatch(text) else None
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return found if base64.b64encode(found).decode() == text else None  # the last character may hold bits that mean nothing


def _offered(method: Hmac | PublicKey, arrival: Arrival) -> list[bytes]:
    """Return the signatures that came along. Raises Unauthenticated when none can be read."""
    text = arrival.text(method.place)
    if not text:
        raise _missing(method.place)
    texts = [text]
    if isinstance(method, Hmac) and method.pair:
        texts = [value for name, value in _pairs(text) if name == method.pair]
    elif isinstance(method, Hmac) and method.prefix:
        texts = [text.removeprefix(method.prefix)] if text.startswith(method.prefix) else []
    found = [one for one in (decoded(text, method.encoding) for text in texts[:MOST_OFFERED]) if one]
    if not found:
        raise _malformed()
    return found


def _timestamp(method: Hmac | PublicKey, arrival: Arrival, trust: Trust, now: int) -> str:
    """Return the time that was signed, as it is written. Raises Unauthenticated when it is too far from now."""
    clock = method.clock
    if clock is None:
        return ""
    text = _stamp(clock, method.place, arrival)
    if text is None:
        raise _missing(clock.place or method.place)
    if not _SECONDS.fullmatch(text):
        raise _malformed()
    seconds = int(text) // 1000 if clock.unit == "ms" else int(text)
    if abs(now - seconds) > trust.tolerance:
        raise Unauthenticated("The signature's timestamp is too far from now.", code="signature_expired")
    return text


def _stamp(clock: Clock, place: str, arrival: Arrival) -> str | None:
    if not clock.pair:
        return arrival.text(clock.place)
    return next((value for name, value in _pairs(arrival.text(place) or "") if name == clock.pair), None)


def render(template: str, arrival: Arrival, url: str, timestamp: str, parameters: Mapping[str, str]) -> bytes:
    """Return the bytes that a template stands for."""
    parts = _PIECE.split(template)
    known = {"body": arrival.body, "timestamp": timestamp.encode(), "method": arrival.method.encode(), "url": url.encode()}
    found = [part.encode() if index % 2 == 0 else known.get(part) for index, part in enumerate(parts)]
    return b"".join(one if one is not None else _piece(parts[index], arrival, parameters) for index, one in enumerate(found))


def _piece(name: str, arrival: Arrival, parameters: Mapping[str, str]) -> bytes:
    if name.startswith("parameter:"):
        return parameters.get(name.partition(":")[2], "").encode()
    making = _MADE.get(name)
    return making(arrival) if making else (arrival.text(name) or "").encode()


def _params(arrival: Arrival) -> bytes:
    """Return names and values of a form in the order of the names; a name that is there twice has its values in order, each once."""
    return "".join(name + value for name, value in sorted(set(arrival.form))).encode()


def _sns(arrival: Arrival) -> bytes:
    """Return what Amazon SNS signs: names and values of certain members, a line each."""
    document = arrival.document if isinstance(arrival.document, dict) else {}
    names = _SNS_FIELDS.get(str(document.get("Type")), ())
    return "".join(f"{name}\n{document[name]}\n" for name in names if isinstance(document.get(name), str)).encode(errors="replace")


_MADE: Final[Mapping[str, Callable[[Arrival], bytes]]] = {
    "params": _params,
    "sns": _sns,
    "crc32": lambda arrival: str(zlib.crc32(arrival.body)).encode(),
    "body64": lambda arrival: base64.b64encode(arrival.body),
}


def addresses(url: str, kind: str) -> list[str]:
    """Return the spellings of our address that a vendor may have signed."""
    if kind == "decoded":
        return list(dict.fromkeys((url, re.sub(r"%([0-9A-Fa-f]{2})", lambda one: _DECODED.get(one[1].upper(), one[0]), url))))
    parts = urlsplit(url)
    port = _DEFAULT_PORTS.get(parts.scheme)
    if kind == "plain" or not port or not parts.hostname:
        return [url]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return list(dict.fromkeys((url, parts._replace(netloc=host).geturl(), parts._replace(netloc=f"{host}:{parts.port or port}").geturl())))


def _check_hmac(method: Hmac, arrival: Arrival, trust: Trust, now: int) -> str | None:
    offered = _offered(method, arrival)
    timestamp = _timestamp(method, arrival, trust, now)
    if not _covered(method, arrival):
        raise _mismatch()
    signed = [render(one, arrival, url, timestamp, trust.parameters) for one in method.signed for url in addresses(arrival.url, method.urls)]
    ours = [hmac.digest(secret.encode(), text, method.digest) for secret in trust.secrets if secret for text in signed]
    if not _same(ours, offered):
        raise _mismatch()
    return _once(method.clock, next(one for one in offered if one in ours))


def _covered(method: Hmac, arrival: Arrival) -> bool:
    """Tell whether the signature covers the body: where form fields are signed, anything else has to come with its hash in the address."""
    if "{params}" not in method.signed[0] or not arrival.body or arrival.is_form:
        return True
    said = arrival.text(method.body_hash) if method.body_hash else None
    return said is not None and _same([hashlib.sha256(arrival.body).hexdigest().encode()], [said.lower().encode()])


def _once(clock: Clock | None, signature: bytes) -> str | None:
    """Return the mark of a signature that covers its time: only a repetition has it again."""
    return "signature:" + hashlib.sha256(signature).hexdigest()[:40] if clock else None


def _check_public_key(method: PublicKey, arrival: Arrival, trust: Trust, now: int) -> str | None:
    offered = _offered(method, arrival)
    timestamp = _timestamp(method, arrival, trust, now)
    algorithm = dict(method.algorithms).get((arrival.text(method.choice) or "") if method.choice else "")
    if algorithm is None:
        raise _malformed()
    keys = [_certificate(method, arrival, trust)] if method.certificate else [secret.encode() for secret in trust.secrets if secret]
    signed = [render(one, arrival, arrival.url, timestamp, trust.parameters) for one in method.signed]
    if not any(trust.asymmetric.holds(algorithm, key, one, text) for key in keys for one in offered for text in signed):
        raise _mismatch()
    return _once(method.clock, hashlib.sha256(signed[0]).digest())


def _certificate(method: PublicKey, arrival: Arrival, trust: Trust) -> bytes:
    """Return the certificate that a message names. Raises Unauthenticated unless it lies on a host of the vendor's."""
    url = arrival.text(method.certificate) or ""
    if not re.fullmatch(rf"https://{method.lies_at}", url):
        raise Unauthenticated("The certificate does not lie where this provider keeps its own.", code="signature_malformed")
    return _fetched(url, "certificate", trust)


def _fetched(url: str, kind: str, trust: Trust) -> bytes:
    key = trust.keys(url, kind)
    if key is None:
        raise KeyNeeded(url, kind)
    return key


def _check_token(method: Token, arrival: Arrival, trust: Trust, _now: int) -> None:
    for place in method.places:
        found = arrival.every(place)
        if found:
            secrets = [secret.encode() for secret in trust.secrets if secret]
            held = [_same(secrets, [text.encode()]) for text in found]
            if not all(held):
                raise _mismatch()
            return
    raise _missing(" or ".join(method.places))


def _check_jwt(method: Jwt, arrival: Arrival, trust: Trust, now: int) -> str | None:
    tokens = arrival.every(method.place)[:MOST_OFFERED]
    if not tokens:
        raise _missing(method.place)
    if any(len(token) > LONGEST_SIGNATURE * 2 or not token.isascii() for token in tokens):
        raise _malformed()
    keys = _fetched(_parameter(method.keys, trust), "jwks", trust)
    once = None
    for token in tokens:
        claims = trust.asymmetric.claims(token, keys)
        if claims is None:
            raise _mismatch()
        _check_claims(method, claims, trust, now)
        once = f"jti:{claims['jti']}"[:200] if isinstance(claims.get("jti"), str) else None
    return once


def _parameter(text: str, trust: Trust) -> str:
    return trust.parameters.get(text[1:], "") if text.startswith(":") else text


def _check_claims(method: Jwt, claims: Mapping[str, Any], trust: Trust, now: int) -> None:
    audience = claims.get("aud")
    expected = _parameter(method.audience, trust)
    issuers = [_parameter(one, trust) for one in method.issuers]
    issuer = str(claims.get("iss"))
    wanted = {name: _parameter(value, trust) for name, value in method.claims}
    held = (
        expected != "" and expected in (audience if isinstance(audience, list) else [audience]),
        any(issuer == one or (one.endswith("/") and issuer.startswith(one)) for one in issuers if one),
        all(value != "" and str(claims.get(name)).lower() == value.lower() for name, value in wanted.items()),
        all(_has(claims, name) for name in method.present),
    )
    if not all(held):
        raise _mismatch()
    _check_times(claims, trust, now)


def _has(claims: Mapping[str, Any], path: str) -> bool:
    name, _, inner = path.partition(".")
    return bool(claims.get(name)) if not inner else isinstance(claims.get(name), dict) and inner in claims[name]


def _check_times(claims: Mapping[str, Any], trust: Trust, now: int) -> None:
    """Hold a token to its own times; one without an end is as old as any other message may be."""
    times = {name: claims[name] for name in ("exp", "nbf", "iat") if name in claims}
    if any(isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**53 for value in times.values()):
        raise _malformed()
    ends = times.get("exp", times.get("iat", -trust.tolerance) + trust.tolerance)
    begins = max(times.get("nbf", 0), times.get("iat", 0))
    if now > ends + trust.tolerance or now < begins - trust.tolerance:
        raise Unauthenticated("The token is not of this time.", code="signature_expired")


def _check_standard(_method: Standard, arrival: Arrival, trust: Trust, now: int) -> None:
    # Svix sends the same headers under its own name.
    aliases = {f"webhook-{name}": arrival.headers[f"svix-{name}"] for name in ("id", "timestamp", "signature") if f"svix-{name}" in arrival.headers}
    signing.verify([secret for secret in trust.secrets if secret], {**aliases, **arrival.headers}, arrival.body, now, trust.tolerance)


_CHECKS: Final[Mapping[type[Method], Callable[[Any, Arrival, Trust, int], str | None]]] = {
    Hmac: _check_hmac,
    PublicKey: _check_public_key,
    Token: _check_token,
    Jwt: _check_jwt,
    Standard: _check_standard,
}
