"""Contents of documents and activities: a row for every file that was uploaded as one, of which at most one per record is current.

A former revision is kept beside it, superseded. A row that is discarded stays until its file is gone, so that no file is ever
left without a row that tells of it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Sequence

UNSCANNED: Final = "unscanned"
PENDING: Final = "pending"
CLEAN: Final = "clean"
INFECTED: Final = "infected"
FAILED: Final = "failed"


@dataclass(frozen=True, slots=True)
class Content:
    """What was uploaded; `scan_due_at` is when a scanner is to look at it, None when none is; `revision` is what its sender calls it."""

    id: str
    tenant_id: str
    mode: str
    record_id: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    scan: str
    scan_detail: str | None
    scan_due_at: int | None
    created_at: int
    revision: str | None = None
    superseded_at: int | None = None

    @property
    def name(self) -> str:
        """Where the file lies in its storage; the last letters of an id are random, so folders stay small."""
        return f"{self.tenant_id}/{self.id[-2:]}/{self.id}"


_COLUMNS: Final = (
    "id, tenant_id, mode, record_id, file_name, media_type, size, sha256, scan, scan_detail, scan_due_at, created_at, revision, superseded_at"
)
_CURRENT: Final = "discarded_at IS NULL AND superseded_at IS NULL"
_MINE: Final = "record_id = ? AND tenant_id = ? AND mode = ?"
_SELECT: Final = f"SELECT {_COLUMNS} FROM contents"
_DISCARD: Final = "UPDATE contents SET discarded_at = ?, scan_due_at = NULL"


def insert(tenant_id: str, mode: str, content: Content) -> None:
    """Insert a content. Raises Conflict when the record has a current one."""
    values = asdict(content) | {"tenant_id": tenant_id, "mode": mode}
    database.execute(f"INSERT INTO contents ({_COLUMNS}) VALUES ({', '.join('?' * len(values))})", tuple(values.values()))


def current(tenant_id: str, mode: str, record_id: str) -> Content | None:
    """Return the current content of a record, or None."""
    found = database.row(f"{_SELECT} WHERE {_MINE} AND {_CURRENT}", (record_id, tenant_id, mode))
    return Content(*found) if found else None


def find(tenant_id: str, mode: str, content_id: str) -> Content | None:
    """Return a content that is current or a former revision, or None."""
    found = database.row(f"{_SELECT} WHERE id = ? AND tenant_id = ? AND mode = ? AND discarded_at IS NULL", (content_id, tenant_id, mode))
    return Content(*found) if found else None


def count(tenant_id: str, mode: str, record_id: str) -> int:
    """Return how many revisions a record has, the current one among them."""
    found = database.row(f"SELECT COUNT(*) FROM contents WHERE {_MINE} AND discarded_at IS NULL", (record_id, tenant_id, mode))
    return int(found[0]) if found else 0


def usage(tenant_id: str) -> int:
    """Return how many bytes the contents of a tenant have, in both modes, former revisions too, and those that its open uploads have announced."""
    found = database.row(
        "SELECT (SELECT COALESCE(SUM(size), 0) FROM contents WHERE tenant_id = ? AND discarded_at IS NULL)"
        " + (SELECT COALESCE(SUM(size), 0) FROM uploads WHERE tenant_id = ? AND state = 'open')",
        (tenant_id, tenant_id),
    )
    return int(found[0]) if found else 0


def hold_tenant(tenant_id: str) -> None:
    """Let other transactions that count this tenant's bytes wait for the end of this one; on SQLite they do so anyway."""
    if not database.is_sqlite():
        database.execute("SELECT id FROM tenants WHERE id = ? FOR UPDATE", (tenant_id,))


def discard(tenant_id: str, mode: str, record_id: str, now_ms: int) -> int:
    """Take its current content from a record; the file goes a while later. Returns how many there were."""
    return database.run(f"{_DISCARD} WHERE {_MINE} AND {_CURRENT}", (now_ms, record_id, tenant_id, mode))


def discard_all(tenant_id: str, mode: str, record_id: str, now_ms: int) -> int:
    """Take its content and all former revisions from a record; returns how many there were."""
    return database.run(f"{_DISCARD} WHERE {_MINE} AND discarded_at IS NULL", (now_ms, record_id, tenant_id, mode))


def discard_sandboxed(tenant_id: str, now_ms: int) -> int:
    """Take the contents from all records of a tenant's sandbox; returns how many there were."""
    return database.run(f"{_DISCARD} WHERE tenant_id = ? AND mode = 'test' AND discarded_at IS NULL", (now_ms, tenant_id))


def supersede(tenant_id: str, mode: str, record_id: str, now_ms: int) -> None:
    """Make the current content of a record a former revision of it."""
    database.execute(f"UPDATE contents SET superseded_at = ? WHERE {_MINE} AND {_CURRENT}", (now_ms, record_id, tenant_id, mode))


def discard_of_removed(record_ids: Sequence[str], now_ms: int) -> None:
    """Discard the contents of records whose rows are removed for good, whosever they were."""
    marks = ", ".join("?" * len(record_ids))
    database.execute(f"{_DISCARD} WHERE record_id IN ({marks}) AND discarded_at IS NULL", (now_ms, *record_ids))


def discarded(before_ms: int, limit: int) -> list[Content]:
    """Return contents that were discarded before a moment."""
    return [Content(*row) for row in database.rows(f"{_SELECT} WHERE discarded_at < ? LIMIT ?", (before_ms, limit))]


def delete(tenant_id: str, content_id: str) -> None:
    """Delete the row of a content whose file is gone."""
    database.execute("DELETE FROM contents WHERE tenant_id = ? AND id = ?", (tenant_id, content_id))


def take_unscanned(now_ms: int, until_ms: int) -> Content | None:
    """Take a content that a scanner is to look at; unless its outcome is written until then, somebody else takes it."""
    skip = "" if database.is_sqlite() else " FOR UPDATE SKIP LOCKED"
    sql = (
        "UPDATE contents SET scan_due_at = ? WHERE id ="
        f" (SELECT id FROM contents WHERE scan_due_at <= ? ORDER BY scan_due_at LIMIT 1{skip}) RETURNING {_COLUMNS}"
    )
    found = database.row(sql, (until_ms, now_ms))
    return Content(*found) if found else None


def any_unscanned(now_ms: int) -> bool:
    """Tell cheaply whether there may be something to take."""
    return database.row("SELECT 1 FROM contents WHERE scan_due_at <= ? LIMIT 1", (now_ms,)) is not None


def set_scan(tenant_id: str, content_id: str, scan: str, detail: str | None, due_at: int | None) -> None:
    """Write what a scanner says."""
    database.execute(
        "UPDATE contents SET scan = ?, scan_detail = ?, scan_due_at = ? WHERE tenant_id = ? AND id = ? AND discarded_at IS NULL",
        (scan, detail, due_at, tenant_id, content_id),
    )


def queue_unscanned(now_ms: int, limit: int) -> int:
    """Have contents looked at that came before there was a scanner; returns how many."""
    chosen = f"SELECT id FROM contents WHERE scan = '{UNSCANNED}' AND scan_due_at IS NULL AND discarded_at IS NULL LIMIT ?"
    return database.run(f"UPDATE contents SET scan_due_at = ? WHERE id IN ({chosen})", (now_ms, limit))


def known(content_ids: Sequence[str]) -> set[str]:
    """Return which of these contents have a row, discarded or not."""
    marks = ", ".join("?" * len(content_ids))
    return {row[0] for row in database.rows(f"SELECT id FROM contents WHERE id IN ({marks})", tuple(content_ids))} if content_ids else set()


def walk(after: str, limit: int) -> list[Content]:
    """Return the contents of all tenants that are not discarded behind an id, in order, for whoever examines or copies all of them."""
    return [Content(*row) for row in database.rows(f"{_SELECT} WHERE id > ? AND discarded_at IS NULL ORDER BY id LIMIT ?", (after, limit))]


def totals() -> tuple[int, int]:
    """Return how many contents there are that are not discarded, and their bytes."""
    found: tuple[Any, ...] = database.row("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM contents WHERE discarded_at IS NULL") or (0, 0)
    return int(found[0]), int(found[1])
