"""Records of every resource: reading, writing and walking them, always inside one tenant and mode."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.store import database, given, record_search
from server.store import resources as package
from server.store.selection import Selection, Term, order_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from server.domain.filters import Node, Sort
    from server.store.declaration import Resource
    from server.store.record_search import Driver

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of an order: behind one place and before another, read from its beginning or, `backward`, from its end."""

    after: Sequence[Any] | None = None
    before: Sequence[Any] | None = None
    backward: bool = False


WHOLE: Final = Stretch()


@cache
def resources() -> tuple[Resource, ...]:
    """Return every declared resource, one per file of `server.store.resources`."""
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(importlib.import_module(f"{package.__name__}.{name}").RESOURCE for name in names)


@cache
def by_noun() -> dict[str, Resource]:
    """Return every resource by its noun."""
    return {resource.noun: resource for resource in resources()}


@cache
def by_plural() -> dict[str, Resource]:
    """Return every resource by its plural."""
    return {resource.plural: resource for resource in resources()}


@cache
def referring(resource: Resource) -> tuple[tuple[Resource, str], ...]:
    """Return every resource with the field by which its records refer to those of this one."""
    return tuple(
        (other, name) for other in resources() for name, kind in other.fields.items() if kind.name == "reference" and kind.reference == resource.noun
    )


@lru_cache(maxsize=2048)
def _find_statement(resource: Resource, *, deleted: bool, locked: bool) -> str:
    alive = ("" if deleted else " AND deleted_at IS NULL") + _only(resource)
    return f"SELECT {resource.select_list} FROM {resource.table} WHERE id = ? AND tenant_id = ? AND mode = ?{alive}{' FOR UPDATE' * locked}"


def _only(resource: Resource) -> str:
    return f" AND {resource.only}" if resource.only else ""


def find(tenant_id: str, mode: str, resource: Resource, record_id: str, *, deleted: bool = False, locked: bool = False) -> Document | None:
    """Return a record, or None; a deleted one only when asked for.

    `locked` lets other writers of this record wait for the end of the transaction; on SQLite they do so anyway.
    """
    statement = _find_statement(resource, deleted=deleted, locked=locked and not database.is_sqlite())
    found = database.row(statement, (record_id, tenant_id, mode))
    return resource.document(found) if found else None


def find_many(tenant_id: str, mode: str, resource: Resource, record_ids: Sequence[str]) -> dict[str, Document]:
    """Return those of the records that exist, by id, in one query."""
    if not record_ids:
        return {}
    sql = f"SELECT {resource.select_list} FROM {resource.table} WHERE {_among(resource, record_ids)}"
    return {row[0]: resource.document(row) for row in database.rows(sql, (tenant_id, mode, *record_ids))}


def _among(resource: Resource, record_ids: Sequence[str]) -> str:
    owned = f"{database.aside('tenant_id')} = ? AND {database.aside('mode')} = ? AND deleted_at IS NULL"
    return f"{owned} AND id IN ({', '.join('?' * len(record_ids))}){_only(resource)}"


def existing(tenant_id: str, mode: str, resource: Resource, record_ids: Sequence[str]) -> set[str]:
    """Return which of the ids are records that are there."""
    if not record_ids:
        return set()
    sql = f"SELECT id FROM {resource.table} WHERE {_among(resource, record_ids)}"
    return {row[0] for row in database.rows(sql, (tenant_id, mode, *record_ids))}


def insert(tenant_id: str, mode: str, resource: Resource, document: Document, created_ms: int, updated_ms: int) -> None:
    """Insert a document as version 1, with its external ids. Raises Conflict when an external id is taken."""
    _link(tenant_id, mode, resource, document, before={})
    database.execute(
        resource.insert_statement,
        (
            document["id"],
            tenant_id,
            mode,
            document["version"],
            document["owner_id"],
            created_ms,
            updated_ms,
            None,
            _compact(resource.custom_of(document)),
            _compact(document["external_ids"]),
            _compact(document["tags"]),
            *resource.encode(document),
        ),
    )


def update(tenant_id: str, mode: str, resource: Resource, before: Document, document: Document, at_ms: int, deleted_at: int | None = None) -> bool:
    """Write a document over the version `before`; False when somebody else was faster."""
    _link(tenant_id, mode, resource, document, before=before["external_ids"])
    touched = database.run(
        resource.update_statement,
        (
            document["version"],
            document["owner_id"],
            at_ms,
            deleted_at,
            _compact(resource.custom_of(document)),
            _compact(document["external_ids"]),
            _compact(document["tags"]),
            *resource.encode(document),
            tenant_id,
            mode,
            document["id"],
            before["version"],
        ),
    )
    return touched == 1


def _compact(value: Any) -> str:
    return orjson.dumps(value).decode()


def _link(tenant_id: str, mode: str, resource: Resource, document: Document, before: Mapping[str, str]) -> None:
    """Bring the table of external ids in step with a document."""
    wanted = document["external_ids"]
    if wanted == before:
        return
    for system in before:
        if wanted.get(system) != before[system]:
            database.execute(
                "DELETE FROM external_ids WHERE tenant_id = ? AND mode = ? AND resource = ? AND system = ? AND external_id = ?",
                (tenant_id, mode, resource.plural, system, before[system]),
            )
    for system, external_id in wanted.items():
        if before.get(system) != external_id:
            database.execute(
                "INSERT INTO external_ids (tenant_id, mode, resource, system, external_id, record_id) VALUES (?, ?, ?, ?, ?, ?)",
                (tenant_id, mode, resource.plural, system, external_id, document["id"]),
            )


def unlink(tenant_id: str, mode: str, resource: Resource, document: Document) -> None:
    """Free the external ids of a record that goes away."""
    _link(tenant_id, mode, resource, {**document, "external_ids": {}}, before=document["external_ids"])


def find_by_external_id(tenant_id: str, mode: str, resource: Resource, system: str, external_id: str) -> str | None:
    """Return the id of the record known to another system by this id, or None."""
    found = database.row(
        "SELECT record_id FROM external_ids WHERE tenant_id = ? AND mode = ? AND resource = ? AND system = ? AND external_id = ?",
        (tenant_id, mode, resource.plural, system, external_id),
    )
    return found[0] if found else None


def find_by_value(tenant_id: str, mode: str, resource: Resource, name: str, value: str) -> str | None:
    """Return the oldest record whose declared field equals the value, or None."""
    alive = f"tenant_id = ? AND mode = ? AND deleted_at IS NULL{_only(resource)}"
    found = database.row(f"SELECT id FROM {resource.table} WHERE {alive} AND {name} = ? ORDER BY id LIMIT 1", (tenant_id, mode, value))
    return found[0] if found else None


def find_by_values(tenant_id: str, mode: str, resource: Resource, name: str, values: Sequence[str]) -> dict[str, str]:
    """Return the oldest record of each of these values of a declared field, by the value, in one query."""
    alive = f"tenant_id = ? AND mode = ? AND deleted_at IS NULL{_only(resource)}"
    sql = f"SELECT {name}, MIN(id) FROM {resource.table} WHERE {alive} AND {name} IN (SELECT given.id FROM {given.table('id text')}) GROUP BY {name}"
    return {row[0]: row[1] for row in database.rows(sql, (tenant_id, mode, given.rows([[one] for one in values])))}


def ids_by_value(tenant_id: str, mode: str, resource: Resource, name: str, value: str, limit: int) -> list[str]:
    """Return the oldest records whose declared field equals the value, at most `limit`: one more than is wanted tells that it is ambiguous."""
    found = database.rows(
        f"SELECT id FROM {resource.table} WHERE tenant_id = ? AND mode = ? AND deleted_at IS NULL AND {name} = ? ORDER BY id LIMIT ?",
        (tenant_id, mode, value, limit),
    )
    return [row[0] for row in found]


def ids_after(tenant_id: str, mode: str, resource: Resource, after: str, limit: int) -> list[str]:
    """Return the ids of records behind an id, in their order."""
    alive = f"tenant_id = ? AND mode = ? AND deleted_at IS NULL{_only(resource)}"
    sql = f"SELECT id FROM {resource.table} WHERE {alive} AND id > ? ORDER BY id LIMIT ?"
    return [row[0] for row in database.rows(sql, (tenant_id, mode, after, limit))]


def page(
    tenant_id: str,
    mode: str,
    resource: Resource,
    *,
    where: Node | None,
    sort: Sequence[Sort],
    limit: int,
    after: Sequence[Any] | None = None,
    custom: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[list[Document], list[Any] | None]:
    """Return at most `limit` records in order, and the place to go on from, None at the end.

    `custom` holds the declared type of each custom field, by resource and name. Raises Invalid for a field that is not declared.
    """
    found, width = _rows(
        tenant_id, mode, resource, where=where, sort=sort, limit=limit, stretch=WHOLE if after is None else Stretch(after), custom=custom
    )
    place = list(found[limit - 1][-width:]) if len(found) > limit else None
    return [resource.document(row) for row in found[:limit]], place


def page_with_places(
    tenant_id: str,
    mode: str,
    resource: Resource,
    *,
    where: Node | None,
    sort: Sequence[Sort],
    limit: int,
    stretch: Stretch = WHOLE,
    custom: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[list[tuple[Document, list[Any]]], bool]:
    """Return at most `limit` records of a stretch, each with its place in the order, and whether there are more; otherwise as `page`."""
    found, width = _rows(tenant_id, mode, resource, where=where, sort=sort, limit=limit, stretch=stretch, custom=custom)
    places = [(resource.document(row), list(row[-width:])) for row in found[:limit]]
    return places[::-1] if stretch.backward else places, len(found) > limit


def pages_of(
    tenant_id: str,
    mode: str,
    resource: Resource,
    referring: tuple[str, Sequence[str]],
    *,
    where: Node | None,
    sort: Sequence[Sort],
    limit: int,
    custom: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, tuple[list[tuple[Document, list[Any]]], bool]]:
    """Return the first page of the records that refer to each of some by a field, given as (field, ids), in one query.

    Who has none is left out.
    """
    reference, record_ids = referring
    selection, order, conditions = _selected(resource, where, sort, custom)
    keys = ", ".join(term.sql for term, _ in order)
    conditions.append(f"{resource.table}.{reference} IN ({', '.join('?' * len(record_ids))})")
    number = f"ROW_NUMBER() OVER (PARTITION BY {resource.table}.{reference} ORDER BY {order_by(order)}) AS number"
    chosen = f"SELECT {resource.select_list}, {keys}, {number} FROM {resource.table} WHERE {' AND '.join(conditions)}"
    sql = f"SELECT * FROM ({chosen}) AS numbered WHERE number <= ? ORDER BY number"
    pages: dict[str, list[tuple[Document, list[Any]]]] = {}
    for row in database.rows(sql, (tenant_id, mode, *selection.values, *record_ids, limit + 1)):
        document = resource.document(row)
        pages.setdefault(document[reference], []).append((document, list(row[-1 - len(order) : -1])))
    return {record_id: (found[:limit], len(found) > limit) for record_id, found in pages.items()}


def _rows(
    tenant_id: str,
    mode: str,
    resource: Resource,
    *,
    where: Node | None,
    sort: Sequence[Sort],
    limit: int,
    stretch: Stretch,
    custom: Mapping[str, Mapping[str, str]] | None,
) -> tuple[list[tuple[Any, ...]], int]:
    """Return one row more than `limit` where there are more, and how many of the last columns are the place in the order.

    Backward, they come from the end.
    """
    if where is None and stretch == WHOLE and not custom:
        sql, width = _first_page(resource, tuple(sort), sqlite=database.is_sqlite())
        return database.rows(sql, (tenant_id, mode, limit + 1)), width

    def found(stretch: Stretch, driver: Driver | None) -> tuple[list[tuple[Any, ...]], int]:
        selection, order, conditions = _selected(resource, where, sort, custom, driver)
        sql = _page_statement(resource, _within(stretch, selection, order, conditions), conditions)
        return database.rows(sql, (tenant_id, mode, *selection.values, limit + 1)), len(order)

    driver = record_search.driver(tenant_id, mode, resource, where, sort)
    if driver is not None and driver.many:
        # Those found, if they lie all over the order, fill a page within its beginning: that takes a hundredth of finding them all.
        near = _beginning(tenant_id, mode, resource, sort, stretch, custom)
        rows, width = found(near, None) if near else ([], 0)
        if len(rows) > limit:
            return rows, width
    return found(stretch, driver)


def _beginning(
    tenant_id: str, mode: str, resource: Resource, sort: Sequence[Sort], stretch: Stretch, custom: Mapping[str, Mapping[str, str]] | None
) -> Stretch | None:
    """Return so many of a stretch's records as are looked at first; None where it has no more than these."""
    selection, order, conditions = _selected(resource, None, sort, custom)
    walked = _within(stretch, selection, order, conditions)
    keys = ", ".join(term.sql for term, _ in order)
    sql = f"SELECT {keys} FROM {resource.table} WHERE {' AND '.join(conditions)} ORDER BY {order_by(walked)} LIMIT 1 OFFSET ?"
    edge = database.row(sql, (tenant_id, mode, *selection.values, record_search.LOOKED_AT_FIRST))
    if edge is None:
        return None
    return replace(stretch, after=edge) if stretch.backward else replace(stretch, before=edge)


def _within(stretch: Stretch, selection: Selection, order: list[tuple[Term, bool]], conditions: list[str]) -> list[tuple[Term, bool]]:
    """Add what bounds a stretch to the conditions, and return the order that it is walked in."""
    turned = [(term, not descends) for term, descends in order]
    if stretch.after is not None:
        conditions.append(selection.after(order, stretch.after))
    if stretch.before is not None:
        conditions.append(selection.after(turned, stretch.before))
    return turned if stretch.backward else order


def _selected(
    resource: Resource, where: Node | None, sort: Sequence[Sort], custom: Mapping[str, Mapping[str, str]] | None, driver: Driver | None = None
) -> tuple[Selection, list[tuple[Term, bool]], list[str]]:
    """Return what a question comes to: its selection with the values, its order, and its conditions behind tenant and mode."""
    selection = Selection(resource, by_noun(), custom or {}, driver)
    order = selection.order(sort)
    condition = selection.where(where)
    owned = [f"{resource.table}.{name}" for name in ("tenant_id", "mode")]
    conditions = [f"{database.aside(name) if driver and driver.leads else name} = ?" for name in owned]
    if resource.only:
        conditions.append(resource.only)
    if condition:
        conditions.append(condition)
    if not selection.sees_deleted:
        conditions.append(f"{resource.table}.deleted_at IS NULL")
    return selection, order, conditions


def matching_ids(
    tenant_id: str,
    mode: str,
    resource: Resource,
    *,
    where: Node | None,
    sort: Sequence[Sort],
    custom: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[Iterator[str], bool]:
    """Return the ids of all records that match, in order, read as they are asked for; the flag says whether deleted ones are meant.

    Raises Invalid as `page`, at once. Nothing else may be asked on this thread before the last id was taken.
    """
    driver = record_search.driver(tenant_id, mode, resource, where)
    selection, order, conditions = _selected(resource, where, sort, custom, driver)
    sql = f"SELECT {resource.table}.id FROM {resource.table} WHERE {' AND '.join(conditions)} ORDER BY {order_by(order)}"
    return (row[0] for row in database.stream(sql, (tenant_id, mode, *selection.values))), selection.sees_deleted


def find_in_order(tenant_id: str, mode: str, resource: Resource, record_ids: Sequence[str], *, deleted: bool = False) -> list[Document]:
    """Return those of the records that exist, in the order of the ids; deleted ones only when these are meant."""
    marks = ", ".join("?" * len(record_ids))
    owned = f"{database.aside('tenant_id')} = ? AND {database.aside('mode')} = ?"
    sql = f"SELECT {resource.select_list} FROM {resource.table} WHERE {owned} AND id IN ({marks}){_only(resource)}"
    found = {row[0]: row for row in database.rows(sql, (tenant_id, mode, *record_ids))}
    documents = (resource.document(found[record_id]) for record_id in record_ids if record_id in found)
    return [document for document in documents if deleted or "deleted_at" not in document]


def _page_statement(resource: Resource, order: Sequence[tuple[Term, bool]], conditions: Sequence[str]) -> str:
    keys = ", ".join(term.sql for term, _ in order)
    return f"SELECT {resource.select_list}, {keys} FROM {resource.table} WHERE {' AND '.join(conditions)} ORDER BY {order_by(order)} LIMIT ?"


@lru_cache(maxsize=256)
def _first_page(resource: Resource, sort: tuple[Sort, ...], *, sqlite: bool) -> tuple[str, int]:  # noqa: ARG001 - each database has its own statement
    """Return the statement of an unfiltered list's first page, and how many columns its order takes: the list asked for most."""
    order = Selection(resource, by_noun()).order(sort)
    table = resource.table
    alive = [f"{table}.tenant_id = ?", f"{table}.mode = ?", f"{table}.deleted_at IS NULL", *([resource.only] if resource.only else [])]
    return _page_statement(resource, order, alive), len(order)


def everywhere(resource: Resource, after: str, limit: int) -> list[tuple[str, str, Document]]:
    """Return `(tenant, mode, record)` of every tenant behind an id, deleted ones among them; for making indexes anew."""
    sql = f"SELECT {resource.select_list}, {resource.table}.tenant_id, {resource.table}.mode FROM {resource.table} WHERE id > ? ORDER BY id LIMIT ?"
    return [(row[-2], row[-1], resource.document(row)) for row in database.rows(sql, (after, limit))]
