"""Files that SuiteCRM's clients attach to notes and documents, in base64 as they come and go; a document keeps every revision."""

from __future__ import annotations

from dataclasses import dataclass

from server.store import database

_SELECT = "SELECT id, record_id, revision, file_name, content FROM legacy_files"


@dataclass(frozen=True, slots=True)
class LegacyFile:
    """One file of a record; its `id` is a UUID, as clients want it."""

    id: str
    record_id: str
    revision: str
    file_name: str
    content: str


def insert(tenant_id: str, mode: str, file: LegacyFile, at_ms: int) -> None:
    """Insert a file."""
    database.execute(
        "INSERT INTO legacy_files (id, tenant_id, mode, record_id, revision, file_name, content, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (file.id, tenant_id, mode, file.record_id, file.revision, file.file_name, file.content, at_ms),
    )


def delete_of(tenant_id: str, mode: str, record_id: str) -> None:
    """Delete every file of a record."""
    database.execute("DELETE FROM legacy_files WHERE tenant_id = ? AND mode = ? AND record_id = ?", (tenant_id, mode, record_id))


def find(tenant_id: str, mode: str, file_id: str) -> LegacyFile | None:
    """Return a file, or None."""
    found = database.row(f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND id = ?", (tenant_id, mode, file_id))
    return LegacyFile(*found) if found else None


def find_latest(tenant_id: str, mode: str, record_id: str) -> LegacyFile | None:
    """Return the newest file of a record, or None."""
    found = database.row(
        f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND record_id = ? ORDER BY created_at DESC, id DESC LIMIT 1", (tenant_id, mode, record_id)
    )
    return LegacyFile(*found) if found else None


def count(tenant_id: str, mode: str, record_id: str) -> int:
    """Return how many files a record has."""
    found = database.row("SELECT COUNT(*) FROM legacy_files WHERE tenant_id = ? AND mode = ? AND record_id = ?", (tenant_id, mode, record_id))
    return int(found[0]) if found else 0
