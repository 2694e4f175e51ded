"""The directory: tenants, users and keys of the whole appliance found by a piece of their name, address or id."""

from __future__ import annotations

from collections.abc import Sequence

from server.store import database

_SOURCES = (
    ("tenant", "tenants", "id", "name", "status", ("name",)),
    ("user", "users", "tenant_id", "COALESCE(name, email)", "email", ("name", "email")),
    ("api_key", "api_keys", "tenant_id", "name", "hint", ("name", "hint")),
)


def search(text: str, limit: int) -> list[tuple[str, str, str | None, str, str]]:
    """Return `(object, id, tenant id, title, detail)` of at most `limit` of each kind, by title."""
    found: list[tuple[str, str, str | None, str, str]] = []
    for noun, table, tenant, title, detail, columns in _SOURCES:
        condition, patterns = containing(columns, text)
        alive = " AND revoked_at IS NULL" if table == "api_keys" else ""
        sql = f"SELECT id, {tenant}, {title}, {detail} FROM {table} WHERE (id = ? OR {condition}){alive} ORDER BY 3, 1 LIMIT ?"
        found += [(noun, *row) for row in database.rows(sql, (text, *patterns, limit))]
    return found


def containing(columns: Sequence[str], text: str) -> tuple[str, list[str]]:
    """Return a condition that a text stands in one of these columns, whatever its letters' case, and its values."""
    pattern = "%" + text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    lower = "unicode_lower" if database.is_sqlite() else "LOWER"
    return " OR ".join(f"{lower}({column}) LIKE ? ESCAPE '\\'" for column in columns), [pattern] * len(columns)
