"""Feeds: events as their readers see them, in lists and streams, in the order in which they were committed.

A reader sees the events of those nouns whose scope it may read, and `events:read` is needed in any case. A place in the
order is handed out sealed, as cursor of a list and as id of a stream's event, and each can be taken for the other.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final

import orjson
from pydantic import BaseModel, Field

from server.domain import cursors
from server.domain.errors import Denied, Fault, Invalid, Missing, Unprocessable
from server.domain.events import EventType, catalogue, normalise_type
from server.domain.permissions import permit
from server.services import event_schemas, samples, vaults
from server.services.tenants import require_operator
from server.store import api_keys, events
from server.store.records import by_noun
from server.system import clock
from server.system.version import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server.domain.actor import Actor
    from server.store.events import Place

    Found = tuple[str, str, bytes]
    """A sealed place, a type and a body."""
    Follower = Callable[[], list[Found] | None]

BATCH: Final = 200
# Whose scope an event's noun belongs to, where the noun is no resource; anything else needs `events:read` alone.
_SCOPES: Final = {
    "integration": "integrations",
    "inbound": "integrations",
    "inbound_source": "integrations",
    "sync": "integrations",
    "lead": "integrations",
    "webhook": "webhooks",
    "api_key": "keys",
    "user": "users",
    "email": "email",
    "import": "imports",
}


class EventView(BaseModel):
    """An event exactly as receivers get it."""

    id: str
    type: str
    timestamp: str
    created: int
    tenant_id: str
    api_version: str
    data: dict[str, Any]


class EventTypeView(BaseModel):
    """A kind of event, with its JSON Schema and a sample; `aliases` are further names that it can be subscribed to by."""

    object: str
    name: str
    summary: str
    alias: str | None
    aliases: list[str]
    patterns: list[str]
    explicit_only: bool
    version: str
    schema_: Annotated[dict[str, Any], Field(alias="schema")]
    sample: dict[str, Any]


class EventVersionView(BaseModel):
    """What a kind of event looks like in one version of the API."""

    version: str
    schema_: Annotated[dict[str, Any], Field(alias="schema")]
    sample: dict[str, Any]


class EventTypeDetailView(EventTypeView):
    """A kind of event in every version that is still made, the newest first."""

    versions: list[EventVersionView]


def types(actor: Actor) -> list[dict[str, Any]]:
    """Return the catalogue."""
    permit(actor, "events:read")
    return [_type(kind) for kind in catalogue().values()]


def get_type(actor: Actor, name: str) -> dict[str, Any]:
    """Return one type, by its name or an alias, with every version. Raises Missing."""
    permit(actor, "events:read")
    kind = next((one for one in catalogue().values() if name in (one.name, *one.aliases)), None)
    if kind is None:
        raise Missing(f"There is no event type '{name[:100]}'.")
    return {**_type(kind), "versions": [_version(kind.name, version) for version in event_schemas.VERSIONS]}


@cache
def _type(kind: EventType) -> dict[str, Any]:
    noun = kind.name.partition(".")[0]
    return {
        "object": "event_type",
        "name": kind.name,
        "summary": kind.summary,
        "alias": kind.alias,
        "aliases": list(kind.aliases),
        "patterns": [kind.name] if kind.explicit_only else [kind.name, f"{noun}.*", "*"],
        "explicit_only": kind.explicit_only,
        **_version(kind.name, API_VERSION),
    }


def _version(name: str, version: str) -> dict[str, Any]:
    return {"version": version, "schema": event_schemas.schema(name, version), "sample": samples.body(name)}


def _may(actor: Actor, noun: str) -> bool:
    scope = by_noun()[noun].scope if noun in by_noun() else _SCOPES.get(noun, "events")
    try:
        permit(actor, f"{scope}:read")
    except Denied:
        return False
    return True


def _readable(actor: Actor, pattern: str | None) -> list[str] | None:
    """Return the types to look for, None for all: names, and beginnings that end in a dot. Raises Invalid for an unknown pattern."""
    permit(actor, "events:read")
    wanted = _asked(pattern) if pattern else "*"
    nouns = sorted({name.partition(".")[0] for name in catalogue()})
    readable = [noun for noun in nouns if _may(actor, noun)]
    if wanted == "*":
        return None if readable == nouns else [f"{noun}." for noun in readable]
    noun = wanted.partition(".")[0]
    return [wanted.removesuffix("*")] if noun in readable else []


def _asked(pattern: str) -> str:
    try:
        return normalise_type(pattern)
    except Unprocessable as error:
        # Here it stands in the query, and a broken question is malformed.
        raise Invalid(error.detail, code=error.stable_code, faults=[Fault("type", error.stable_code, error.detail)]) from error


def get(actor: Actor, event_id: str) -> bytes:
    """Return an event. Raises Missing."""
    permit(actor, "events:read")
    found = events.find(actor.tenant_id, actor.mode, event_id)
    if found is None or not _may(actor, orjson.loads(found)["type"].partition(".")[0]):
        raise Missing(f"There is no event '{event_id}'.")
    return found


def list_page(actor: Actor, pattern: str | None, since_ms: int, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of events in the order of their commits, and the cursor of the next."""
    wanted = _readable(actor, pattern)
    place = _place(actor.tenant_id, actor.mode, cursor)
    found = [] if wanted == [] else events.after(actor.tenant_id, actor.mode, place, limit + 1, wanted or (), since_ms)
    shown = [orjson.loads(body) for _, _, body in found[:limit]]
    return shown, _sealed(actor.tenant_id, actor.mode, found[limit - 1][0]) if len(found) > limit else None


def follow(actor: Actor, pattern: str | None, after: str | None) -> Follower:
    """Return a function that returns what is new each time it is called, None once the actor's key has ended.

    It begins now, or behind a sealed place. Raises what a list would raise, at once.
    """
    wanted = _readable(actor, pattern)
    tenant_id, mode = actor.tenant_id, actor.mode
    place = _place(tenant_id, mode, after) if after else events.newest()
    return _follower(
        actor,
        lambda at: [] if wanted == [] else events.after(tenant_id, mode, at, BATCH, wanted or ()),
        lambda at: _sealed(tenant_id, mode, at),
        place,
    )


def follow_all(actor: Actor, after: str | None) -> Follower:
    """Return a function that returns every tenant's new events each time it is called, for operators."""
    require_operator(actor)
    place = _place("", "", after) if after else events.newest()
    return _follower(actor, lambda at: events.of_all(at, BATCH), lambda at: _sealed("", "", at), place)


def _follower(actor: Actor, read: Callable[[Place], Sequence[tuple[Place, str, bytes]]], seal: Callable[[Place], str], place: Place) -> Follower:
    def new() -> list[Found] | None:
        nonlocal place
        if actor.kind == "key" and api_keys.find(actor.tenant_id, actor.mode, actor.id, clock.now_ms()) is None:
            return None
        found = read(place)
        if found:
            place = found[-1][0]
        return [(seal(at), event_type, body) for at, event_type, body in found]

    return new


def _scope(tenant_id: str, mode: str) -> str:
    return repr(("feed", tenant_id, mode))


def _sealed(tenant_id: str, mode: str, place: Place) -> str:
    return cursors.encode(vaults.cursor_key(), _scope(tenant_id, mode), list(place))


def _place(tenant_id: str, mode: str, cursor: str | None) -> Place:
    """Return the place inside a cursor. Raises Invalid (`invalid_cursor`)."""
    if not cursor:
        return events.FIRST
    xact, position = cursors.decode(vaults.cursor_key(), _scope(tenant_id, mode), cursor)
    return (xact, position)


def newest() -> Place:
    """Return how far the events of all tenants go, for whoever waits for new ones."""
    return events.newest()


def read(actor: Actor, pattern: str | None, place: Place, limit: int) -> list[tuple[Place, bytes]]:
    """Return the events that the actor may read behind a place, each with its own. Raises as a list does."""
    wanted = _readable(actor, pattern)
    found = [] if wanted == [] else events.after(actor.tenant_id, actor.mode, place, limit, wanted or ())
    return [(at, body) for at, _, body in found]


def seal(actor: Actor, place: Place) -> str:
    """Return a place as its readers get it."""
    return _sealed(actor.tenant_id, actor.mode, place)


def unseal(actor: Actor, cursor: str) -> Place:
    """Return the place inside a cursor of the actor's tenant. Raises Invalid (`invalid_cursor`)."""
    return _place(actor.tenant_id, actor.mode, cursor)
