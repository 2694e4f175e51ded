"""No table with a tenant's rows is forgotten when a tenant asks for all of its own, or for its end."""

from __future__ import annotations

from typing import Any

import pytest

from server.store import database, events, tenant_rows
from tests.tenants import TENANT_A, TENANT_B

pytestmark = pytest.mark.usefixtures("opened")
# Follow their tables by themselves, or hold no tenant's row although they have such a column.
LEFT_OUT = {"tenants"}


def columns() -> dict[str, list[str]]:
    """Return the columns of every table."""
    return {name: [column.name for column in database.db.get_columns(name)] for name in database.db.get_tables()}


def test_every_table_that_knows_tenants_is_named() -> None:
    knowing = {name for name, found in columns().items() if "tenant_id" in found}
    assert knowing - LEFT_OUT == {table.name for table in tenant_rows.tables()}


def test_what_a_table_says_of_its_columns_is_so() -> None:
    there = columns()
    for table in tenant_rows.tables():
        assert set(table.key) | table.json <= set(there[table.name]), table.name
        assert ("mode" in there[table.name]) is table.modes, table.name


def test_nothing_that_proves_or_seals_is_in_an_archive() -> None:
    secret = {"digest", "password_hash", "totp_secret", "recovery_codes", "secrets", "headers", "seal", "answer"}
    for table in tenant_rows.TABLES:
        if table.noun is not None:
            assert not secret & (set(columns()[table.name]) - table.omitted), table.name


def event(tenant_id: str, number: int) -> None:
    """Write an event."""
    row = (f"evt_{number}", "contact.created", "contact", str(number), 0, b"{}")
    events.insert(tenant_id, "test" if number % 2 else "live", row)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> tenant_rows.TenantTable:
    """Return the table of events, to be read in batches of three, with those of two tenants in it."""
    monkeypatch.setattr(tenant_rows, "BATCH", 3)
    for number in range(20):
        event(TENANT_B if number % 5 == 0 else TENANT_A, number)
    return next(one for one in tenant_rows.TABLES if one.name == "events")


def test_reading_returns_each_row_once_in_both_modes(table: tenant_rows.TenantTable) -> None:
    batches: list[list[dict[str, Any]]] = list(tenant_rows.read(TENANT_A, table))
    assert max(len(batch) for batch in batches) == 3
    assert sorted(int(row["object_id"]) for batch in batches for row in batch) == [number for number in range(20) if number % 5]


def test_deleting_takes_batches_of_one_tenant_until_none_is_left(table: tenant_rows.TenantTable) -> None:
    counts = []
    while count := tenant_rows.delete_batch(TENANT_A, table):
        counts.append(count)
    assert counts == [3, 3, 3, 3, 3, 1]
    assert database.rows("SELECT tenant_id, COUNT(*) FROM events GROUP BY tenant_id") == [(TENANT_B, 4)]


def test_tokens_of_a_tenants_users_go_too() -> None:
    for name in ("alice", "charlie"):
        sql = "INSERT INTO one_time_tokens (id, user_id, purpose, digest, created_at, expires_at) VALUES (?, ?, 'x', ?, 0, 1)"
        database.run(sql, (name, f"usr_{name}", name))
    tenant_rows.delete_tokens(TENANT_A)
    assert database.rows("SELECT user_id FROM one_time_tokens") == [("usr_charlie",)]
