"""Sending domains: what a tenant may put into From, shown to be theirs, signed for, and looked at again and again.

A domain may be sent from (`verified_at`) once its owner has written into its zone what we asked for, and a key signs for it. It
may no longer when that has been gone for three days; a name server that is away takes nothing from anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, StringConstraints

from server.domain.errors import Conflict, Fault, Missing, Stale, Unprocessable
from server.domain.mail import checks, dkim, names
from server.domain.mail.zone import Record
from server.domain.permissions import permit
from server.services import events, pages
from server.services.changes import Change
from server.services.email import domain_watch, examination, keys
from server.store import database, dkim_keys, sending_domains
from server.system import clock, ids

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.sending_domains import Row
    from server.system.settings import Settings

FIRST_LOOK_MS: Final = 600_000
Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class SendingDomainChange(Change):
    """What may be changed: names below the domain that bounces come back to, and that links in mail lead by."""

    clearable = frozenset({"return_path", "tracking"})

    return_path: Name | None = None
    tracking: Name | None = None


class NewSendingDomain(BaseModel):
    """A domain to send from; its sub-domains come with it. Without a return path it is `bounce.` and the name."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Name
    return_path: Name | None = None
    tracking: Name | None = None


class RecordView(BaseModel):
    """A record to paste into the zone; `zone_line` is the same as a line of a zone file."""

    type: str
    name: str
    value: str
    zone_line: str


class FindingView(BaseModel):
    """How one thing is, and the records that mend it. `unknown` says that nobody could say, and is no fault."""

    check: str
    state: checks.State
    detail: str
    found: list[str]
    records: list[RecordView]


class DkimKeyView(BaseModel):
    """A key that signs, will, or did; publish `record` while it is not retired."""

    id: str
    selector: str
    algorithm: str
    state: Literal["pending", "verified", "active", "retiring", "retired"]
    record: RecordView
    created_at: str
    activated_at: str | None
    replaced_at: str | None


class SendingDomainView(BaseModel):
    """A sending domain. `sendable` says whether it may stand in From; `ownership` is what shows that it is yours."""

    id: str
    object: str
    name: str
    status: Literal["pending", "verified", "failing"]
    sendable: bool
    return_path: str | None
    tracking: str | None
    ownership: RecordView
    dkim: list[DkimKeyView]
    findings: list[FindingView]
    checked_at: str | None
    verified_at: str | None
    failing_since: str | None
    version: int
    created_at: str
    updated_at: str


def shown(row: Row) -> dict[str, Any]:
    """Return a domain in its wire form; no private key is in it."""
    found = {"id": row["id"], "object": "sending_domain", "name": row["name"], "status": row["status"], "sendable": row["verified_at"] is not None}
    found |= {name: row[name] for name in ("return_path", "tracking", "version")}
    value = checks.CHALLENGE_PREFIX + examination.challenge(row["tenant_id"], row["name"])
    found["ownership"] = examination.shown_record(Record("TXT", f"{checks.CHALLENGE}.{row['name']}", value))
    found["dkim"] = [_shown_key(row["name"], key) for key in dkim_keys.of_domain(row["tenant_id"], row["mode"], row["id"])]
    found["findings"] = [{name: one[name] for name in FindingView.model_fields} for one in orjson.loads(row["findings"])]
    for name in ("checked_at", "verified_at", "failing_since", "created_at", "updated_at"):
        found[name] = None if row[name] is None else clock.rfc3339(row[name])
    return found


def _shown_key(domain: str, key: Row) -> dict[str, Any]:
    record = Record("TXT", f"{key['selector']}._domainkey.{domain}", dkim.public_record(key["algorithm"], key["public"]))
    found = {name: key[name] for name in ("id", "selector", "algorithm", "state")}
    times = {name: None if key[name] is None else clock.rfc3339(key[name]) for name in ("created_at", "activated_at", "replaced_at")}
    return {**found, "record": examination.shown_record(record), **times}


def create(actor: Actor, body: NewSendingDomain, *, most: int) -> dict[str, Any]:
    """Add a domain with its first keys; `most` is how many a tenant may have. Slow: makes keys. Raises Conflict, Unprocessable."""
    permit(actor, "email:write")
    name, now = names.sending_name(body.name), clock.now_ms()
    domain_id = ids.new_id("dom")
    row: Row = {"id": domain_id, "name": name, "status": "pending", "findings": "[]", "due_at": now + FIRST_LOOK_MS}
    row |= {"return_path": _below(name, "return_path", body.return_path or f"bounce.{name}"), "tracking": _below(name, "tracking", body.tracking)}
    row |= {"version": 1, "created_at": now, "updated_at": now}
    made = keys.make(domain_id)
    with database.transaction():
        if sending_domains.count(actor.tenant_id, actor.mode) >= most:
            raise Conflict(f"A tenant may have {most} sending domains.", code="too_many_domains")
        if sending_domains.find_by_name(actor.tenant_id, actor.mode, name):
            raise Conflict(f"There is {name} already.", code="domain_exists")
        sending_domains.insert(actor.tenant_id, actor.mode, row)
        for key in made:
            dkim_keys.insert(actor.tenant_id, actor.mode, key)
        found = shown(find(actor, domain_id))
        events.emit(actor, "sending_domain.created", domain_id, changes={"name": [None, name]}, record=found)
    return found


def _below(domain: str, field: str, text: str | None) -> str | None:
    """Return a name that has to lie below the domain, in its one spelling. Raises Unprocessable."""
    if text is None:
        return None
    name = names.sending_name(text)
    if name == domain or not names.is_within(name, domain):
        raise Unprocessable(
            f"{name} does not lie below {domain}.", code="invalid_domain", faults=[Fault(f"/{field}", "invalid_domain", f"It ends in .{domain}.")]
        )
    return name


def find(actor: Actor, domain_id: str) -> Row:
    """Return the row of a domain of the actor's. Raises Missing."""
    row = sending_domains.find(actor.tenant_id, actor.mode, domain_id)
    if row is None:
        raise Missing(f"There is no sending domain '{domain_id}'.")
    return row


def get(actor: Actor, domain_id: str) -> dict[str, Any]:
    """Return a domain. Raises Missing."""
    permit(actor, "email:read")
    return shown(find(actor, domain_id))


def list_page(actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of domains, and the cursor of the next."""
    permit(actor, "email:read")
    found, following = pages.page(
        pages.scope_of(actor, "sending_domains"),
        cursor,
        limit,
        lambda after, most: sending_domains.page(actor.tenant_id, actor.mode, after, most),
    )
    return [shown(row) for row in found], following


def update(actor: Actor, domain_id: str, body: SendingDomainChange, *, version: int | None = None) -> dict[str, Any]:
    """Change a domain; its records are looked at anew soon. Raises Missing, Stale, Unprocessable."""
    permit(actor, "email:write")
    given = body.model_dump(exclude_unset=True)
    with database.transaction():
        before = find(actor, domain_id)
        if version is not None and before["version"] != version:
            raise Stale(current=before["version"])
        change = {field: _below(before["name"], field, text) for field, text in given.items()}
        changed = {field: [before[field], value] for field, value in change.items() if before[field] != value}
        if not changed:
            return shown(before)
        row = {**before, **change, "due_at": clock.now_ms(), "version": before["version"] + 1, "updated_at": clock.now_ms()}
        if not sending_domains.update(actor.tenant_id, actor.mode, row, before["version"]):
            raise Stale
        found = shown(row)
        events.emit(actor, "sending_domain.updated", domain_id, changes=changed, record=found)
    return found


def remove(actor: Actor, domain_id: str, *, version: int | None = None) -> None:
    """Remove a domain and its keys; nothing is sent from it any more. Raises Missing, Stale."""
    permit(actor, "email:write")
    with database.transaction():
        row = find(actor, domain_id)
        if version is not None and row["version"] != version:
            raise Stale(current=row["version"])
        found = shown(row)
        dkim_keys.delete_of_domain(actor.tenant_id, actor.mode, domain_id)
        sending_domains.delete(actor.tenant_id, actor.mode, domain_id)
        events.emit(actor, "sending_domain.deleted", domain_id, changes={"name": [row["name"], None]}, record=found)


def rotate(actor: Actor, domain_id: str) -> dict[str, Any]:
    """Make new keys, to be published; they sign once their records are seen. Slow: makes keys. Raises Missing, Conflict."""
    permit(actor, "email:write")
    made = keys.make(domain_id, [key["selector"] for key in dkim_keys.of_domain(actor.tenant_id, actor.mode, find(actor, domain_id)["id"])])
    with database.transaction():
        row = find(actor, domain_id)
        if any(key["state"] in {"pending", "verified"} for key in dkim_keys.of_domain(actor.tenant_id, actor.mode, domain_id)):
            raise Conflict("Keys wait for their records already; publish those first.", code="rotation_under_way")
        for key in made:
            dkim_keys.insert(actor.tenant_id, actor.mode, key)
        sending_domains.update(actor.tenant_id, actor.mode, {**row, "due_at": clock.now_ms() + FIRST_LOOK_MS}, row["version"])
        found = shown(find(actor, domain_id))
        selectors = [key["selector"] for key in made]
        events.emit(actor, "sending_domain.keys_made", domain_id, changes={"selectors": [None, selectors]}, record=found)
    return found


def check(actor: Actor, domain_id: str, settings: Settings) -> dict[str, Any]:
    """Look at a domain's DNS now and return it with what was found; takes up to five seconds. Raises Missing."""
    permit(actor, "email:write")
    domain_watch.look(settings, find(actor, domain_id))
    return shown(find(actor, domain_id))
