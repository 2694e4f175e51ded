"""External records: what each installation's vendor knows a record of ours as, and what both sides last agreed on.

`external_id` is unique in an installation and resource, and so is the record of ours that is linked to it. `generation` is the
listing that a row was last seen in, so what a complete listing did not see is what the vendor deleted. `base_values` are the
mapped values both sides had when they last agreed, `remote_hash` fingerprints those that the vendor was last seen with. `merged_into` is the
record of ours that a merge has put in the place of the linked one, where that has a row of the vendor's already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.store import database, given

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLUMNS: Final = (
    "external_id", "local_id", "part", "remote_hash", "remote_version", "base_values", "generation", "hour", "changes", "deleted_at",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM external_records"
_OWN: Final = "tenant_id = ? AND mode = ? AND installation_id = ? AND resource = ?"
_UPSERT: Final = (
    f"INSERT INTO external_records (tenant_id, mode, installation_id, resource, {', '.join(_COLUMNS)}, updated_at)"
    f" VALUES ({', '.join('?' * (len(_COLUMNS) + 5))}) ON CONFLICT (installation_id, resource, external_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in (*_COLUMNS[1:], "updated_at"))
)


Moved = dict[str, Any]
"""One row of a vendor's that means another record of ours since a merge: `of` which, its `column`, and the ids `from` and `to`."""


@dataclass(slots=True)
class Link:
    """One record as the vendor has it; `hour` and `changes` count how often it changed lately."""

    external_id: str
    local_id: str | None = None
    part: str = ""
    remote_hash: str = ""
    remote_version: str | None = None
    base: dict[str, Any] = field(default_factory=dict)
    generation: int = 0
    hour: int = 0
    changes: int = 0
    deleted_at: int | None = None


def _link(row: Sequence[Any]) -> Link:
    external_id, local_id, part, remote_hash, remote_version, base, generation, hour, changes, deleted_at = row
    return Link(external_id, local_id, part, remote_hash, remote_version, orjson.loads(base), generation, hour, changes, deleted_at)


def find_many(tenant_id: str, mode: str, installation_id: str, resource: str, external_ids: Sequence[str]) -> dict[str, Link]:
    """Return what is known of these ids of the vendor's, in one query."""
    sql = f"{_SELECT} WHERE {_OWN} AND external_id IN (SELECT id FROM {given.table('id text')})"
    found = database.rows(sql, (tenant_id, mode, installation_id, resource, given.rows([[one] for one in external_ids])))
    return {row[0]: _link(row) for row in found}


def of_records(tenant_id: str, mode: str, installation_id: str, resource: str, local_ids: Sequence[str]) -> dict[str, Link]:
    """Return the links of these records of ours, by our ids; what is gone at the vendor is not among them."""
    sql = f"{_SELECT} WHERE {_OWN} AND deleted_at IS NULL AND local_id IN (SELECT id FROM {given.table('id text')})"
    found = database.rows(sql, (tenant_id, mode, installation_id, resource, given.rows([[one] for one in local_ids])))
    return {row[1]: _link(row) for row in found}


def leading_to(tenant_id: str, mode: str, installation_id: str, resource: str, table: str, external_ids: Sequence[str]) -> dict[str, str]:
    """Return which records of ours, of a table, the vendor means by these ids of its own: those that are there, in one query."""
    sql = (
        f"SELECT e.external_id, t.id FROM external_records e JOIN {table} t ON t.id = COALESCE(e.merged_into, e.local_id)"
        " AND t.tenant_id = e.tenant_id AND t.mode = e.mode AND t.deleted_at IS NULL"
        " WHERE e.tenant_id = ? AND e.mode = ? AND e.installation_id = ? AND e.resource = ? AND e.deleted_at IS NULL"
        f" AND e.external_id IN (SELECT given.id FROM {given.table('id text')})"
    )
    values = (tenant_id, mode, installation_id, resource, given.rows([[one] for one in external_ids]))
    return {row[0]: row[1] for row in database.rows(sql, values)}


def known_as(tenant_id: str, mode: str, installation_id: str, resource: str, local_ids: Sequence[str]) -> dict[str, str]:
    """Return the vendor's ids of those of our records that it has, in one query."""
    chosen = f"local_id IN (SELECT id FROM {given.table('id text')})"
    sql = f"SELECT local_id, external_id FROM external_records WHERE {_OWN} AND deleted_at IS NULL AND {chosen}"
    values = (tenant_id, mode, installation_id, resource, given.rows([[one] for one in local_ids]))
    return {row[0]: row[1] for row in database.rows(sql, values)}


def put(tenant_id: str, mode: str, installation_id: str, resource: str, links: Sequence[Link], now_ms: int) -> None:
    """Write links over those of the same ids of the vendor's."""
    place = (tenant_id, mode, installation_id, resource)
    many = [
        (
            *place, one.external_id, one.local_id, one.part, one.remote_hash, one.remote_version, orjson.dumps(one.base).decode(), one.generation,
            one.hour, one.changes, one.deleted_at, now_ms,
        )
        for one in links
    ]  # fmt: skip
    database.run_many(_UPSERT, many)


def seen(tenant_id: str, mode: str, installation_id: str, resource: str, external_ids: Sequence[str], generation: int) -> None:
    """Note that a listing has these, which are otherwise as they were."""
    sql = f"UPDATE external_records SET generation = ? WHERE {_OWN} AND external_id IN (SELECT id FROM {given.table('id text')})"
    database.execute(sql, (generation, tenant_id, mode, installation_id, resource, given.rows([[one] for one in external_ids])))


def count(tenant_id: str, mode: str, installation_id: str, resource: str, part: str | None = None) -> int:
    """Return how many there are at the vendor, as far as is known."""
    condition, values = ("", ()) if part is None else (" AND part = ?", (part,))
    sql = f"SELECT COUNT(*) FROM external_records WHERE {_OWN}{condition} AND deleted_at IS NULL"
    found = database.row(sql, (tenant_id, mode, installation_id, resource, *values))
    return int(found[0]) if found else 0


def unseen(tenant_id: str, mode: str, installation_id: str, resource: str, part: str, generation: int, limit: int) -> list[Link]:
    """Return links of a part that no listing since `generation` has seen."""
    sql = f"{_SELECT} WHERE {_OWN} AND part = ? AND generation < ? AND deleted_at IS NULL ORDER BY generation, external_id LIMIT ?"
    return [_link(row) for row in database.rows(sql, (tenant_id, mode, installation_id, resource, part, generation, limit))]


def count_unseen(tenant_id: str, mode: str, installation_id: str, resource: str, part: str, generation: int) -> int:
    """Return how many links of a part no listing since `generation` has seen."""
    sql = f"SELECT COUNT(*) FROM external_records WHERE {_OWN} AND part = ? AND generation < ? AND deleted_at IS NULL"
    found = database.row(sql, (tenant_id, mode, installation_id, resource, part, generation))
    return int(found[0]) if found else 0


_OF_TENANT: Final = (
    "FROM installations i JOIN sync_states s ON s.installation_id = i.id JOIN external_records e ON e.installation_id = s.installation_id"
    " AND e.resource = s.resource"
)
_ONE: Final = "tenant_id = ? AND mode = ? AND installation_id = ? AND resource = ? AND external_id = ?"


def follow(tenant_id: str, mode: str, old_id: str, new_id: str) -> list[Moved]:
    """Have the vendors' rows of a record of ours mean another one, into which it was merged; returns what was moved, for taking it back.

    Where that has a row at the vendor already it keeps that, and the other one is `merged_into` it.
    """
    taken = (
        "EXISTS (SELECT 1 FROM external_records n WHERE n.installation_id = e.installation_id AND n.resource = e.resource AND n.local_id = ?"
        " AND n.deleted_at IS NULL)"
    )
    sql = (
        f"SELECT e.installation_id, e.resource, e.external_id, {taken} {_OF_TENANT} AND e.local_id = ? AND e.deleted_at IS NULL"
        " WHERE i.tenant_id = ? AND i.mode = ? ORDER BY e.installation_id, e.resource"
    )
    found: list[Moved] = [
        {"of": row[:3], "column": "merged_into" if row[3] else "local_id", "from": None if row[3] else old_id, "to": new_id}
        for row in database.rows(sql, (new_id, old_id, tenant_id, mode))
    ]
    sql = "SELECT installation_id, resource, external_id FROM external_records WHERE tenant_id = ? AND mode = ? AND merged_into = ?"
    found += [{"of": row, "column": "merged_into", "from": old_id, "to": new_id} for row in database.rows(sql, (tenant_id, mode, old_id))]
    for one in found:
        database.execute(f"UPDATE external_records SET {one['column']} = ? WHERE {_ONE}", (new_id, tenant_id, mode, *one["of"]))
    return found


def take_back(tenant_id: str, mode: str, moved: Sequence[Moved]) -> None:
    """Undo what `follow` has moved, as far as nobody has moved it on."""
    for one in reversed(moved):
        column = "local_id" if one["column"] == "local_id" else "merged_into"
        sql = f"UPDATE external_records SET {column} = ? WHERE {_ONE} AND {column} = ?"
        database.execute(sql, (one["from"], tenant_id, mode, *one["of"], one["to"]))


def relink(tenant_id: str, mode: str, installation_id: str, local_ids: Sequence[str], path: str, old_id: str, new_id: str) -> None:
    """Have records of ours agree with the vendor on another record of ours at the end of a link, which is the same one to the vendor."""
    sql = (
        f"SELECT e.resource, e.external_id, e.base_values {_OF_TENANT} AND e.deleted_at IS NULL"
        f" AND e.local_id IN (SELECT given.id FROM {given.table('id text')}) WHERE i.tenant_id = ? AND i.mode = ? AND i.id = ?"
    )
    rows = database.rows(sql, (given.rows([[one] for one in local_ids]), tenant_id, mode, installation_id))
    bases = [(resource, external_id, orjson.loads(base)) for resource, external_id, base in rows]
    place = (tenant_id, mode, installation_id)
    changed = [
        (orjson.dumps({**base, path: new_id}).decode(), *place, resource, external_id)
        for resource, external_id, base in bases
        if base.get(path) == old_id
    ]
    database.run_many(f"UPDATE external_records SET base_values = ? WHERE {_ONE}", changed)


def delete_of(tenant_id: str, mode: str, installation_id: str) -> int:
    """Forget every link of an installation; the records themselves stay."""
    return database.run("DELETE FROM external_records WHERE tenant_id = ? AND mode = ? AND installation_id = ?", (tenant_id, mode, installation_id))


def adopt(tenant_id: str, mode: str, before_id: str, after_id: str) -> None:
    """Give an installation what another one left behind that knew the same account; no listing of its own has seen any of it."""
    database.execute(
        "UPDATE external_records SET installation_id = ?, generation = 0 WHERE tenant_id = ? AND mode = ? AND installation_id = ?",
        (after_id, tenant_id, mode, before_id),
    )
