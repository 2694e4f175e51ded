"""Webhooks: a tenant's addresses for events, their secrets, and what happens to deliveries when one is paused or removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain import signing
from server.domain.actor import Actor
from server.domain.errors import Conflict, Missing, Stale
from server.domain.permissions import permit
from server.outbound import guard
from server.services import events, pages, vaults, wakes, webhook_options
from server.services.failing import STEP
from server.services.receivers import HEADERS_CONTEXT, SECRET_CONTEXT
from server.services.webhook_bodies import NewWebhook, SecretRotation, WebhookChange
from server.store import database, deliveries, webhook_health, webhooks
from server.system import clock, ids, key_pairs

if TYPE_CHECKING:
    from server.store.webhooks import Row

MOST_SECRETS: Final = 10


def shown(row: Row) -> dict[str, Any]:
    """Return a webhook in its wire form; header values are masked, secrets left out."""
    return {
        "id": row["id"],
        "object": "webhook",
        "name": row["name"],
        "url": row["url"],
        "description": row["description"],
        "events": orjson.loads(row["events"]),
        "headers": dict.fromkeys(_headers(row), webhook_options.MASK),
        **webhook_options.shown(row["options"], webhook_options.opened(row["id"], row["credentials"])),
        "public_key": row["public_key"],
        "active": row["status"] == "active",
        "status": row["status"],
        "status_reason": row["status_reason"],
        "circuit": _circuit(row),
        "parked_until": None if row["parked_until"] is None else clock.rfc3339(row["parked_until"]),
        "failure_count": row["failure_count"],
        "last_triggered": None if row["last_triggered"] is None else clock.rfc3339(row["last_triggered"]),
        "version": row["version"],
        "created_at": clock.rfc3339(row["created_at"]),
        "updated_at": clock.rfc3339(row["updated_at"]),
    }


def _circuit(row: Row) -> str:
    if row["breaker"] is None:
        return "closed"
    return "open" if (row["parked_until"] or 0) > clock.now_ms() else "half_open"


def create(actor: Actor, body: NewWebhook, *, most: int) -> dict[str, Any]:
    """Make a webhook; its address is judged now and at every attempt. `most` is how many a tenant may have."""
    permit(actor, "webhooks:write")
    guard.vet_url(body.url)
    secret, now, webhook_id = body.secret or signing.new_secret(), clock.now_ms(), ids.new_id("whk")
    given = body.model_dump(include=body.model_fields_set)
    options = webhook_options.kept(webhook_options.PLAIN, given)
    pair = key_pairs.new_private() if webhook_options.asymmetric(options) else None
    row: Row = {
        "id": webhook_id,
        "name": body.name,
        "url": body.url,
        "description": body.description,
        "events": orjson.dumps(body.events).decode(),
        "headers": _sealed_headers(webhook_id, body.headers),
        "secrets": _sealed_secrets(webhook_id, [[one, None] for one in (secret, pair) if one]),
        "public_key": key_pairs.public_of(pair) if pair else None,
        "status": "active" if body.active else "paused",
        "status_reason": None,
        "options": options,
        "credentials": webhook_options.sealed(webhook_id, None, given),
        "parked_until": None,
        "breaker": None,
        "failure_count": 0,
        "last_triggered": None,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
    with database.transaction():
        if webhooks.count(actor.tenant_id, actor.mode) >= most:
            raise Conflict(f"A tenant may have {most} webhooks.", code="too_many_webhooks")
        webhooks.insert(actor.tenant_id, actor.mode, row)
        events.emit(actor, "webhook.created", webhook_id, changes={"url": [None, body.url]}, record=shown(row))
    return {**shown(row), "secret": secret}


def _headers(row: Row) -> dict[str, str]:
    found: dict[str, str] = orjson.loads(vaults.vault().open(row["headers"], HEADERS_CONTEXT + row["id"])) if row["headers"] else {}
    return found


def _sealed_headers(webhook_id: str, headers: dict[str, str] | None) -> bytes | None:
    return vaults.vault().seal(orjson.dumps(headers), HEADERS_CONTEXT + webhook_id) if headers else None


def _sealed_secrets(webhook_id: str, secrets: list[list[Any]]) -> bytes:
    return vaults.vault().seal(orjson.dumps(secrets), SECRET_CONTEXT + webhook_id)


def _find(actor: Actor, webhook_id: str) -> Row:
    row = webhooks.find(actor.tenant_id, actor.mode, webhook_id)
    if row is None:
        raise Missing(f"There is no webhook '{webhook_id}'.")
    return row


def get(actor: Actor, webhook_id: str) -> dict[str, Any]:
    """Return a webhook. Raises Missing."""
    permit(actor, "webhooks:read")
    return shown(_find(actor, webhook_id))


def list_page(actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of webhooks, and the cursor of the next."""
    permit(actor, "webhooks:read")
    found, following = pages.page(
        pages.scope_of(actor, "webhooks"), cursor, limit, lambda after, most: webhooks.page(actor.tenant_id, actor.mode, after, most)
    )
    return [shown(row) for row in found], following


def update(actor: Actor, webhook_id: str, body: WebhookChange, *, version: int | None = None) -> dict[str, Any]:
    """Change a webhook. Pausing holds what it is owed; activating delivers it."""
    permit(actor, "webhooks:write")
    given = body.model_dump(include=body.model_fields_set)
    if body.url is not None:
        guard.vet_url(body.url)
    with database.transaction():
        before = _checked(actor, webhook_id, version)
        change: dict[str, Any] = {name: given[name] for name in ("name", "url", "description") if name in given}
        change |= _options(before, given)
        if body.events is not None:
            change["events"] = orjson.dumps(body.events).decode()
        if "headers" in given:
            change["headers"] = _sealed_headers(webhook_id, webhook_options.unmasked(_headers(before), body.headers))
        if body.active is not None and body.active is not (before["status"] == "active"):
            change |= _status("active" if body.active else "paused", None)
        return _write(actor, before, change, "webhook.updated")


def _options(before: Row, given: dict[str, Any]) -> dict[str, Any]:
    """Return what a change makes of the options, the credentials and the key pair."""
    change: dict[str, Any] = {"options": webhook_options.kept(before["options"], given)}
    if set(webhook_options.SEALED) & set(given):
        change["credentials"] = webhook_options.sealed(before["id"], before["credentials"], given)
    if webhook_options.asymmetric(change["options"]) is not bool(before["public_key"]):
        change |= _key_pair(before, key_pairs.new_private() if before["public_key"] is None else None)
    return change


def _key_pair(before: Row, private: str | None) -> dict[str, Any]:
    """Return the secrets and the public key with another key pair, or none."""
    others = [one for one in _secrets(before) if not one[0].startswith(key_pairs.PRIVATE)]
    secrets = [*others, *([[private, None]] if private else [])]
    return {"secrets": _sealed_secrets(before["id"], secrets), "public_key": key_pairs.public_of(private) if private else None}


def set_status(actor: Actor, webhook_id: str, status: str, reason: str | None = None) -> dict[str, Any]:
    """Enable or disable a webhook: what it is owed becomes due, or is held."""
    permit(actor, "webhooks:write")
    with database.transaction():
        before = _find(actor, webhook_id)
        action = "webhook.updated" if status == "active" else "webhook.disabled"
        return shown(before) if before["status"] == status else _write(actor, before, _status(status, reason), action)


def _status(status: str, reason: str | None) -> dict[str, Any]:
    return {"status": status, "status_reason": reason}


def _checked(actor: Actor, webhook_id: str, version: int | None) -> Row:
    row = _find(actor, webhook_id)
    if version is not None and row["version"] != version:
        raise Stale(current=row["version"])
    return row


def _write(actor: Actor, before: Row, change: dict[str, Any], action: str) -> dict[str, Any]:
    if all(before[name] == value for name, value in change.items()):
        return shown(before)
    row = {**before, **change, "version": before["version"] + 1, "updated_at": clock.now_ms()}
    if not webhooks.update(actor.tenant_id, actor.mode, row, before["version"]):
        raise Stale
    if row["status"] != before["status"]:
        if row["status"] == "active":
            webhook_health.forget(row["id"])
            deliveries.unhold(row["id"], clock.now_ms(), STEP)
            database.after_commit(wakes.deliveries)
        else:
            deliveries.hold(row["id"], clock.now_ms(), STEP)
    old, new = shown(before), shown(row)
    changes = {name: [old[name], new[name]] for name in new if old[name] != new[name] and name not in {"version", "updated_at"}}
    events.emit(actor, action, row["id"], changes=changes, record=new)
    return new


def remove(actor: Actor, webhook_id: str, *, version: int | None = None) -> None:
    """Remove a webhook; what it is still owed is cancelled."""
    permit(actor, "webhooks:write")
    with database.transaction():
        before = _checked(actor, webhook_id, version)
        now = clock.now_ms()
        row = {**before, "deleted_at": now, "status": "disabled", "version": before["version"] + 1, "updated_at": now}
        if not webhooks.update(actor.tenant_id, actor.mode, row, before["version"]):
            raise Stale
        deliveries.cancel(webhook_id, now, STEP)
        events.emit(actor, "webhook.deleted", webhook_id, record=shown(before))


def rotate_secret(actor: Actor, webhook_id: str, body: SecretRotation) -> dict[str, Any]:
    """Return a new secret; the old ones go on signing for the overlap. A key pair is renewed with it."""
    permit(actor, "webhooks:write")
    secret, now = signing.new_secret(), clock.now_ms()
    ends = now + body.overlap_seconds * 1000
    with database.transaction():
        before = _find(actor, webhook_id)
        old = _secrets(before)
        kept = [[text, min(expires or ends, ends)] for text, expires in old if body.overlap_seconds and (expires is None or expires > now)]
        if sum(text.startswith(signing.PREFIX) for text, _ in kept) >= MOST_SECRETS:
            raise Conflict(f"{MOST_SECRETS} secrets are live; wait until one has ended, or rotate without an overlap.", code="too_many_secrets")
        pair = key_pairs.new_private() if before["public_key"] else None
        fresh = [[one, None] for one in (secret, pair) if one]
        change = {"secrets": _sealed_secrets(webhook_id, [*fresh, *kept]), "public_key": key_pairs.public_of(pair) if pair else None}
        _write(actor, before, change, "webhook.updated")
    return {"secret": secret}


def public_keys(webhook_id: str) -> dict[str, Any]:
    """Return the public keys that sign for a webhook as a JSON Web Key Set, for whoever knows its id. Raises Missing when it has none."""
    row = webhooks.find_anywhere(webhook_id)
    if row is None or row["public_key"] is None:
        raise Missing(f"There are no public keys of a webhook '{webhook_id[:100]}'.")
    now = clock.now_ms()
    live = [text for text, expires in _secrets(row) if text.startswith(key_pairs.PRIVATE) and (expires is None or expires > now)]
    return {"keys": [key_pairs.web_key(text, f"{webhook_id}.{number}") for number, text in enumerate(live)]}


def _secrets(row: Row) -> list[list[Any]]:
    found: list[list[Any]] = orjson.loads(vaults.vault().open(row["secrets"], SECRET_CONTEXT + row["id"]))
    return found
