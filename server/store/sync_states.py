"""Where the sync of each resource of an installation stands: written with the page that it speaks of, so it is never ahead or behind.

`generation` numbers listings; `rescanned` holds, by part, the generation of the listing that is under way and why it began anew.
`sent_xact, sent_position` is the place in the events up to which local changes were looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from server.store import database

_COLUMNS: Final = ("cursor", "generation", "rescanned", "listed_at", "sent_xact", "sent_position")
_NOWHERE: Final = -2
_OWN: Final = "tenant_id = ? AND mode = ? AND installation_id = ?"
_KEY: Final = ("tenant_id", "mode", "installation_id", "resource")
_UPSERT: Final = (
    f"INSERT INTO sync_states ({', '.join((*_KEY, *_COLUMNS))}, updated_at) VALUES ({', '.join('?' * (len(_COLUMNS) + 5))})"
    " ON CONFLICT (installation_id, resource) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in (*_COLUMNS, "updated_at"))
)


@dataclass(slots=True)
class State:
    """Where a resource stands; `listed_at` is when a whole listing ended last."""

    cursor: Any = None
    generation: int = 0
    rescanned: dict[str, tuple[int, str]] = field(default_factory=dict)
    listed_at: int | None = None
    sent: tuple[int, int] | None = None


def find(tenant_id: str, mode: str, installation_id: str, resource: str) -> State | None:
    """Return where a resource stands, None when nothing was done about it yet."""
    sql = f"SELECT {', '.join(_COLUMNS)} FROM sync_states WHERE {_OWN} AND resource = ?"
    row = database.row(sql, (tenant_id, mode, installation_id, resource))
    if row is None:
        return None
    cursor = None if row[0] is None else orjson.loads(row[0])
    rescanned = {part: (begun, reason) for part, (begun, reason) in orjson.loads(row[2]).items()}
    return State(cursor, row[1], rescanned, row[3], None if row[4] == _NOWHERE else (row[4], row[5]))


def put(tenant_id: str, mode: str, installation_id: str, resource: str, state: State, now_ms: int) -> None:
    """Write where a resource stands."""
    cursor = None if state.cursor is None else orjson.dumps(state.cursor).decode()
    sent = state.sent or (_NOWHERE, _NOWHERE)
    columns = (cursor, state.generation, orjson.dumps(state.rescanned).decode(), state.listed_at, *sent)
    database.execute(_UPSERT, (tenant_id, mode, installation_id, resource, *columns, now_ms))


def cursors(tenant_id: str, mode: str, installation_id: str) -> dict[str, Any]:
    """Return where reading goes on, by resource."""
    found = database.rows(f"SELECT resource, cursor FROM sync_states WHERE {_OWN}", (tenant_id, mode, installation_id))
    return {resource: None if cursor is None else orjson.loads(cursor) for resource, cursor in found}


def put_cursor(tenant_id: str, mode: str, installation_id: str, resource: str, cursor: Any, now_ms: int) -> None:
    """Write where reading goes on and nothing else."""
    text = None if cursor is None else orjson.dumps(cursor).decode()
    sql = f"UPDATE sync_states SET cursor = ?, updated_at = ? WHERE {_OWN} AND resource = ?"
    database.execute(sql, (text, now_ms, tenant_id, mode, installation_id, resource))


def note_told(tenant_id: str, mode: str, installation_id: str, resource: str, now_ms: int) -> None:
    """Note that the vendor has told of a resource by itself."""
    sql = f"UPDATE sync_states SET told_at = ? WHERE {_OWN} AND resource = ?"
    database.execute(sql, (now_ms, tenant_id, mode, installation_id, resource))


def told(tenant_id: str, mode: str, installation_id: str) -> list[str]:
    """Return the resources that the vendor has ever told of by itself."""
    sql = f"SELECT resource FROM sync_states WHERE {_OWN} AND told_at IS NOT NULL ORDER BY resource"
    return [row[0] for row in database.rows(sql, (tenant_id, mode, installation_id))]


def untold(before_ms: int, limit: int) -> list[tuple[str, str, str]]:
    """Return `(tenant, mode, installation)` of all tenants whose vendor used to tell of changes, has told nothing since, and was not read either."""
    sql = (
        "SELECT DISTINCT i.tenant_id, i.mode, i.id FROM installations i JOIN sync_states t ON t.installation_id = i.id AND t.told_at IS NOT NULL"
        " JOIN inbound_sources s ON s.installation_id = i.id AND s.deleted_at IS NULL AND s.status = 'active'"
        " WHERE i.status = 'connected' AND i.deleted_at IS NULL AND COALESCE(s.last_seen_at, 0) < ?"
        " AND NOT EXISTS (SELECT 1 FROM sync_runs r WHERE r.installation_id = i.id AND r.created_at >= ?) LIMIT ?"
    )
    return [tuple(row) for row in database.rows(sql, (before_ms, before_ms, limit))]


def delete_of(tenant_id: str, mode: str, installation_id: str) -> int:
    """Forget where an installation stands, so that the next sync reads everything."""
    return database.run(f"DELETE FROM sync_states WHERE {_OWN}", (tenant_id, mode, installation_id))
