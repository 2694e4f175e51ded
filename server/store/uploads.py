"""Uploads that were announced: what is to come, the parts that have come, and until when it may.

`claimed_until` keeps two callers from putting the same upload together; who claims and dies lets go by that time.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Sequence

OPEN: Final = "open"
COMPLETED: Final = "completed"


@dataclass(frozen=True, slots=True)
class Upload:
    """What was announced; `fields` describe the document to be made when no record is named, as JSON; `actor` is who announced it."""

    id: str
    tenant_id: str
    mode: str
    record_id: str | None
    fields: str
    file_name: str
    media_type: str
    size: int
    sha256: str | None
    part_size: int
    actor: str
    state: str
    claimed_until: int
    created_at: int
    expires_at: int

    @property
    def part_count(self) -> int:
        """How many parts there are."""
        return max(-(-self.size // self.part_size), 1)

    def size_of(self, number: int) -> int:
        """Return how long a part is, counted from 1: all are alike but the last."""
        return self.part_size if number < self.part_count else self.size - self.part_size * (self.part_count - 1)

    @property
    def folder(self) -> str:
        """Where its parts lie in the storage."""
        return f"{self.tenant_id}/parts/{self.id}"


@dataclass(frozen=True, slots=True)
class Part:
    """A part that has come; `name` is where it lies in the storage."""

    number: int
    name: str
    size: int
    sha256: str


_COLUMNS: Final = (
    "id, tenant_id, mode, record_id, fields, file_name, media_type, size, sha256, part_size, actor, state, claimed_until, created_at, expires_at"
)
_MINE: Final = "WHERE tenant_id = ? AND mode = ? AND id = ?"


def insert(tenant_id: str, mode: str, upload: Upload) -> None:
    """Insert an upload."""
    values = asdict(upload) | {"tenant_id": tenant_id, "mode": mode}
    database.execute(f"INSERT INTO uploads ({_COLUMNS}) VALUES ({', '.join('?' * len(values))})", tuple(values.values()))


def find(tenant_id: str, mode: str, upload_id: str, now_ms: int) -> Upload | None:
    """Return an upload whose time is not over, or None."""
    found = database.row(f"SELECT {_COLUMNS} FROM uploads {_MINE} AND expires_at > ?", (tenant_id, mode, upload_id, now_ms))
    return Upload(*found) if found else None


def open_ones(tenant_id: str) -> int:
    """Return how many uploads of a tenant are open."""
    found = database.row("SELECT COUNT(*) FROM uploads WHERE tenant_id = ? AND state = ?", (tenant_id, OPEN))
    return int(found[0]) if found else 0


def claim(tenant_id: str, mode: str, upload_id: str, now_ms: int, until_ms: int) -> bool:
    """Take an open upload to put it together; False when somebody else does, or has."""
    sql = f"UPDATE uploads SET claimed_until = ? {_MINE} AND state = ? AND claimed_until <= ?"
    return database.run(sql, (until_ms, tenant_id, mode, upload_id, OPEN, now_ms)) == 1


def release(tenant_id: str, mode: str, upload_id: str) -> None:
    """Let an upload go that could not be put together."""
    database.execute(f"UPDATE uploads SET claimed_until = 0 {_MINE}", (tenant_id, mode, upload_id))


def complete(tenant_id: str, mode: str, upload_id: str, record_id: str) -> bool:
    """Write that an upload has become the content of a record; False when it is gone or had become one already."""
    sql = f"UPDATE uploads SET state = ?, record_id = ? {_MINE} AND state = ?"
    return database.run(sql, (COMPLETED, record_id, tenant_id, mode, upload_id, OPEN)) == 1


def delete(tenant_id: str, mode: str, upload_id: str) -> bool:
    """Delete an upload and the rows of its parts; False when there is none."""
    database.execute("DELETE FROM upload_parts WHERE tenant_id = ? AND mode = ? AND upload_id = ?", (tenant_id, mode, upload_id))
    return database.run(f"DELETE FROM uploads {_MINE}", (tenant_id, mode, upload_id)) == 1


def expired(now_ms: int, limit: int) -> list[Upload]:
    """Return uploads of all tenants whose time is over."""
    return [Upload(*row) for row in database.rows(f"SELECT {_COLUMNS} FROM uploads WHERE expires_at <= ? LIMIT ?", (now_ms, limit))]


def parts(tenant_id: str, mode: str, upload_id: str) -> list[Part]:
    """Return the parts that have come, in order."""
    sql = "SELECT number, name, size, sha256 FROM upload_parts WHERE tenant_id = ? AND mode = ? AND upload_id = ? ORDER BY number"
    return [Part(*row) for row in database.rows(sql, (tenant_id, mode, upload_id))]


def put_part(tenant_id: str, mode: str, upload_id: str, part: Part) -> str | None:
    """Write a part over what was there, and return where that lies."""
    where = "WHERE tenant_id = ? AND mode = ? AND upload_id = ? AND number = ?"
    before = database.row(f"SELECT name FROM upload_parts {where}", (tenant_id, mode, upload_id, part.number))
    database.execute(f"DELETE FROM upload_parts {where}", (tenant_id, mode, upload_id, part.number))
    database.execute(
        "INSERT INTO upload_parts (upload_id, number, tenant_id, mode, name, size, sha256) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (upload_id, part.number, tenant_id, mode, part.name, part.size, part.sha256),
    )
    return before[0] if before else None


def delete_parts(tenant_id: str, mode: str, upload_id: str) -> None:
    """Delete the rows of an upload's parts."""
    database.execute("DELETE FROM upload_parts WHERE tenant_id = ? AND mode = ? AND upload_id = ?", (tenant_id, mode, upload_id))


def known(upload_ids: Sequence[str]) -> set[str]:
    """Return which of these uploads have a row."""
    marks = ", ".join("?" * len(upload_ids))
    return {row[0] for row in database.rows(f"SELECT id FROM uploads WHERE id IN ({marks})", tuple(upload_ids))} if upload_ids else set()
