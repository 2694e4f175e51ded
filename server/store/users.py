"""Users: people who sign in, of a tenant or, without one, operators of the appliance. An e-mail address is unique in all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.directory import containing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS: Final = (
    "id", "tenant_id", "email", "name", "role", "status", "password_hash", "must_change_password", "totp_secret", "totp_enabled", "totp_last_step",
    "recovery_codes", "last_sign_in_at", "version", "created_at", "updated_at",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM users"
Row = dict[str, Any]


def _row(values: Sequence[Any] | None) -> Row | None:
    if values is None:
        return None
    found = dict(zip(COLUMNS, values, strict=True))
    found["totp_secret"] = bytes(found["totp_secret"]) if found["totp_secret"] is not None else None
    return found


def _owned(tenant_id: str | None) -> tuple[str, tuple[str, ...]]:
    return ("tenant_id IS NULL", ()) if tenant_id is None else ("tenant_id = ?", (tenant_id,))


def briefs(tenant_id: str, user_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return who the users of this tenant are, by id, for showing beside a record."""
    wanted = sorted(set(user_ids))
    if not wanted:
        return {}
    marks = ", ".join("?" * len(wanted))
    found = database.rows(f"SELECT id, name, email FROM users WHERE tenant_id = ? AND id IN ({marks})", (tenant_id, *wanted))
    return {row[0]: {"id": row[0], "object": "user", "name": row[1], "email": row[2]} for row in found}


def insert(tenant_id: str | None, row: Mapping[str, Any]) -> None:
    """Insert a user; `tenant_id` is None for an operator. Raises Conflict when the address is taken."""
    names = [name for name in COLUMNS if name in row and name != "tenant_id"]
    marks = ", ".join("?" * (len(names) + 1))
    database.execute(f"INSERT INTO users (tenant_id, {', '.join(names)}) VALUES ({marks})", [tenant_id, *(row[name] for name in names)])


def find(tenant_id: str | None, user_id: str) -> Row | None:
    """Return a user of a tenant, or an operator when it is None."""
    owned, values = _owned(tenant_id)
    return _row(database.row(f"{_SELECT} WHERE {owned} AND id = ?", (*values, user_id)))


def find_anywhere(user_id: str) -> Row | None:
    """Return a user of whatever tenant, for operators and for tokens that name nobody else."""
    return _row(database.row(f"{_SELECT} WHERE id = ?", (user_id,)))


def find_by_email(email: str) -> Row | None:
    """Return the user with this address, in its folded spelling, or None."""
    return _row(database.row(f"{_SELECT} WHERE email = ?", (email,)))


def page(tenant_id: str | None, after: str, limit: int, words: str = "") -> list[Row]:
    """Return users of a tenant, or operators, behind an id, in the order of their ids; with words only those that are called so."""
    return _page(*_owned(tenant_id), after, limit, words)


def page_of_all(after: str, limit: int, words: str = "") -> list[Row]:
    """Return users of every tenant and operators behind an id, in the order of their ids; with words only those that are called so."""
    return _page("1 = 1", (), after, limit, words)


def _page(condition: str, given: Sequence[Any], after: str, limit: int, words: str) -> list[Row]:
    named, values = containing(("name", "email"), words) if words else ("1 = 1", [])
    sql = f"{_SELECT} WHERE {condition} AND ({named}) AND id > ? ORDER BY id LIMIT ?"
    return [row for row in map(_row, database.rows(sql, (*given, *values, after, limit))) if row]


def hold_active(tenant_id: str | None, role: str) -> set[str]:
    """Return the ids of the active users with a role, and on PostgreSQL keep others from changing them until the commit."""
    owned, values = _owned(tenant_id)
    lock = "" if database.is_sqlite() else " FOR UPDATE"
    return {row[0] for row in database.rows(f"SELECT id FROM users WHERE {owned} AND role = ? AND status = 'active'{lock}", (*values, role))}


def with_roles(tenant_id: str, roles: Sequence[str], limit: int) -> list[str]:
    """Return the addresses of a tenant's active people in these roles."""
    sql = f"SELECT email FROM users WHERE tenant_id = ? AND status = 'active' AND role IN ({', '.join('?' * len(roles))}) ORDER BY id LIMIT ?"
    return [row[0] for row in database.rows(sql, (tenant_id, *roles, limit))]


def earliest(tenant_id: str, roles: Sequence[str]) -> str | None:
    """Return the id of a tenant's earliest active user in one of these roles, None when nobody has one."""
    sql = f"SELECT id FROM users WHERE tenant_id = ? AND status = 'active' AND role IN ({', '.join('?' * len(roles))}) ORDER BY id LIMIT 1"
    found = database.row(sql, (tenant_id, *roles))
    return found[0] if found else None


def update(tenant_id: str | None, user_id: str, change: Mapping[str, Any], version: int) -> bool:
    """Write columns over a version; False when somebody else was faster."""
    owned, values = _owned(tenant_id)
    assignments = ", ".join(f"{name} = ?" for name in change)
    sql = f"UPDATE users SET {assignments}, version = version + 1 WHERE {owned} AND id = ? AND version = ?"
    return database.run(sql, (*change.values(), *values, user_id, version)) == 1


def put(tenant_id: str | None, user_id: str, change: Mapping[str, Any]) -> None:
    """Write columns that are no part of what clients see and version: secrets and moments."""
    owned, values = _owned(tenant_id)
    assignments = ", ".join(f"{name} = ?" for name in change)
    database.execute(f"UPDATE users SET {assignments} WHERE {owned} AND id = ?", (*change.values(), *values, user_id))


def use_totp_step(user_id: str, step: int) -> bool:
    """Mark a one-time code's step as used; False when it, or a later one, was used before."""
    sql = "UPDATE users SET totp_last_step = ? WHERE id = ? AND (totp_last_step IS NULL OR totp_last_step < ?)"
    return database.run(sql, (step, user_id, step)) == 1


def replace_recovery_codes(user_id: str, before: str, after: str) -> bool:
    """Write what is left of the recovery codes; False when they are not what they were."""
    return database.run("UPDATE users SET recovery_codes = ? WHERE id = ? AND recovery_codes = ?", (after, user_id, before)) == 1


def delete(tenant_id: str | None, user_id: str) -> bool:
    """Delete a user with sessions, tokens and consents; False when there is none."""
    owned, values = _owned(tenant_id)
    if database.run(f"DELETE FROM users WHERE {owned} AND id = ?", (*values, user_id)) == 0:
        return False
    database.execute("DELETE FROM sessions WHERE user_id = ?", (user_id,))
    database.execute("DELETE FROM one_time_tokens WHERE user_id = ?", (user_id,))
    database.execute("DELETE FROM legacy_passwords WHERE user_id = ?", (user_id,))
    database.execute("DELETE FROM tokens WHERE user_id = ?", (user_id,))
    database.execute("DELETE FROM authorizations WHERE user_id = ?", (user_id,))
    return True
