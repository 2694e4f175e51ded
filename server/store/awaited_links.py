"""Links whose other end is not here yet, or not at the vendor: kept until it is, so that nothing has to be read or looked at again.

Inward, `record` is the vendor's id of the row that refers, `awaited` that of the row it refers to, and `value` all that the field says; outward
they are ours. A field that may lead to several resources awaits each of them, and a list each of its ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson

from server.store import database, given

if TYPE_CHECKING:
    from collections.abc import Sequence

Direction = Literal["in", "out"]
IN: Final[Direction] = "in"
OUT: Final[Direction] = "out"
_OWN: Final = "tenant_id = ? AND mode = ? AND installation_id = ?"
_COLUMNS: Final = ("resource", "direction", "record", "path", "awaits", "awaited", "value")
_INSERT: Final = (
    f"INSERT INTO awaited_links (tenant_id, mode, installation_id, {', '.join(_COLUMNS)}) VALUES ({', '.join('?' * (len(_COLUMNS) + 3))})"
    " ON CONFLICT DO NOTHING"
)
_SENDABLE: Final = (
    "EXISTS (SELECT 1 FROM external_records e WHERE e.installation_id = awaited_links.installation_id AND e.resource = awaited_links.awaits"
    " AND e.local_id = awaited_links.awaited AND e.deleted_at IS NULL)"
)


@dataclass(frozen=True, slots=True)
class Awaited:
    """One field of one record that waits for another record."""

    resource: str
    direction: Direction
    record: str
    path: str
    awaits: str
    awaited: str
    value: Any = None


def put(tenant_id: str, mode: str, installation_id: str, many: Sequence[Awaited]) -> None:
    """Note what is awaited; what was noted before stays."""
    rows = [
        (
            tenant_id,
            mode,
            installation_id,
            one.resource,
            one.direction,
            one.record,
            one.path,
            one.awaits,
            one.awaited,
            orjson.dumps(one.value).decode(),
        )
        for one in many
    ]
    database.run_many(_INSERT, rows)


def has_any(tenant_id: str, mode: str, installation_id: str) -> bool:
    """Tell whether anything is awaited."""
    return bool(database.row(f"SELECT 1 FROM awaited_links WHERE {_OWN} LIMIT 1", (tenant_id, mode, installation_id)))


def of_arrived(tenant_id: str, mode: str, installation_id: str, awaits: str, awaited: Sequence[str]) -> list[Awaited]:
    """Return what was waiting for these rows of the vendor's, in one query."""
    sql = (
        f"SELECT DISTINCT resource, record, path, value FROM awaited_links WHERE {_OWN} AND direction = 'in' AND awaits = ?"
        f" AND awaited IN (SELECT id FROM {given.table('id text')}) ORDER BY resource, record, path"
    )
    found = database.rows(sql, (tenant_id, mode, installation_id, awaits, given.rows([[one] for one in awaited])))
    return [Awaited(resource, IN, record, path, awaits, "", orjson.loads(value)) for resource, record, path, value in found]


def arrived(tenant_id: str, mode: str, installation_id: str, awaits: str, table: str, limit: int) -> list[str]:
    """Return rows of the vendor's that are awaited although they are here: what two processes took over at the same moment."""
    sql = (
        "SELECT DISTINCT a.awaited FROM awaited_links a JOIN external_records e ON e.installation_id = a.installation_id AND e.resource = a.awaits"
        f" AND e.external_id = a.awaited AND e.deleted_at IS NULL JOIN {table} t ON t.id = COALESCE(e.merged_into, e.local_id)"
        " AND t.tenant_id = e.tenant_id AND t.mode = e.mode AND t.deleted_at IS NULL"
        " WHERE a.tenant_id = ? AND a.mode = ? AND a.installation_id = ? AND a.direction = 'in' AND a.awaits = ? ORDER BY a.awaited LIMIT ?"
    )
    return [row[0] for row in database.rows(sql, (tenant_id, mode, installation_id, awaits, limit))]


def paths_of(tenant_id: str, mode: str, installation_id: str, resource: str, direction: Direction, record: str) -> set[str]:
    """Return the fields of a record that wait for something."""
    sql = f"SELECT DISTINCT path FROM awaited_links WHERE {_OWN} AND resource = ? AND direction = ? AND record = ?"
    return {row[0] for row in database.rows(sql, (tenant_id, mode, installation_id, resource, direction, record))}


def forget(tenant_id: str, mode: str, installation_id: str, resource: str, direction: Direction, records: Sequence[str]) -> None:
    """Forget what these records wait for."""
    sql = f"DELETE FROM awaited_links WHERE {_OWN} AND resource = ? AND direction = ? AND record IN (SELECT id FROM {given.table('id text')})"
    database.execute(sql, (tenant_id, mode, installation_id, resource, direction, given.rows([[one] for one in records])))


def forget_field(tenant_id: str, mode: str, installation_id: str, resource: str, direction: Direction, record: str, path: str) -> None:
    """Forget what one field of a record waits for."""
    sql = f"DELETE FROM awaited_links WHERE {_OWN} AND resource = ? AND direction = ? AND record = ? AND path = ?"
    database.execute(sql, (tenant_id, mode, installation_id, resource, direction, record, path))


def sendable(tenant_id: str, mode: str, installation_id: str, resource: str, limit: int) -> list[str]:
    """Return records of ours that waited to be sent with a link to one which the vendor has by now."""
    sql = f"SELECT DISTINCT record FROM awaited_links WHERE {_OWN} AND resource = ? AND direction = 'out' AND {_SENDABLE} ORDER BY record LIMIT ?"
    return [row[0] for row in database.rows(sql, (tenant_id, mode, installation_id, resource, limit))]


def forget_sendable(tenant_id: str, mode: str, installation_id: str, resource: str, records: Sequence[str]) -> None:
    """Forget of these records of ours what the vendor has by now."""
    chosen = f"record IN (SELECT id FROM {given.table('id text')})"
    sql = f"DELETE FROM awaited_links WHERE {_OWN} AND resource = ? AND direction = 'out' AND {chosen} AND {_SENDABLE}"
    database.execute(sql, (tenant_id, mode, installation_id, resource, given.rows([[one] for one in records])))


def delete_of(tenant_id: str, mode: str, installation_id: str) -> int:
    """Forget everything of an installation."""
    return database.run(f"DELETE FROM awaited_links WHERE {_OWN}", (tenant_id, mode, installation_id))
