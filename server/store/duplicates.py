"""The keys that duplicates share: a row per record and key, kept in step by the worker together with the search index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def put(tenant_id: str, mode: str, noun: str, keys: Mapping[str, set[str]]) -> None:
    """Make these the keys of records, given by id; a record without any is not found as a duplicate."""
    present = _present(tenant_id, mode, list(keys))
    gone = [(tenant_id, mode, noun, key, object_id) for object_id, wanted in keys.items() for key in present.get(object_id, set()) - wanted]
    new = [(tenant_id, mode, noun, key, object_id) for object_id, wanted in keys.items() for key in wanted - present.get(object_id, set())]
    database.run_many("DELETE FROM duplicate_keys WHERE tenant_id = ? AND mode = ? AND object = ? AND key = ? AND object_id = ?", gone)
    database.run_many("INSERT INTO duplicate_keys (tenant_id, mode, object, key, object_id) VALUES (?, ?, ?, ?, ?)", new)


def _present(tenant_id: str, mode: str, object_ids: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    if object_ids:
        marks = ", ".join("?" * len(object_ids))
        owned = f"{database.aside('tenant_id')} = ? AND {database.aside('mode')} = ?"
        sql = f"SELECT object_id, key FROM duplicate_keys WHERE {owned} AND object_id IN ({marks})"
        for object_id, key in database.rows(sql, (tenant_id, mode, *object_ids)):
            found.setdefault(object_id, set()).add(key)
    return found


def shared(tenant_id: str, mode: str, noun: str, after: str, limit: int) -> list[tuple[str, int]]:
    """Return keys behind `after` that several records have, each with their number."""
    sql = (
        "SELECT key, COUNT(*) FROM duplicate_keys WHERE tenant_id = ? AND mode = ? AND object = ? AND key > ?"
        " GROUP BY key HAVING COUNT(*) > 1 ORDER BY key LIMIT ?"
    )
    return [(row[0], int(row[1])) for row in database.rows(sql, (tenant_id, mode, noun, after, limit))]


def members(tenant_id: str, mode: str, noun: str, keys: Sequence[str], most: int) -> dict[str, list[str]]:
    """Return the ids of the records that have each of the keys, the oldest `most` of them."""
    found: dict[str, list[str]] = {key: [] for key in keys}
    if keys:
        sql = (
            "SELECT key, object_id FROM (SELECT key, object_id, ROW_NUMBER() OVER (PARTITION BY key ORDER BY object_id) AS place"
            f" FROM duplicate_keys WHERE tenant_id = ? AND mode = ? AND object = ? AND key IN ({', '.join('?' * len(keys))})) AS ranked"
            " WHERE place <= ? ORDER BY key, object_id"
        )
        for key, object_id in database.rows(sql, (tenant_id, mode, noun, *keys, most)):
            found[key].append(object_id)
    return found
