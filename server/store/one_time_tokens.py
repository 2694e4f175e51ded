"""One-time tokens: what an invitation or a password reset is proven with, stored as keyed hashes, good for one use."""

from __future__ import annotations

from server.store import database


def insert(token_id: str, user_id: str, purpose: str, digest: str, now_ms: int, expires_ms: int) -> None:
    """Insert a token in place of every earlier one of this user and purpose."""
    database.execute("DELETE FROM one_time_tokens WHERE user_id = ? AND purpose = ?", (user_id, purpose))
    database.execute(
        "INSERT INTO one_time_tokens (id, user_id, purpose, digest, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        (token_id, user_id, purpose, digest, now_ms, expires_ms),
    )


def find_user(purpose: str, digest: str, now_ms: int) -> str | None:
    """Return whose token this is while it can still be used, or None."""
    sql = "SELECT user_id FROM one_time_tokens WHERE purpose = ? AND digest = ? AND used_at IS NULL AND expires_at > ?"
    found = database.row(sql, (purpose, digest, now_ms))
    return found[0] if found else None


def use(purpose: str, digest: str, now_ms: int) -> bool:
    """Use a token up; False when it is unknown, used or expired. Of several users at once, one is told True."""
    sql = "UPDATE one_time_tokens SET used_at = ? WHERE purpose = ? AND digest = ? AND used_at IS NULL AND expires_at > ?"
    return database.run(sql, (now_ms, purpose, digest, now_ms)) == 1


def issued_since(user_id: str, purpose: str, since_ms: int) -> bool:
    """Tell whether a token was issued to a user after a moment."""
    sql = "SELECT 1 FROM one_time_tokens WHERE user_id = ? AND purpose = ? AND created_at > ?"
    return database.row(sql, (user_id, purpose, since_ms)) is not None
