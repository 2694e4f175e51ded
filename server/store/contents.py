"""Contents of documents: a row for every file that was uploaded as one, of which at most one per document is current.

A row that is discarded stays until its file is gone, so that no file is ever left without a row that tells of it.
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
    """What was uploaded; `scan_due_at` is when a scanner is to look at it, None when none is."""

    id: str
    tenant_id: str
    mode: str
    document_id: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    scan: str
    scan_detail: str | None
    scan_due_at: int | None
    created_at: int

    @property
    def name(self) -> str:
        """Where the file lies in its storage; the last letters of an id are random, so folders stay small."""
        return f"{self.tenant_id}/{self.id[-2:]}/{self.id}"


_COLUMNS: Final = "id, tenant_id, mode, document_id, file_name, media_type, size, sha256, scan, scan_detail, scan_due_at, created_at"
_SELECT: Final = f"SELECT {_COLUMNS} FROM contents"


def insert(tenant_id: str, mode: str, content: Content) -> None:
    """Insert a content. Raises Conflict when the document has a current one."""
    values = asdict(content) | {"tenant_id": tenant_id, "mode": mode}
    database.execute(f"INSERT INTO contents ({_COLUMNS}) VALUES ({', '.join('?' * len(values))})", tuple(values.values()))


def current(tenant_id: str, mode: str, document_id: str) -> Content | None:
    """Return the current content of a document, or None."""
    sql = f"{_SELECT} WHERE document_id = ? AND tenant_id = ? AND mode = ? AND discarded_at IS NULL"
    found = database.row(sql, (document_id, tenant_id, mode))
    return Content(*found) if found else None


def usage(tenant_id: str) -> int:
    """Return how many bytes the current contents of a tenant have, in both modes, and those that its open uploads have announced."""
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


def discard(tenant_id: str, mode: str, document_ids: Sequence[str], now_ms: int) -> int:
    """Take the current contents from documents; their files go a while later. Returns how many there were."""
    marks = ", ".join("?" * len(document_ids))
    sql = (
        "UPDATE contents SET discarded_at = ?, scan_due_at = NULL WHERE tenant_id = ? AND mode = ?"
        f" AND document_id IN ({marks}) AND discarded_at IS NULL"
    )
    return database.run(sql, (now_ms, tenant_id, mode, *document_ids))


def discard_of_removed(document_ids: Sequence[str], now_ms: int) -> None:
    """Discard the contents of documents whose rows are removed for good, whosever they were."""
    marks = ", ".join("?" * len(document_ids))
    database.execute(
        f"UPDATE contents SET discarded_at = ?, scan_due_at = NULL WHERE document_id IN ({marks}) AND discarded_at IS NULL", (now_ms, *document_ids)
    )


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
    """Return the current contents of all tenants behind an id, in order, for whoever examines or copies all of them."""
    return [Content(*row) for row in database.rows(f"{_SELECT} WHERE id > ? AND discarded_at IS NULL ORDER BY id LIMIT ?", (after, limit))]


def totals() -> tuple[int, int]:
    """Return how many current contents there are, and their bytes."""
    found: tuple[Any, ...] = database.row("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM contents WHERE discarded_at IS NULL") or (0, 0)
    return int(found[0]), int(found[1])
