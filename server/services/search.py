"""Search over everything a caller may read, and the making of its index from the events.

The index is made behind the events by the worker, so no write waits for it; what is found is read fresh from its record,
so nothing deleted or changed meanwhile is ever shown. Deleted records that can come back are in it apart from the others.
The keys of duplicates are kept in step on the same walk.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from server.domain import search as rules
from server.domain.errors import Denied, Fault, Invalid
from server.domain.hints import near_miss
from server.domain.masking import is_mask
from server.domain.permissions import permit
from server.services import duplicates
from server.store import database, events, records, search
from server.store.search import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from server.domain.actor import Actor
    from server.store.declaration import Resource
    from server.store.records import Document

BATCH: Final = 50
_EXACT: Final = 100
_BEGINNING: Final = 300
_TITLES: Final = ("name", "title", "label")
Texts = list[tuple[str, str]]


class Hit(BaseModel):
    """A record that was found; `object` is its kind, `type` the type of a custom object, `score` at most 1."""

    object: str
    id: str
    type: str | None
    title: str
    snippet: str | None
    score: float
    url: str
    updated_at: str


def find(actor: Actor, text: str, types: Sequence[str], limit: int) -> list[dict[str, Any]]:
    """Return the records that hold every word, or the beginning of it, the best first. Raises Invalid for an unknown type."""
    resources = readable(actor, types)
    found: dict[str, tuple[float, Entry]] = {}
    for wanted in rules.asked(text):
        for entry in _candidates(actor, list(resources), wanted):
            score = rules.fit(wanted, entry.title.split(), entry.words.split())
            if score > found.get(entry.object_id, (0.0, entry))[0]:
                found[entry.object_id] = (score, entry)
    # Ids sort by time, behind their prefix: of two that fit alike the newer one comes first.
    best = sorted(found.values(), key=lambda one: (one[0], one[1].object_id.rpartition("_")[2]), reverse=True)[:limit]
    return _hits(actor, resources, best, [word for wanted in rules.asked(text) for word in wanted])


def readable(actor: Actor, types: Sequence[str]) -> dict[str, Resource]:
    """Return the resources to look at by noun: those asked for, else all that the actor may read. Raises Denied or Invalid."""
    nouns = [_noun(name) for name in types]
    for noun in nouns:
        permit(actor, f"{records.by_noun()[noun].scope}:read")
    if nouns:
        return {noun: records.by_noun()[noun] for noun in nouns}
    found = {noun: resource for noun, resource in records.by_noun().items() if may(actor, f"{resource.scope}:read")}
    if not found:
        permit(actor, "contacts:read")
    return found


def _noun(name: str) -> str:
    resource = records.by_noun().get(name) or records.by_plural().get(name)
    if resource is None:
        detail = f"There is no type '{name[:100]}'.{near_miss(name, records.by_noun())}"
        raise Invalid(detail, code="unknown_type", faults=[Fault("types", "unknown_type", detail)])
    return resource.noun


def may(actor: Actor, scope: str) -> bool:
    """Tell whether the actor's scopes and role allow a scope."""
    try:
        permit(actor, scope)
    except Denied:
        return False
    return True


def _candidates(actor: Actor, nouns: list[str], wanted: list[str]) -> Iterable[Entry]:
    """Return what holds the very words, then what holds their beginnings: neither can crowd the other out."""
    exact = search.find(actor.tenant_id, actor.mode, nouns, wanted, begins=False, limit=_EXACT)
    return exact + search.find(actor.tenant_id, actor.mode, nouns, wanted, begins=True, limit=_BEGINNING)


def _hits(actor: Actor, resources: dict[str, Resource], best: Sequence[tuple[float, Entry]], wanted: list[str]) -> list[dict[str, Any]]:
    ids: dict[str, list[str]] = defaultdict(list)
    for _, entry in best:
        ids[entry.object].append(entry.object_id)
    there: dict[str, Document] = {}
    for noun, some in ids.items():
        there |= records.find_many(actor.tenant_id, actor.mode, resources[noun], some)
    return [_hit(resources[entry.object], there[entry.object_id], score, wanted) for score, entry in best if entry.object_id in there]


def _hit(resource: Resource, document: Document, score: float, wanted: list[str]) -> dict[str, Any]:
    kind = document["type"] if resource.noun == "object" else None
    return {
        "object": resource.noun,
        "id": document["id"],
        "type": kind,
        "title": title_of(resource, document),
        "snippet": rules.snippet(wanted, [one for one in _texts(resource, document) if one[0] not in resource.title]),
        "score": round(score, 3),
        "url": f"/api/v1/{resource.plural}/{f'{kind}/' if kind else ''}{document['id']}",
        "updated_at": document["updated_at"],
    }


def title_of(resource: Resource, document: Document) -> str:
    """Return what a record is called where it is shown in one line."""
    named = " ".join(str(document[name]) for name in resource.title if document.get(name))
    if named:
        return named
    if resource.noun == "object":
        custom = {name: value for name, value in document["custom"].items() if isinstance(value, str) and not is_mask(value)}
        return next((custom[name] for name in _TITLES if custom.get(name)), next(iter(custom.values()), document["id"]))
    return str(next((document[name] for name in (*resource.identity, "email", "domain") if document.get(name)), document["id"]))


def _texts(resource: Resource, document: Document) -> Texts:
    """Return every text of a record that it can be found by, with the name of its field; by what a mask shows it is not."""
    found: Texts = []
    for name, kind in resource.fields.items():
        if kind.name in {"text", "json"}:
            found += _strings(name, document[name])
    for name in ("custom", "external_ids", "tags"):
        found += _strings(name, document[name])
    return found


def _strings(name: str, value: Any) -> Texts:
    if isinstance(value, str):
        return [] if is_mask(value) else [(name, value)]
    if isinstance(value, dict):
        return [one for key, part in value.items() for one in _strings(f"{name}.{key}", part)]
    if isinstance(value, list):
        return [one for part in value for one in _strings(name, part)]
    return []


def entry_of(resource: Resource, document: Document) -> Entry:
    """Return the entry of a record in the index."""
    title = rules.words(title_of(resource, document))
    others = rules.indexed(text for _, text in _texts(resource, document))
    return Entry(resource.noun, document["id"], " ".join(title), " ".join(others))


def index_new(limit: int = BATCH) -> int:
    """Bring the index up to date with the next events of all tenants; returns how many were read, 0 when there is nothing new.

    Everything is read and prepared before the transaction, which is short: writers of the API wait for it. An index that
    is not there, as after a restore, is made first.
    """
    place = search.position()
    if place is None:
        return rebuild()
    found = events.everywhere(place, limit)
    if not found:
        return 0
    touched: dict[tuple[str, str, str], dict[str, None]] = defaultdict(dict)
    for _, _, tenant_id, mode, noun, object_id in found:
        if noun in records.by_noun():
            touched[tenant_id, mode, noun][object_id] = None
    prepared = [_prepared(*where, list(some)) for where, some in touched.items()]
    with database.transaction():
        if search.advance(place, found[-1][:2]):
            for work in prepared:
                _apply(work)
    return len(found)


@dataclass(frozen=True, slots=True)
class _Work:
    """What is to be written about some records of one kind, tenant and mode; `deleted` are entries of those that can come back."""

    tenant_id: str
    mode: str
    noun: str
    entries: list[Entry]
    deleted: list[Entry]
    keys: dict[str, set[str]]
    gone: list[str]


def _prepared(tenant_id: str, mode: str, noun: str, object_ids: list[str]) -> _Work:
    found = records.find_in_order(tenant_id, mode, records.by_noun()[noun], object_ids, deleted=True)
    there = {document["id"] for document in found}
    return _work(tenant_id, mode, noun, found, [one for one in object_ids if one not in there])


def _work(tenant_id: str, mode: str, noun: str, documents: Sequence[Document], gone: list[str]) -> _Work:
    alive = [document for document in documents if "deleted_at" not in document]
    deleted = [document for document in documents if "deleted_at" in document]
    keys: dict[str, set[str]] = {}
    if noun in duplicates.NOUNS:
        keys = {object_id: set() for object_id in (*gone, *(document["id"] for document in deleted))}
        keys |= {document["id"]: duplicates.keys_of(document) for document in alive}
    entries, others = ([entry_of(records.by_noun()[noun], document) for document in some] for some in (alive, deleted))
    return _Work(tenant_id, mode, noun, entries, others, keys, gone)


def _apply(work: _Work) -> None:
    search.put(work.tenant_id, work.mode, work.entries)
    search.put(work.tenant_id, work.mode, work.deleted, deleted=True)
    search.remove(work.tenant_id, work.mode, work.gone)
    duplicates.keep(work.tenant_id, work.mode, work.noun, work.keys)


def rebuild() -> int:
    """Make the index anew from the records of all tenants; returns how many there are. Searching goes on meanwhile.

    It is marked as made only at its end, and up to where the events stood at its beginning: one that was interrupted
    begins again, and what changed meanwhile is read once more.
    """
    place = events.newest()
    with database.transaction():
        search.begin(None)
    count = sum(_fill(resource) for resource in records.resources())
    _forget_gone()
    with database.transaction():
        search.begin(place)
    return count


def _fill(resource: Resource) -> int:
    count, after = 0, ""
    while found := records.everywhere(resource, after, BATCH):
        after, count = found[-1][2]["id"], count + len(found)
        by_tenant: dict[tuple[str, str], list[Document]] = defaultdict(list)
        for tenant_id, mode, document in found:
            by_tenant[tenant_id, mode].append(document)
        prepared = [_work(*where, resource.noun, documents, []) for where, documents in by_tenant.items()]
        with database.transaction():
            for work in prepared:
                _apply(work)
    return count


def _forget_gone() -> None:
    after = 0
    while found := search.everywhere(after, BATCH):
        after = found[-1][0]
        listed: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for _, tenant_id, mode, noun, object_id in found:
            listed[tenant_id, mode, noun].append(object_id)
        with database.transaction():
            for where, object_ids in listed.items():
                gone = _prepared(*where, object_ids).gone
                _apply(_work(*where, [], gone))
