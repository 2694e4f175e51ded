"""Which fields of the API refer to a thing of another list, how it is looked for and what it is called: one table of lists, one of fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.client.api import Api, Row
from app.client.cancellation import Cancellation

ID: Final = re.compile(r"[a-z]{3,4}_[0-9a-v]{26}")
MOST: Final = 20  # things that are offered at once
LOOKED_THROUGH: Final = 1000  # rows of a list that cannot be searched
AT_ONCE: Final = 100  # ids that are asked for in one request: an address of theirs stays below four kilobytes


@dataclass(frozen=True, slots=True)
class Reference:
    """A list whose things other things refer to. `title` and `detail` name members that say what one is called, and what tells it from its like."""

    path: str
    title: str = "name"
    detail: str = ""
    # As which kind the search over all records knows it; such a list can be asked for several ids at once.
    kind: str = ""
    # Whether the list itself takes words to search for; one that does neither is read and looked through here.
    searches: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen."""

    value: str
    words: str
    detail: str = ""


REFERENCES: Final[Mapping[str, Reference]] = {
    found.path: found
    for found in (
        Reference("/contacts", "first_name last_name", "email", "contact"),
        Reference("/companies", "name", "domain", "company"),
        Reference("/deals", "name", "stage", "deal"),
        Reference("/activities", "subject", "type", "activity"),
        Reference("/products", "name", "sku", "product"),
        Reference("/orders", "number", "ordered_at", "order"),
        Reference("/invoices", "number", "due_on", "invoice"),
        Reference("/payments", "reference", "method", "payment"),
        Reference("/documents", "name", "folder", "document"),
        Reference("/users", "email", "name"),
        Reference("/webhooks", "name", "url"),
        Reference("/installations", "name", "integration"),
        Reference("/inbound/sources", "name", "provider"),
        Reference("/email/accounts", "name", "address"),
        Reference("/email/templates", "name", "subject"),
        Reference("/email/inbound/routes"),
        Reference("/admin/v1/tenants", "name", "id", searches=True),
        Reference("/admin/v1/users", "email", "name", searches=True),
    )
}
# A field is told by the last step of its key.
FIELDS: Final[Mapping[str, str]] = {
    "contact_id": "/contacts",
    "company_id": "/companies",
    "deal_id": "/deals",
    "activity_id": "/activities",
    "product_id": "/products",
    "order_id": "/orders",
    "invoice_id": "/invoices",
    "document_id": "/documents",
    "owner_id": "/users",
    "user_id": "/users",
    "webhook_id": "/webhooks",
    "installation_id": "/installations",
    "source_id": "/inbound/sources",
    "template_id": "/email/templates",
    "route_id": "/email/inbound/routes",
    "tenant_id": "/admin/v1/tenants",
}
# Where those lie who act, by their kind; the appliance itself and nobody lie nowhere.
ACTORS: Final[Mapping[str, str]] = {"user": "/admin/v1/users", "operator": "/admin/v1/users", "key": "/keys", "client": "/clients"}


def home_of(key: str) -> str:
    """Return where the thing lies whose id stands under a key; empty where it is no such id."""
    return FIELDS.get(key.rpartition(".")[2], "")


def called(path: str, row: Row) -> str:
    """Return what a thing of a list is called; one without a name by what tells it from its like; empty where it has neither."""
    reference = REFERENCES.get(path) or Reference(path)
    return _joined(row, reference.title) or _joined(row, reference.detail)


def chosen_from(path: str, row: Row) -> Choice:
    """Return a thing of a list as it is offered."""
    reference = REFERENCES[path]
    words = called(path, row) or str(row["id"])
    detail = _joined(row, reference.detail)
    return Choice(str(row["id"]), words, "" if detail == words else detail)


def look_for(api: Api, path: str, text: str, cancellation: Cancellation | None = None) -> list[Choice]:
    """Return things of a list that are called so, or, of no text, those that came last. Blocks; raises ClientError."""
    reference, words = REFERENCES[path], text.strip()
    if reference.kind and words:
        hits = api.page("/search", {"q": words, "types": reference.kind}, limit=MOST, cancellation=cancellation).rows
        found = {str(row["id"]): row for row in _read(api, path, [str(hit["id"]) for hit in hits], cancellation)}
        return [chosen_from(path, found[hit["id"]]) for hit in hits if hit["id"] in found]
    if reference.kind:
        rows = api.page(path, {"sort": "-created_at"}, limit=MOST, cancellation=cancellation).rows
        return [chosen_from(path, row) for row in rows]
    if reference.searches:
        return [chosen_from(path, row) for row in api.page(path, {"search": words}, limit=MOST, cancellation=cancellation).rows]
    every = (chosen_from(path, row) for row in api.every(path, cancellation=cancellation, most=LOOKED_THROUGH))
    return [one for one in every if _says(one, words)][:MOST]


def read_many(api: Api, path: str, ids: Sequence[str], cancellation: Cancellation | None = None) -> Iterator[Row]:
    """Yield the things of a list with these ids, deleted ones too, in few requests; of a list that cannot be asked so, its first page. Blocks."""
    if not is_asked_by_ids(path):
        yield from api.page(path, cancellation=cancellation).rows
        return
    for start in range(0, len(ids), AT_ONCE):
        wanted = ids[start : start + AT_ONCE]
        there = _read(api, path, wanted, cancellation)
        gone = set(wanted).difference(str(row["id"]) for row in there)
        yield from [*there, *_read(api, path, sorted(gone), cancellation, {"filter[deleted][eq]": "true"})]


def is_asked_by_ids(path: str) -> bool:
    """Tell whether a list can be asked for several ids at once."""
    return path in REFERENCES and bool(REFERENCES[path].kind)


def _read(api: Api, path: str, ids: Sequence[str], cancellation: Cancellation | None, more: Mapping[str, str] | None = None) -> list[Row]:
    return api.page(path, {"filter[id][in]": ",".join(ids), **(more or {})}, cancellation=cancellation).rows if ids else []


def _joined(row: Row, members: str) -> str:
    return " ".join(str(row[name]) for name in members.split() if row.get(name))


def _says(one: Choice, words: str) -> bool:
    """Tell whether all these words stand in what a thing is called."""
    said = f"{one.words} {one.detail} {one.value}".casefold()
    return all(word in said for word in words.casefold().split())
