"""Where the sync of each resource of an installation stands: written with the page that it speaks of, so it is never ahead or behind.

`generation` numbers listings, `rescanned` holds the generation at which the listing of a part began. `held` is what a person has
to agree to before it is done. `sent_xact, sent_position` is the place in the events up to which local changes were looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from server.store import database

_COLUMNS: Final = ("cursor", "generation", "rescanned", "started_at", "sent_xact", "sent_position", "walked", "held")
_OWN: Final = "tenant_id = ? AND mode = ? AND installation_id = ?"
_KEY: Final = ("tenant_id", "mode", "installation_id", "resource")
_UPSERT: Final = (
    f"INSERT INTO sync_states ({', '.join((*_KEY, *_COLUMNS))}, updated_at) VALUES ({', '.join('?' * (len(_COLUMNS) + 5))})"
    " ON CONFLICT (installation_id, resource) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in (*_COLUMNS, "updated_at"))
)


@dataclass(slots=True)
class State:
    """Where a resource stands; `walked` is the last of our records that a first push has looked at, None when that is over or not begun."""

    cursor: Any = None
    generation: int = 0
    rescanned: dict[str, int] = field(default_factory=dict)
    started_at: int | None = None
    sent: tuple[int, int] = (-1, -1)
    walked: str | None = None
    held: dict[str, Any] | None = None


def find(tenant_id: str, mode: str, installation_id: str, resource: str) -> State | None:
    """Return where a resource stands, None when nothing was read of it yet."""
    row = database.row(
        f"SELECT {', '.join(_COLUMNS)} FROM sync_states WHERE {_OWN} AND resource = ?", (tenant_id, mode, installation_id, resource)
    )
    if row is None:
        return None
    cursor, held = (None if text is None else orjson.loads(text) for text in (row[0], row[7]))
    return State(cursor, row[1], orjson.loads(row[2]), row[3], (row[4], row[5]), row[6], held)


def put(tenant_id: str, mode: str, installation_id: str, resource: str, state: State, now_ms: int) -> None:
    """Write where a resource stands."""
    cursor, held = (None if value is None else orjson.dumps(value).decode() for value in (state.cursor, state.held))
    columns = (cursor, state.generation, orjson.dumps(state.rescanned).decode(), state.started_at, *state.sent, state.walked, held)
    database.execute(_UPSERT, (tenant_id, mode, installation_id, resource, *columns, now_ms))


def held_of(tenant_id: str, mode: str, installation_id: str) -> dict[str, dict[str, Any]]:
    """Return what waits for a person's agreement, by resource."""
    sql = f"SELECT resource, held FROM sync_states WHERE {_OWN} AND held IS NOT NULL ORDER BY resource"
    return {resource: orjson.loads(held) for resource, held in database.rows(sql, (tenant_id, mode, installation_id))}


def delete_of(tenant_id: str, mode: str, installation_id: str) -> int:
    """Forget where an installation stands, so that the next sync reads everything."""
    return database.run(f"DELETE FROM sync_states WHERE {_OWN}", (tenant_id, mode, installation_id))
