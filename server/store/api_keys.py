"""API keys: stored as keyed hashes, found by them, never readable again."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


COLUMNS: Final = (
    "id", "tenant_id", "mode", "name", "kind", "digest", "hint", "scopes", "user_id", "allowed_addresses", "limits", "api_version", "expires_at",
    "last_used_at", "revoked_at", "rotated_from", "created_by", "created_at",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM api_keys"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as the door needs it; `tenant_id` is empty for an operator's key."""

    id: str
    tenant_id: str
    mode: str
    scopes: frozenset[str]
    user_id: str | None
    role: str
    allowed_addresses: tuple[str, ...]
    tier: str
    limits: tuple[dict[str, Any], ...]
    api_version: str
    expires_at: int | None
    tenant_status: str


_FIND = (
    "SELECT k.id, k.tenant_id, k.mode, k.scopes, k.user_id, u.role, u.status, k.allowed_addresses, t.tier, k.limits, k.api_version,"
    " k.expires_at, k.revoked_at, t.status"
    " FROM api_keys k LEFT JOIN tenants t ON t.id = k.tenant_id LEFT JOIN users u ON u.id = k.user_id"
    " WHERE k.digest = ? AND k.kind = ? AND (k.revoked_at IS NULL OR k.revoked_at > ?)"
)


def find_by_digest(digest: str, kind: str, now_ms: int) -> StoredKey | None:
    """Return the live key with this keyed hash, or None; one whose user is gone or disabled is none either."""
    found = database.row(_FIND, (digest, kind, now_ms))
    if found is None:
        return None
    key_id, tenant_id, mode, scopes, user_id, role, user_status, addresses, tier, limits, version, expires_at, ends_at, status = found
    if user_id is not None and user_status != "active":
        return None
    if role is None:
        role = "owner" if tenant_id else "operator"
    return StoredKey(
        key_id,
        tenant_id or "",
        mode,
        frozenset(orjson.loads(scopes)),
        user_id,
        role,
        tuple(orjson.loads(addresses)),
        tier or "unlimited",
        tuple(orjson.loads(limits)),
        version,
        min((at for at in (expires_at, ends_at) if at is not None), default=None),
        status or "active",
    )


def owner_by_digest(digest: str) -> tuple[str, str, Any] | None:
    """Return `(id, tenant, mode)` of the key with this keyed hash, also of one that has ended, or None."""
    found = database.row("SELECT id, COALESCE(tenant_id, ''), mode FROM api_keys WHERE digest = ?", (digest,))
    return (found[0], found[1], found[2]) if found else None


def never_used(key_ids: Sequence[str]) -> set[str]:
    """Return those of the keys that were never used."""
    sql = f"SELECT id FROM api_keys WHERE id IN ({', '.join('?' * len(key_ids))}) AND last_used_at IS NULL"
    return {row[0] for row in database.rows(sql, key_ids)}


def touch(used: Iterable[tuple[int, str]]) -> None:
    """Write when keys were last used: `(moment, key id)` each; in the order of ids, so that two processes never wait for each other."""
    database.run_many("UPDATE api_keys SET last_used_at = ? WHERE id = ?", sorted(used, key=itemgetter(1)))


def insert(tenant_id: str | None, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a key; `tenant_id` is None for an operator's."""
    values = {"limits": "[]", **row, "tenant_id": tenant_id, "mode": mode}
    marks = ", ".join("?" * len(COLUMNS))
    database.execute(f"INSERT INTO api_keys ({', '.join(COLUMNS)}) VALUES ({marks})", [values.get(name) for name in COLUMNS])


def _owned(tenant_id: str | None) -> tuple[str, tuple[str, ...]]:
    return ("tenant_id IS NULL", ()) if tenant_id is None else ("tenant_id = ?", (tenant_id,))


def find(tenant_id: str | None, mode: str, key_id: str, now_ms: int) -> Row | None:
    """Return a key that has not ended, or None."""
    owned, values = _owned(tenant_id)
    found = database.row(
        f"{_SELECT} WHERE {owned} AND mode = ? AND id = ? AND (revoked_at IS NULL OR revoked_at > ?)", (*values, mode, key_id, now_ms)
    )
    return dict(zip(COLUMNS, found, strict=True)) if found else None


def page(tenant_id: str | None, mode: str, now_ms: int, after: str, limit: int) -> list[Row]:
    """Return keys that have not ended behind an id, in the order of their ids."""
    owned, values = _owned(tenant_id)
    sql = f"{_SELECT} WHERE {owned} AND mode = ? AND id > ? AND (revoked_at IS NULL OR revoked_at > ?) ORDER BY id LIMIT ?"
    return [dict(zip(COLUMNS, row, strict=True)) for row in database.rows(sql, (*values, mode, after, now_ms, limit))]


def update(tenant_id: str | None, mode: str, row: Mapping[str, Any]) -> None:
    """Write what may change about a key."""
    owned, values = _owned(tenant_id)
    database.execute(
        f"UPDATE api_keys SET name = ?, limits = ?, api_version = ? WHERE {owned} AND mode = ? AND id = ?",
        (row["name"], row["limits"], row["api_version"], *values, mode, row["id"]),
    )


def revoke(tenant_id: str | None, mode: str, key_id: str, at_ms: int) -> bool:
    """Let a key end at a moment, at once or when an overlap is over; False when there is none."""
    owned, values = _owned(tenant_id)
    sql = f"UPDATE api_keys SET revoked_at = ? WHERE {owned} AND mode = ? AND id = ? AND (revoked_at IS NULL OR revoked_at > ?)"
    return database.run(sql, (at_ms, *values, mode, key_id, at_ms)) == 1
