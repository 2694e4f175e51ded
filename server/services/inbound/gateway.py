"""The gateway: finds whose address a vendor has called, verifies what came, and keeps it; nothing else happens before the answer.

Nothing is written for what does not verify but a count, at most once a second per source. What verifies is one row of the inbox,
and the vendor hears a success only when that row is committed.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.errors import Denied, JunctionError, Missing, Unauthenticated
from server.domain.inbound.handshakes import AFTER, BEFORE, Reply
from server.domain.inbound.schemes import SCHEMES, scheme_of
from server.domain.inbound.verification import Trust, verify
from server.domain.redaction import redact_headers, redact_url
from server.services import vaults, wakes
from server.services.inbound import keyring
from server.store import database, inbound_messages, inbound_sources, tenants
from server.system import clock, ids, metrics, public_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.inbound.arrivals import Arrival
    from server.domain.inbound.methods import Scheme
    from server.store.inbound_sources import Row

SECRETS_CONTEXT: Final = "inbound_source.secrets/"
BODY_CONTEXT: Final = "inbound_message.body/"
SEEN_SPACING_MS: Final = 1_000
NOTE_SPACING_MS: Final = 1_000
_MOST_OPENED: Final = 2_000
_MOST_APPS: Final = 10
"""How many different secrets a message without an account is tried with."""
_MOST_ACCOUNTS: Final = 100
"""How many accounts one message may speak of."""
_MOST_HEADERS: Final = 100
_LONGEST_VALUE: Final = 4_000
_LONGEST_TARGET: Final = 4_000


@dataclass(frozen=True, slots=True)
class Source:
    """A source ready to verify with: everything unsealed and parsed, once per version."""

    id: str
    tenant_id: str
    mode: str
    version: int
    scheme: Scheme
    paused: bool
    secrets: tuple[tuple[str, int | None], ...] = field(repr=False)
    parameters: Mapping[str, str] = field(repr=False)
    allowed: tuple[str, ...]
    tolerance: int | None

    def live_secrets(self, now_ms: int) -> tuple[str, ...]:
        """Return the secrets that still count."""
        return tuple(text for text, ends in self.secrets if ends is None or ends > now_ms)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A verified message that is to be kept for a source."""

    source: Source
    arrival: Arrival
    event_id: str | None
    event_type: str | None


_opened: OrderedDict[str, Source] = OrderedDict()


def source_of(row: Row) -> Source:
    """Return a source ready to verify with."""
    kept = _opened.get(row["id"])
    if kept is not None and kept.version == row["version"]:
        return kept
    secrets = orjson.loads(vaults.vault().open(row["secrets"], SECRETS_CONTEXT + row["id"]))
    options, parameters = orjson.loads(row["options"]), secrets["parameters"]
    found = Source(
        row["id"],
        row["tenant_id"],
        row["mode"],
        row["version"],
        scheme_of(row["provider"], parameters),
        row["status"] != "active",
        tuple((text, ends) for text, ends in secrets["secrets"]),
        parameters,
        tuple(options.get("allowed_addresses") or ()),
        options.get("tolerance_seconds"),
    )
    if len(_opened) >= _MOST_OPENED:
        _opened.popitem(last=False)
    _opened[row["id"]] = found
    return found


def find(address: str) -> Source:
    """Return the source behind `/hooks/{address}`. Raises Missing, or Denied while its tenant is suspended."""
    row = inbound_sources.find_by_address(address)
    if row is None:
        raise Missing("Nothing is received at this address.")
    tenant = tenants.find(row["tenant_id"])
    if tenant is None or tenant["status"] != "active":
        raise Denied("This tenant is suspended.", code="tenant_suspended")
    return source_of(row)


def examine(source: Source, arrival: Arrival, address: str, tolerance: int) -> Reply | Accepted:
    """Return what is to be answered or kept. Raises Unauthenticated, Denied, Later, or KeyNeeded. `tolerance` is in seconds."""
    if source.allowed and not inside(address, source.allowed):
        raise Denied("This source takes nothing from this address.", code="address_not_allowed")
    now = clock.now_ms()
    scheme = source.scheme
    trust = Trust(source.live_secrets(now), source.parameters, public_keys, keyring.find, source.tolerance or tolerance)
    if scheme.handshake in BEFORE:
        if scheme.secret and not any(trust.secrets):
            raise Unauthenticated("This source has no secret to verify with.", code="signature_secret_invalid")
        reply = BEFORE[scheme.handshake](arrival, trust)
        if reply is not None:
            return reply
    proof = verify(scheme, arrival, trust, now // 1000)
    reply = AFTER[scheme.handshake](arrival, trust) if scheme.handshake in AFTER else None
    if reply is not None:
        return reply
    event_id = arrival.mark(scheme.event_id) if scheme.event_id else None
    return Accepted(source, arrival, event_id or proof.once, arrival.label(scheme.event_type) if scheme.event_type else None)


def at_one_address(provider: str, arrival: Arrival, address: str, tolerance: int) -> list[Reply | Accepted]:
    """Return what is to be answered or kept where a provider has one address for all customers: of every source of every account in it.

    What verifies but belongs to nobody here is answered with a success, since the provider would else give up on everybody.
    Raises Missing for an unknown provider, Unauthenticated when no source verifies it, or KeyNeeded.
    """
    scheme = SCHEMES.get(provider)
    if scheme is None:
        raise Missing("There is no such provider.")
    accounts = arrival.marks(scheme.account)[:_MOST_ACCOUNTS] if scheme.account else ()
    mine = [source_of(row) for account in accounts for row in inbound_sources.of_provider(provider, account)]
    found = _those_that_verify(mine, arrival, address, tolerance)
    if found:
        return found
    others = {(one.secrets, *sorted(one.parameters.items())): one for one in map(source_of, inbound_sources.of_provider(provider, None))}
    for one in _those_that_verify(list(others.values())[:_MOST_APPS], arrival, address, tolerance)[:1]:
        return [one if isinstance(one, Reply) else Reply()]
    raise Unauthenticated("No source of this provider verifies this message.", code="signature_mismatch")


def _those_that_verify(sources: Sequence[Source], arrival: Arrival, address: str, tolerance: int) -> list[Reply | Accepted]:
    found: list[Reply | Accepted] = []
    for source in sources:
        try:
            found.append(examine(source, arrival, address, tolerance))
        except (Unauthenticated, Denied):
            continue
    return found


def keep(accepted: Accepted) -> str | None:
    """Write a message and return its id, None when it is one that is there already; call inside a transaction."""
    source, arrival, now = accepted.source, accepted.arrival, clock.now_ms()
    message_id = ids.new_id("inm")
    row: dict[str, Any] = {
        "id": message_id,
        "source_id": source.id,
        "provider": source.scheme.key,
        "event_id": accepted.event_id,
        "event_type": accepted.event_type,
        "state": "held" if source.paused else "pending",
        "method": arrival.method[:20],
        "target": redact_url(arrival.url)[:_LONGEST_TARGET],
        "headers": orjson.dumps(_kept_headers(arrival)).decode(),
        "body": vaults.vault().seal(arrival.body, BODY_CONTEXT + message_id),
        "size": len(arrival.body),
        "received_at": now,
        "due_at": now,
        "attempts": 0,
    }
    new = inbound_messages.insert(source.tenant_id, source.mode, row)
    inbound_sources.seen(source.tenant_id, source.mode, source.id, now, SEEN_SPACING_MS)
    metrics.INBOUND.add(source.scheme.key, "accepted" if new else "repeated")
    database.after_commit(wakes.inbound)
    return message_id if new else None


def _kept_headers(arrival: Arrival) -> dict[str, str]:
    names = list(arrival.headers)[:_MOST_HEADERS]
    return redact_headers({name[:_LONGEST_VALUE]: (arrival.text(f"header:{name}") or "")[:_LONGEST_VALUE] for name in names})


@lru_cache(maxsize=4096)
def _networks(entries: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(ip_network(entry) for entry in entries)


def inside(address: str, allowed: tuple[str, ...]) -> bool:
    """Tell whether an address is in one of some ranges."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return any(parsed in network for network in _networks(allowed))


@dataclass(slots=True)
class Refusals:
    """What was refused and not yet written: a count per source, written at most once a second, so that a stranger cannot make us write."""

    _waiting: dict[str, int] = field(default_factory=dict)
    _written: dict[str, int] = field(default_factory=dict)

    def add(self, source: Source, error: JunctionError) -> int:
        """Count a refusal; returns how many are to be written now, 0 when it is too early."""
        metrics.INBOUND.add(source.scheme.key, error.stable_code)
        now = clock.now_ms()
        count = self._waiting.get(source.id, 0) + 1
        if 0 <= now - self._written.get(source.id, -NOTE_SPACING_MS) < NOTE_SPACING_MS:
            self._waiting[source.id] = count
            return 0
        if len(self._written) > _MOST_OPENED:
            self._written.clear()
        self._waiting.pop(source.id, None)
        self._written[source.id] = now
        return count


def note_refusals(source: Source, count: int, error: JunctionError) -> None:
    """Write how often a source was refused; call inside a transaction. What carries no signature at all came from a passer-by."""
    failures = 0 if error.stable_code == "signature_missing" else count
    inbound_sources.note_failures(source.tenant_id, source.mode, source.id, count, failures, error.stable_code, clock.now_ms())
