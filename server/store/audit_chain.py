"""The chain through the audit trail: every entry's place and seal, and the gaps where entries were removed on purpose.

An entry gets a sequence without holes, in an order in which whatever was committed before something else began comes first.
What is removed leaves a gap with the seal that the next entry follows, so the rest of the chain still holds; the database
refuses any other removal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from server.store import database, given

if TYPE_CHECKING:
    from collections.abc import Sequence

CONTENT: Final = (
    "position", "id", "tenant_id", "mode", "at", "actor_kind", "actor_id", "action", "object", "object_id", "changes", "address", "request_id",
)  # fmt: skip
_CONTENT: Final = ", ".join(CONTENT)
Content = tuple[Any, ...]


class Sealed(NamedTuple):
    """An entry of the chain; `content` is in the order of `CONTENT`."""

    sequence: int
    seal: str
    content: Content


class Gap(NamedTuple):
    """A stretch of the chain whose entries were removed; `seal` is that of the last, `proof` shows who removed them."""

    first: int
    last: int
    seal: str
    proof: str


def lock() -> None:
    """Let nobody else lengthen or cut the chain until this transaction ends; on SQLite writing alone does so."""
    if not database.is_sqlite():
        database.execute("SELECT pg_advisory_xact_lock(7428)")


def unsealed(limit: int) -> list[Content]:
    """Return the contents of entries that wait for their seal, the oldest first."""
    return database.rows(f"SELECT {_CONTENT} FROM audit WHERE seal IS NULL ORDER BY position LIMIT ?", (limit,))


def waiting() -> tuple[int, int | None]:
    """Return how many entries wait for their seal, and since when the oldest does."""
    found = database.row("SELECT COUNT(*), MIN(at) FROM audit WHERE seal IS NULL")
    return (int(found[0]), found[1]) if found else (0, None)


def seal(links: Sequence[tuple[int, int, str]]) -> int:
    """Write `(position, sequence, seal)` of entries that have none; returns how many there were."""
    sql = (
        f"UPDATE audit SET sequence = given.sequence, seal = given.seal FROM {given.table('position bigint, sequence bigint, seal text')}"
        " WHERE audit.position = given.position AND audit.seal IS NULL"
    )
    return database.run(sql, (given.rows(links),))


def after(sequence: int, limit: int) -> list[Sealed]:
    """Return the sealed entries behind a place in the chain, in its order."""
    sql = f"SELECT sequence, seal, {_CONTENT} FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?"
    return [Sealed(row[0], row[1], row[2:]) for row in database.rows(sql, (sequence, limit))]


def seal_at(sequence: int) -> str | None:
    """Return the seal at a place of the chain, None where no entry and no end of a gap is."""
    found = database.row("SELECT seal FROM audit WHERE sequence = ?", (sequence,)) or database.row(
        "SELECT seal FROM audit_gaps WHERE last_sequence = ?", (sequence,)
    )
    return found[0] if found else None


def gaps(first: int, last: int) -> list[Gap]:
    """Return the gaps that a stretch touches, in order."""
    sql = "SELECT first_sequence, last_sequence, seal, proof FROM audit_gaps WHERE last_sequence >= ? AND first_sequence <= ? ORDER BY last_sequence"
    return [Gap(*row) for row in database.rows(sql, (first, last))]


def last() -> int:
    """Return the last place of the chain that is there, 0 when it is empty."""
    found = database.row(
        "SELECT MAX(place) FROM (SELECT MAX(sequence) AS place FROM audit UNION ALL SELECT MAX(last_sequence) FROM audit_gaps) AS places"
    )
    return int(found[0]) if found and found[0] is not None else 0


def oldest(limit: int) -> list[tuple[int, int, str]]:
    """Return `(sequence, at, seal)` of the first entries of the chain."""
    return database.rows("SELECT sequence, at, seal FROM audit WHERE sequence IS NOT NULL ORDER BY sequence LIMIT ?", (limit,))


def of_tenant(tenant_id: str, limit: int) -> list[tuple[int, int, str]]:
    """Return `(sequence, at, seal)` of sealed entries of a tenant, in the order of the chain."""
    sql = (
        "SELECT sequence, at, seal FROM audit WHERE position IN"
        " (SELECT position FROM audit WHERE tenant_id = ? AND mode IN ('live', 'test') AND sequence IS NOT NULL ORDER BY position LIMIT ?)"
        " ORDER BY sequence"
    )
    return database.rows(sql, (tenant_id, limit))


def touching(first: int, last: int) -> tuple[Gap | None, Gap | None]:
    """Return the gap that ends just before a stretch, and the one that begins just behind it."""
    sql = "SELECT first_sequence, last_sequence, seal, proof FROM audit_gaps WHERE {} = ?"
    before = database.row(sql.format("last_sequence"), (first - 1,))
    behind = database.row(sql.format("first_sequence"), (last + 1,))
    return Gap(*before) if before else None, Gap(*behind) if behind else None


def remove(gap: Gap, at_ms: int) -> int:
    """Put one gap in the place of all gaps and entries inside it, and return how many entries went."""
    database.execute("DELETE FROM audit_gaps WHERE first_sequence BETWEEN ? AND ?", (gap.first, gap.last))
    database.execute("INSERT INTO audit_gaps (first_sequence, last_sequence, seal, proof, removed_at) VALUES (?, ?, ?, ?, ?)", (*gap, at_ms))
    return database.run("DELETE FROM audit WHERE sequence BETWEEN ? AND ?", (gap.first, gap.last))
