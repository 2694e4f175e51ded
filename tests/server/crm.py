"""Short words for tests about records: make one, ask for some, be somebody else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from server.domain.actor import Actor
from server.domain.filters import Query, parse_query
from server.services import records as service
from server.services import search
from server.store import database, records
from server.store.declaration import Resource
from server.store.records import Document
from tests.pace import until


def kind(noun: str) -> Resource:
    """Return a resource by its noun."""
    return records.by_noun()[noun]


def made(actor: Actor, noun: str, **fields: Any) -> Document:
    """Create a record and return it."""
    return service.create(actor, kind(noun), fields)


def asked(text: str) -> Query:
    """Return the query of the part of an address behind its question mark."""
    return parse_query(parse_qsl(text, keep_blank_values=True))


def listed(actor: Actor, noun: str | Resource, text: str = "") -> list[Document]:
    """Return the first page of what an address asks for."""
    resource = kind(noun) if isinstance(noun, str) else noun
    return service.list_page(actor, resource, asked(text))[0]


def walked(actor: Actor, resource: Resource, text: str) -> list[str]:
    """Return the ids of every page in order."""
    found, cursor = [], ""
    while True:
        page, following = service.list_page(actor, resource, asked(f"{text}&cursor={cursor}"))
        found += [document["id"] for document in page]
        if following is None:
            return found
        cursor = following


def viewer(actor: Actor) -> Actor:
    """Return bob, who may only look at the actor's tenant."""
    return replace(actor, id="usr_bob", role="viewer")


def limited(actor: Actor, *scopes: str) -> Actor:
    """Return a key of the actor with these scopes alone."""
    return replace(actor, kind="key", scopes=frozenset(scopes))


def index() -> None:
    """Do what the worker does until the index has seen every event."""
    until(_indexed)


def _indexed() -> bool:
    while search.index_new():
        pass
    return all_seen()


def all_seen() -> bool:
    """Tell whether every event can be seen: PostgreSQL shows one when no older transaction is open, be it somebody else's."""
    hidden = "SELECT 1 FROM events WHERE xact >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint LIMIT 1"
    return database.is_sqlite() or database.row(hidden) is None
