"""Credentials: from the text a caller presents to who is calling, remembered until something about it changes.

A process remembers verified credentials and forgets all of them when the counter `credentials` moves; the counter is
looked at several times a second, so a revoked key is refused everywhere within a second. When the counter cannot be
read, everything is forgotten: the door fails closed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from server.domain import keys
from server.domain.errors import Denied, Unauthenticated
from server.services import vaults
from server.services.key_trail import KeyTrail
from server.services.limits import PERIODS, UNCOUNTED, Allowance, Cost, Tier, Window, allow
from server.store import api_keys, generations, sandboxes, sessions, tiers, tokens
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.actor import ActorKind, Mode
    from server.services.limits import Per

GENERATION: Final = "credentials"
_MOST: Final = 20_000
_SIGNED: Final = "ey"
"""How a signed access token begins (base64url of `{"`); ours are known by their keyed hash like all others, so none can be forged."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A verified credential. `allowance` is what its requests are counted against; `allowed` its networks, any when empty.

    One that `must_change_password` opens only what every signed-in person may do about the own account. One that is `bound_to` a
    certificate, by its fingerprint, is good only beside that (RFC 8705 section 3).
    """

    kind: ActorKind
    id: str
    tenant_id: str
    mode: Mode
    scopes: frozenset[str]
    role: str
    owner_id: str | None
    allowance: Allowance
    api_version: str
    expires_at: int | None
    allowed: tuple[str, ...]
    suspended: bool
    must_change_password: bool = False
    bound_to: str | None = None


@dataclass(slots=True)
class Credentials:
    """What one process remembers."""

    _known: dict[str, Credential] = field(default_factory=dict)
    _generation: int = -1
    used: dict[str, int] = field(default_factory=dict)
    trail: KeyTrail = field(default_factory=KeyTrail)

    def remembered(self, text: str) -> Credential | None:
        """Return the credential if this process has verified it before."""
        return self._known.get(text)

    def verify(self, text: str) -> Credential:
        """Look a credential up. Raises Unauthenticated; a mistyped key is refused without touching the database."""
        # What is looked up while the counter moves goes into the memory that is forgotten, not into the new one.
        known = self._known
        parsed = keys.parse(text)
        if parsed is None and not text.startswith(_SIGNED):
            raise Unauthenticated("This is not a key of this appliance: its checksum does not fit.", code="invalid_key")
        found = _find(text, "oat" if parsed is None else parsed.kind)
        if found is None:
            raise Unauthenticated("This key is unknown, expired or revoked.", code="invalid_key")
        if len(known) >= _MOST:
            known.clear()
        known[text] = found
        return found

    def check(self, credential: Credential, address: str, fingerprint: str | None = None) -> None:
        """Raise when a remembered credential has expired, is suspended, or comes from the wrong place or beside the wrong certificate."""
        now = clock.now_ms()
        if credential.expires_at is not None and credential.expires_at <= now:
            raise Unauthenticated("This key has expired.", code="expired_key")
        if credential.bound_to is not None:
            check_binding(credential.bound_to, fingerprint)
        if credential.suspended:
            raise Denied("This tenant is suspended.", code="tenant_suspended")
        if credential.allowed and not _inside(address, credential.allowed):
            raise Denied("This key may not be used from this address.", code="address_not_allowed")
        self.used[credential.id] = now

    def refresh(self) -> None:
        """Forget everything when the counter has moved; call several times a second."""
        try:
            generation = generations.current().get(GENERATION, 0)
        except BaseException:
            self.forget()
            raise
        if generation != self._generation:
            self.forget()
            self._generation = generation

    def forget(self) -> None:
        """Forget everything at once, after a change made in this process."""
        self._known = {}


def _inside(address: str, allowed: tuple[str, ...]) -> bool:
    try:
        at = ip_address(address)
    except ValueError:
        return False
    # A socket that listens on both families shows IPv4 clients in this disguise.
    at = getattr(at, "ipv4_mapped", None) or at
    return any(at in ip_network(network) for network in allowed)


def _find(text: str, kind: str) -> Credential | None:
    if kind == "oat":
        return _access_token(text)
    return _session(text) if kind == "ses" else _key(text, kind)


def _key(text: str, kind: str) -> Credential | None:
    stored = api_keys.find_by_digest(vaults.vault().digest(text, "api-key"), kind, clock.now_ms())
    if stored is None:
        return None
    subjects: dict[Per, str | None] = {"tenant": stored.tenant_id or stored.id, "key": stored.id, "user": stored.user_id}
    return Credential(
        "key" if stored.tenant_id else "operator",
        stored.id,
        stored.tenant_id,
        cast("Mode", stored.mode),
        stored.scopes,
        stored.role,
        stored.user_id,
        allow(find_tier(stored.tier), subjects, own_windows(stored.limits), sandboxes.ahead(stored.tenant_id, stored.mode)),
        stored.api_version,
        stored.expires_at,
        stored.allowed_addresses,
        stored.tenant_status != "active",
    )


def _session(text: str) -> Credential | None:
    stored = sessions.find_by_digest(vaults.vault().digest(text, "session"), clock.now_ms())
    if stored is None:
        return None
    return Credential(
        "user" if stored.tenant_id else "operator",
        stored.user_id,
        stored.tenant_id,
        "live",
        frozenset({"*"}),
        stored.role,
        stored.user_id,
        allow(find_tier(stored.tier), {"tenant": stored.tenant_id or stored.user_id, "user": stored.user_id}),
        "",
        stored.expires_at,
        (),
        stored.tenant_status != "active",
        stored.must_change_password,
    )


def _access_token(text: str) -> Credential | None:
    stored = tokens.find_access(vaults.vault().digest(text, "access-token"), clock.now_ms())
    if stored is None:
        return None
    return Credential(
        "client",
        stored.client_id,
        stored.tenant_id,
        cast("Mode", stored.mode),
        stored.scopes,
        stored.role,
        stored.user_id,
        allow(
            find_tier(stored.tier),
            {"tenant": stored.tenant_id, "key": stored.client_id, "user": stored.user_id},
            ahead_ms=sandboxes.ahead(stored.tenant_id, stored.mode),
        ),
        stored.api_version,
        stored.expires_at,
        (),
        stored.tenant_status != "active",
        bound_to=stored.bound_to,
    )


def check_binding(bound_to: str | None, fingerprint: str | None) -> None:
    """Raise Unauthenticated when a token is bound to another certificate than the caller shows, both by their fingerprints."""
    if bound_to not in {None, fingerprint}:
        raise Unauthenticated("This access token is good only with the certificate of its client.", code="certificate_mismatch")


def find_tier(name: str) -> Tier:
    """Return a tier by name; one that is gone counts but does not limit."""
    limits, costs = (orjson.loads(text) for text in tiers.find(name) or ("[]", "[]"))
    windows = tuple(_window(limit, index) for index, limit in enumerate(limits))
    return Tier(name, windows or (UNCOUNTED,), tuple(Cost(tuple(cost["endpoints"]), cost["units"]) for cost in costs))


def own_windows(limits: Sequence[Mapping[str, Any]]) -> tuple[Window, ...]:
    """Return the windows that a key has for itself alone, beside those of its tenant's tier."""
    windows = (_window({**limit, "per": "key"}, index) for index, limit in enumerate(limits))
    return tuple(replace(window, name=f"own-{window.name.removeprefix('key-')}") for window in windows)


def _window(limit: Mapping[str, Any], index: int) -> Window:
    period, per = limit["period"], cast("Per", limit.get("per", "tenant"))
    endpoints = tuple(pattern for pattern in limit.get("endpoints") or () if pattern != "*")
    name = f"{period}{index or ''}"
    return Window(name if per == "tenant" else f"{per}-{name}", limit["requests"], PERIODS[period], endpoints, per)
