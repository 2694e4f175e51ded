"""Webhooks: a tenant's addresses for events, their secrets, and what happens to deliveries when one is paused or removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from server.domain import signing
from server.domain.actor import Actor
from server.domain.errors import Conflict, Missing, Stale
from server.domain.events import normalise_pattern, spellings
from server.domain.permissions import permit
from server.outbound import guard
from server.services import events, pages, vaults, wakes
from server.services.changes import Change
from server.services.dispatch import HEADERS_CONTEXT, SECRET_CONTEXT, STEP
from server.store import database, deliveries, webhooks
from server.system import clock, ids

if TYPE_CHECKING:
    from server.store.webhooks import Row

LONGEST_OVERLAP: Final = 604_800
MOST_SECRETS: Final = 10
RESERVED: Final = frozenset(
    {"connection", "content-encoding", "content-length", "content-type", "expect", "host", "keep-alive", "proxy-connection", "te", "trailer"}
    | {"transfer-encoding", "upgrade", "user-agent"}
)


def _events(patterns: list[str]) -> list[str]:
    return list(dict.fromkeys(normalise_pattern(pattern) for pattern in patterns))


def _headers(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if name.lower() in RESERVED or name.lower().startswith("webhook-"):
            message = f"may not set the header '{name}'"
            raise ValueError(message)
        if (
            not name.replace("-", "").replace("_", "").isalnum()
            or not name.isascii()
            or any(ord(letter) < 32 or ord(letter) > 126 for letter in value)
        ):
            message = f"holds a header that HTTP does not allow: '{name[:50]}'"
            raise ValueError(message)
    return headers


Events = Annotated[
    list[Annotated[str, StringConstraints(max_length=100), Field(json_schema_extra={"enum": sorted(spellings())})]],
    Field(min_length=1, max_length=100, examples=[["contact.*"]]),
    AfterValidator(_events),
]
Headers = Annotated[
    dict[str, Annotated[str, StringConstraints(max_length=4096), Field(json_schema_extra={"pattern": "^[ -~]*$"})]],
    Field(max_length=50, json_schema_extra={"propertyNames": {"pattern": "^[A-Za-z0-9_-]+$"}}),
    AfterValidator(_headers),
]
Url = Annotated[
    str, StringConstraints(max_length=2048), Field(examples=["https://example.com/hooks"], json_schema_extra={"pattern": "^https?://[A-Za-z0-9]"})
]


class WebhookChange(Change):
    """What may be changed about a webhook."""

    clearable = frozenset({"description", "headers"})

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    url: Url | None = None
    events: Events | None = None
    description: Annotated[str, StringConstraints(max_length=1000)] | None = None
    headers: Headers | None = None
    active: bool | None = None


class NewWebhook(WebhookChange):
    """What makes a webhook. Without a `secret` one is made; it is shown once."""

    clearable = frozenset({"description", "headers", "secret"})

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    url: Url
    events: Events
    secret: Annotated[str, StringConstraints(max_length=200), AfterValidator(signing.check_secret)] | None = None
    active: bool = True


class SecretRotation(BaseModel):
    """How long the old secret goes on signing beside the new one, in seconds: 0 to 7 days."""

    model_config = ConfigDict(extra="forbid")

    overlap_seconds: Annotated[int, Field(ge=0, le=LONGEST_OVERLAP)] = 86_400


class WebhookView(BaseModel):
    """A webhook as it is listed."""

    id: str
    object: str
    name: str
    url: str
    description: str | None
    events: list[str]
    headers: dict[str, str]
    active: bool
    status: Literal["active", "paused", "disabled"]
    status_reason: str | None
    failure_count: int
    last_triggered: str | None
    version: int
    created_at: str
    updated_at: str


class WebhookOnce(WebhookView):
    """A webhook with its secret, shown this once."""

    secret: str


class SecretOnce(BaseModel):
    """A new secret, shown this once."""

    secret: str


def shown(row: Row) -> dict[str, Any]:
    """Return a webhook in its wire form; header values are masked, secrets left out."""
    headers = orjson.loads(vaults.vault().open(row["headers"], HEADERS_CONTEXT + row["id"])) if row["headers"] else {}
    return {
        "id": row["id"],
        "object": "webhook",
        "name": row["name"],
        "url": row["url"],
        "description": row["description"],
        "events": orjson.loads(row["events"]),
        "headers": dict.fromkeys(headers, "********"),
        "active": row["status"] == "active",
        "status": row["status"],
        "status_reason": row["status_reason"],
        "failure_count": row["failure_count"],
        "last_triggered": None if row["last_triggered"] is None else clock.rfc3339(row["last_triggered"]),
        "version": row["version"],
        "created_at": clock.rfc3339(row["created_at"]),
        "updated_at": clock.rfc3339(row["updated_at"]),
    }


def create(actor: Actor, body: NewWebhook, *, most: int) -> dict[str, Any]:
    """Make a webhook; its address is judged now and at every attempt. `most` is how many a tenant may have."""
    permit(actor, "webhooks:write")
    guard.vet_url(body.url)
    secret, now, webhook_id = body.secret or signing.new_secret(), clock.now_ms(), ids.new_id("whk")
    row: Row = {
        "id": webhook_id,
        "name": body.name,
        "url": body.url,
        "description": body.description,
        "events": orjson.dumps(body.events).decode(),
        "headers": _sealed_headers(webhook_id, body.headers),
        "secrets": _sealed_secrets(webhook_id, [[secret, None]]),
        "status": "active" if body.active else "paused",
        "status_reason": None,
        "options": "{}",
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
    given = body.model_dump(exclude_unset=True)
    if body.url is not None:
        guard.vet_url(body.url)
    with database.transaction():
        before = _checked(actor, webhook_id, version)
        change: dict[str, Any] = {name: given[name] for name in ("name", "url", "description") if name in given}
        if body.events is not None:
            change["events"] = orjson.dumps(body.events).decode()
        if "headers" in given:
            change["headers"] = _sealed_headers(webhook_id, body.headers)
        if body.active is not None and body.active is not (before["status"] == "active"):
            change |= _status("active" if body.active else "paused", None)
        return _write(actor, before, change, "webhook.updated")


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
    """Return a new secret; the old ones go on signing for the overlap."""
    permit(actor, "webhooks:write")
    secret, now = signing.new_secret(), clock.now_ms()
    ends = now + body.overlap_seconds * 1000
    with database.transaction():
        before = _find(actor, webhook_id)
        old = orjson.loads(vaults.vault().open(before["secrets"], SECRET_CONTEXT + webhook_id))
        kept = [[text, min(expires or ends, ends)] for text, expires in old if body.overlap_seconds and (expires is None or expires > now)]
        if len(kept) >= MOST_SECRETS:
            raise Conflict(f"{MOST_SECRETS} secrets are live; wait until one has ended, or rotate without an overlap.", code="too_many_secrets")
        _write(actor, before, {"secrets": _sealed_secrets(webhook_id, [[secret, None], *kept])}, "webhook.updated")
    return {"secret": secret}
