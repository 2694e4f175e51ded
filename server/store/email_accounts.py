"""Mail accounts: the servers that a tenant sends through and fetches from, with their sealed secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row
from server.store.tenant_table import TenantRows

if TYPE_CHECKING:
    from collections.abc import Mapping

_ACCOUNTS: Final = TenantRows(
    "email_accounts",
    (
        "id", "tenant_id", "mode", "name", "address", "provider", "auth", "options", "secrets", "status", "status_reason", "test", "version",
        "created_at", "updated_at", "deleted_at",
    ),
    ("name", "address", "provider", "auth", "options", "secrets", "status", "status_reason", "version", "updated_at", "deleted_at"),
    frozenset({"secrets"}),
)  # fmt: skip


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert an account; `options` is JSON with a part for each of smtp, imap and pop3."""
    _ACCOUNTS.insert(tenant_id, mode, row)


def find(tenant_id: str, mode: str, account_id: str) -> Row | None:
    """Return an account, or None."""
    return _ACCOUNTS.find(tenant_id, mode, account_id)


def page(tenant_id: str, mode: str, before: str, limit: int) -> list[Row]:
    """Return accounts, the newest first."""
    return _ACCOUNTS.page(tenant_id, mode, before, limit)


def update(tenant_id: str, mode: str, row: Mapping[str, Any], version: int) -> bool:
    """Write an account over a version; False when somebody else was faster."""
    return _ACCOUNTS.update(tenant_id, mode, row, version)


def note(tenant_id: str, mode: str, account_id: str, status: str, reason: str | None, test: str | None) -> None:
    """Write how an account fares, without making a new version of it; a test of None leaves the last one."""
    sql = "UPDATE email_accounts SET status = ?, status_reason = ?, test = COALESCE(?, test) WHERE tenant_id = ? AND mode = ? AND id = ?"
    database.execute(sql, (status, reason, test, tenant_id, mode, account_id))


def replace_secrets(tenant_id: str, mode: str, account_id: str, before: bytes, after: bytes) -> bool:
    """Write renewed tokens; False when the account was changed meanwhile."""
    sql = "UPDATE email_accounts SET secrets = ? WHERE tenant_id = ? AND mode = ? AND id = ? AND secrets = ?"
    return database.run(sql, (after, tenant_id, mode, account_id, before)) == 1


def receiving() -> list[Row]:
    """Return the accounts of all tenants that mail is fetched from."""
    sql = f"{_ACCOUNTS.select} WHERE deleted_at IS NULL AND status <> 'disabled' AND (options LIKE '%\"imap\":{{%' OR options LIKE '%\"pop3\":{{%')"
    return [_ACCOUNTS.row(row) for row in database.rows(sql)]
