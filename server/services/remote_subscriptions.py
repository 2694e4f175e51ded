"""Remote subscriptions: what vendors were asked to call us about, each renewed when half of its life is over.

A secret that a vendor tells of one is kept sealed, since some tell it once, when it is made, and never again. A renewal that fails is
tried again soon, and meanwhile the installation is polled, so that nothing is missed; see `polled`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.outbound.vendors.values import Subscription
from server.services import vaults
from server.store import database, remote_subscriptions
from server.system import clock, ids

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.tables import Row

FIRST_RETRY_MS: Final = 60_000
LONGEST_RETRY_MS: Final = 900_000
CONTEXT: Final = "remote_subscription.secret/"


def keep(actor: Actor, installation_id: str, granted: Subscription) -> None:
    """Write what a vendor has granted, and when to renew it."""
    now, subscription_id = clock.now_ms(), ids.new_id("rsb")
    row: Row = {
        "id": subscription_id,
        "installation_id": installation_id,
        "topic": granted.topic,
        "remote_id": granted.id,
        "fields": dict(granted.fields),
        "secret": vaults.vault().seal(granted.secret.encode(), _context(installation_id, granted.topic)) if granted.secret else None,
        "state": "active",
        "granted_at": now,
        "renew_at": renewal(now, granted.expires_ms),
        "expires_at": granted.expires_ms,
        "attempts": 0,
        "created_at": now,
        "updated_at": now,
    }
    with database.transaction():
        remote_subscriptions.put(actor.tenant_id, actor.mode, row)


def of_installation(tenant_id: str, mode: str, installation_id: str) -> tuple[Subscription, ...]:
    """Return what the vendor of an installation has granted, as it granted it."""
    return tuple(_granted(row) for row in remote_subscriptions.of_installation(tenant_id, mode, installation_id))


def _granted(row: Row) -> Subscription:
    topic, sealed = row["topic"], row["secret"]
    secret = vaults.vault().open(sealed, _context(row["installation_id"], topic)).decode() if sealed else ""
    return Subscription(row["remote_id"] or "", topic, row["expires_at"], row["fields"], secret)


def _context(installation_id: str, topic: str) -> str:
    return f"{CONTEXT}{installation_id}/{topic}"


def renewal(now_ms: int, expires_ms: int | None) -> int | None:
    """Return when a subscription is renewed: at half of its life; None for one without an end."""
    return None if expires_ms is None else now_ms + max((expires_ms - now_ms) // 2, 0)


def hasten(tenant_id: str, mode: str, installation_id: str) -> None:
    """Write that an installation's subscriptions are to be renewed now; in the open transaction."""
    now = clock.now_ms()
    for row in remote_subscriptions.of_installation(tenant_id, mode, installation_id):
        remote_subscriptions.note(tenant_id, mode, installation_id, row["topic"], {"renew_at": now, "updated_at": now})


def postpone(row: Row, error: str) -> None:
    """Write that a renewal failed, and when it is tried again: soon, and ever later."""
    now, attempts = clock.now_ms(), row["attempts"] + 1
    wait = min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS)
    change = {"state": "failing", "last_error": error[:300], "attempts": attempts, "renew_at": now + wait, "updated_at": now}
    with database.transaction():
        remote_subscriptions.note(row["tenant_id"], row["mode"], row["installation_id"], row["topic"], change)


def shown(row: Row) -> dict[str, Any]:
    """Return a subscription in its wire form."""
    moments = {name: None if row[name] is None else clock.rfc3339(row[name]) for name in ("expires_at", "renew_at")}
    return {"topic": row["topic"], "state": row["state"], "last_error": row["last_error"], **moments}
