"""The timeline of a contact, company or deal: what refers to it and what happened to it, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import orjson
from pydantic import BaseModel

from server.domain import cursors
from server.domain.errors import Fault, Invalid
from server.domain.hints import near_miss
from server.domain.permissions import permit
from server.services import pages, records, vaults
from server.services.search import may, title_of
from server.store import records as store
from server.store import timelines
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.actor import Actor
    from server.store.declaration import Resource

NOUNS: Final = ("contact", "company", "deal")
EVENT: Final = "event"
EMAIL: Final = "email_message"
ACTIVITY: Final = "activity"
_UNIX_MS: Final = slice(0, 6)


class TimelineEntry(BaseModel):
    """One thing on a timeline: a record that refers to its subject, or an event about it, under `record`."""

    object: Literal["timeline_entry"]
    id: str
    type: str
    at: str
    title: str
    record: dict[str, Any]


def list_page(
    actor: Actor, resource: Resource, record_id: str, types: Sequence[str], cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Return entries of these types, or of all that the actor may read, and the cursor of the next page.

    One query per type, whatever the number of entries. Raises Missing, Denied or Invalid for an unknown type.
    """
    permit(actor, f"{resource.scope}:read")
    subject = records.get(actor, resource, record_id)
    key, scope = vaults.cursor_key(), pages.scope_of(actor, "timeline", record_id)
    before = cursors.decode(key, scope, cursor)[0] if cursor else timelines.LAST
    found: list[tuple[str, dict[str, Any]]] = []
    sources = _sources(actor, resource, types)
    # A mail of ours that came to a mailbox too is on the timeline as what was sent, with how it fares.
    sent_to = str(subject["email"] or "") if EMAIL in sources else ""
    for noun, source in sources.items():
        if noun == EVENT:
            found += _events(actor, record_id, before, limit + 1)
        elif noun == EMAIL:
            found += _messages(actor, subject["email"], before, limit + 1)
        elif source is not None:
            found += _referring(actor, *source, record_id, before, limit + 1, sent_to if noun == ACTIVITY else "")
    newest = sorted(dict(found).items(), reverse=True)
    entries = [entry for _, entry in newest[:limit]]
    return entries, cursors.encode(key, scope, [newest[limit - 1][0]]) if len(newest) > limit else None


def _sources(actor: Actor, resource: Resource, types: Sequence[str]) -> dict[str, tuple[Resource, str] | None]:
    """Return by noun the resources with the field by which they refer to this one; None for events, and for mail to a contact."""
    known = {other.noun: (other, name) for other, name in store.referring(resource)}
    scopes = {noun: f"{other.scope}:read" for noun, (other, _) in known.items()} | {EVENT: "events:read"}
    if resource.noun == "contact":
        scopes[EMAIL] = "email:read"
    plurals = {other.plural: noun for noun, (other, _) in known.items()} | {"events": EVENT, "email_messages": EMAIL}
    wanted = [plurals.get(name, name) for name in types]
    for name in wanted:
        if name not in scopes:
            detail = f"There is no type '{name[:100]}' on this timeline.{near_miss(name, scopes)}"
            raise Invalid(detail, code="unknown_type", faults=[Fault("types", "unknown_type", detail)])
        permit(actor, scopes[name])
    return {noun: known.get(noun) for noun in wanted or scopes if wanted or may(actor, scopes[noun])}


def _referring(
    actor: Actor, resource: Resource, field: str, record_id: str, before: str, limit: int, sent_to: str
) -> list[tuple[str, dict[str, Any]]]:
    found = timelines.referring(actor.tenant_id, actor.mode, resource, field, record_id, before, limit, sent_to=sent_to)
    return [_entry(document["id"], resource.noun, title_of(resource, document), document) for document in found]


def _events(actor: Actor, record_id: str, before: str, limit: int) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for event_id, body in timelines.events(actor.tenant_id, actor.mode, record_id, before, limit):
        event = orjson.loads(body)
        found.append(_entry(event_id, EVENT, event["type"], event))
    return found


def _messages(actor: Actor, address: str | None, before: str, limit: int) -> list[tuple[str, dict[str, Any]]]:
    """Return the mail that was sent to a contact, each with how it fares with this recipient."""
    found = []
    for row in timelines.messages(actor.tenant_id, actor.mode, address, before, limit) if address else ():
        times = {name: value and clock.rfc3339(value) for name, value in row.items() if name.endswith("_at")}
        shown = {**row, "object": EMAIL, **times}
        found.append(_entry(row["id"], EMAIL, row["subject"], shown))
    return found


def _entry(identifier: str, kind: str, title: str, record: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    at = int.from_bytes(ids.to_uuid(identifier).bytes[_UNIX_MS], "big")
    entry = {"object": "timeline_entry", "id": identifier, "type": kind, "at": clock.rfc3339(at), "title": title, "record": record}
    return identifier.rpartition("_")[2], entry
