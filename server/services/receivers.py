"""Receivers: a webhook made ready for posting, everything unsealed, parsed and put together once per version.

A plain webhook has nothing here but its address, headers and secrets; whatever else was chosen is None for it, so that what
it does not use costs it nothing.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from server.domain import signing
from server.domain.redaction import MASK, redact_headers, redact_url
from server.outbound.ways import Way
from server.services import vaults, webhook_options
from server.services.rendering import renderer
from server.system import certificates, key_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.store.webhooks import Target

SECRET_CONTEXT: Final = "webhook.secrets/"  # noqa: S105 - the name of a place, no secret
HEADERS_CONTEXT: Final = "webhook.headers/"
USER_AGENT: Final = "Junction-Webhooks/1"
SIGNED: Final = ("webhook-id", "webhook-timestamp", "webhook-signature")
PERIODS: Final = {"second": 1000, "minute": 60_000, "hour": 3_600_000}
BURST_MS: Final = 2000
"""How long a time's worth of requests a throttled webhook may get at once, when it had none for a while."""


class Rate(NamedTuple):
    """How far apart requests are, and how much of that may be saved up, in milliseconds."""

    interval: float
    burst: float


@dataclass(frozen=True, slots=True)
class Receiver:
    """A webhook ready for posting."""

    id: str
    version: int
    url: str
    headers: Mapping[str, str] = field(repr=False)
    secrets: tuple[tuple[bytes, int | None], ...] = field(repr=False)
    masked: dict[str, str]
    masked_url: str
    schedule: tuple[float, ...]
    timeout_seconds: float | None
    key_pairs: tuple[tuple[str, int | None], ...] = field(default=(), repr=False)
    render: Callable[[bytes], bytes] | None = None
    token: Mapping[str, Any] | None = field(default=None, repr=False)
    way: Way | None = None
    rate: Rate | None = None
    concurrency: int | None = None
    ordered: bool = False
    parks: bool = False
    once: bool = False

    @property
    def special(self) -> bool:
        """Whether a post takes more than signing the event as it is kept."""
        return self.render is not None or self.token is not None

    @property
    def choosy(self) -> bool:
        """Whether which of its deliveries may be taken, and how many, is for more than their due times to say."""
        return self.ordered or self.once or self.rate is not None

    def sign(self, event_id: str, at_seconds: int, body: bytes) -> dict[str, str]:
        """Return the headers of one attempt (Standard Webhooks): every secret and key that is still live signs."""
        live = [secret for secret, expires in self.secrets if expires is None or expires > at_seconds * 1000]
        headers = dict(self.headers)
        headers["webhook-id"] = event_id
        headers["webhook-timestamp"] = str(at_seconds)
        headers["webhook-signature"] = signing.sign(live, event_id, at_seconds, body)
        if self.key_pairs:
            message = b"%b.%d.%b" % (event_id.encode(), at_seconds, body)
            also = [key_pairs.sign(key, message) for key, expires in self.key_pairs if expires is None or expires > at_seconds * 1000]
            headers["webhook-signature"] = " ".join([headers["webhook-signature"], *also])
        return headers


def receiver(target: Target, schedule: Sequence[float]) -> Receiver:
    """Return a webhook made ready; `schedule` holds where it has none of its own."""
    vault = vaults.vault()
    secrets = orjson.loads(vault.open(target.secrets, SECRET_CONTEXT + target.id))
    headers = orjson.loads(vault.open(target.headers, HEADERS_CONTEXT + target.id)) if target.headers else {}
    plain = target.options == webhook_options.PLAIN and target.credentials is None
    chosen = _Choices({}, {}) if plain else _Choices(orjson.loads(target.options), webhook_options.opened(target.id, target.credentials))
    content_type, render = renderer(chosen.options.get("format", "json"), chosen.options.get("template"))
    own = {**chosen.headers(headers), "Content-Type": content_type, "User-Agent": USER_AGENT}
    return Receiver(
        target.id,
        target.version,
        target.url,
        own,
        tuple((signing.secret_bytes(secret), expires) for secret, expires in secrets if secret.startswith(signing.PREFIX)),
        # What a tenant has every attempt carry is shown nowhere else either, whatever it is called.
        {**redact_headers(own), **{name: MASK for name, value in headers.items() if own.get(name) == value}},
        redact_url(target.url),
        chosen.schedule(schedule),
        chosen.options.get("timeout_seconds"),
        tuple((secret, expires) for secret, expires in secrets if secret.startswith(key_pairs.PRIVATE)),
        render,
        chosen.token(),
        chosen.way(),
        chosen.rate(),
        chosen.options.get("concurrency"),
        ordered=chosen.options.get("ordering") is not None,
        parks=(chosen.options.get("ordering") or {}).get("policy") == "park",
        once=chosen.once,
    )


class _Choices(NamedTuple):
    options: Mapping[str, Any]
    credentials: Mapping[str, Any]

    @property
    def once(self) -> bool:
        return self.options.get("delivery_mode") == "at_most_once"

    @property
    def _authentication(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.credentials.get("authentication") or {}
        return found

    def headers(self, own: Mapping[str, str]) -> dict[str, str]:
        """Return the tenant's headers with credentials that never change; those take the place of a header of that name."""
        given = self._authentication
        if given.get("type") not in {"basic", "bearer", "oauth2"}:
            return dict(own)
        others = {name: value for name, value in own.items() if name.lower() != "authorization"}
        if given["type"] == "basic":
            pair = base64.b64encode(f"{given['username']}:{given['password']}".encode()).decode()
            return {**others, "Authorization": f"Basic {pair}"}
        return {**others, "Authorization": f"Bearer {given['token']}"} if given["type"] == "bearer" else others

    def token(self) -> Mapping[str, Any] | None:
        """Return where a token is fetched that the requests carry."""
        return self._authentication if self._authentication.get("type") == "oauth2" else None

    def way(self) -> Way | None:
        """Return how the receiver is spoken to, None for the way that all are."""
        given, proxy = self._authentication, self.credentials.get("egress_proxy")
        tls = certificates.client_context(given["certificate"], given["private_key"]) if given.get("type") == "mtls" else None
        return Way(tls, _proxy_url(proxy) if proxy else None, self.once) if tls or proxy or self.once else None

    def rate(self) -> Rate | None:
        """Return how fast the receiver is posted to."""
        limit = self.options.get("rate_limit")
        if limit is None:
            return None
        interval = PERIODS[limit["period"]] / limit["requests"]
        return Rate(interval, max(BURST_MS - interval, 0))

    def schedule(self, otherwise: Sequence[float]) -> tuple[float, ...]:
        """Return the seconds before each attempt, cut where the ordering says that enough has been tried."""
        found = tuple(self.options.get("retry_schedule") or otherwise)
        hours = (self.options.get("ordering") or {}).get("after_hours")
        return found if hours is None else tuple(wait for place, wait in enumerate(found) if not place or sum(found[: place + 1]) <= hours * 3600)


def _proxy_url(proxy: Mapping[str, Any]) -> str:
    from urllib.parse import quote

    scheme, _, rest = str(proxy["url"]).partition("://")
    user = quote(proxy.get("username") or "", safe="")
    password = quote(proxy.get("password") or "", safe="")
    return f"{scheme}://{user}:{password}@{rest}" if user else f"{scheme}://{rest}"
