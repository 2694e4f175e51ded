"""The table of sealed columns is complete, and walks past every row once."""

from __future__ import annotations

import re
from pathlib import Path

from server.store import database, schema, seals
from server.store.copies import DERIVED
from server.store.seals import PLAIN, SEALED, SealedColumn


def test_every_column_of_bytes_is_sealed_or_known_to_hold_no_secret(tmp_path: Path) -> None:
    database.open_database(f"sqlite:///{tmp_path}/x.sqlite3")
    schema.migrate()
    tables = [table for table in database.db.get_tables() if not table.startswith(DERIVED)]
    kinds = {(table, column.name): column.data_type.lower() for table in tables for column in database.db.get_columns(table)}
    database.close()
    bytes_columns = {place for place, kind in kinds.items() if kind == "blob"}
    assert bytes_columns == {(one.table, one.column) for one in SEALED} | PLAIN


def test_every_place_that_seals_writes_into_a_column_of_the_table() -> None:
    """A secret sealed into text would be left behind by a rotation; only the canary is, and it is sealed anew."""
    root = Path(__file__).parents[3] / "server" / "services"
    sealing = {path.stem for path in root.rglob("*.py") if re.search(r"vault\(\)\.seal\(", path.read_text(encoding="utf-8"))}
    named = {
        "accounts",
        "connecting",
        "connector_authorizations",
        "gateway",
        "idempotency",
        "inbound_sources",
        "installation_config",
        "jobs",
        "keys",
        "leases",
        "outbox",
        "provider_apps",
        "remote_subscriptions",
        "sealed_values",
        "seals",
        "signing_keys",
        "totp",
        "webhook_options",
        "webhooks",
    }
    assert sealing == named, "name the column of a new secret in SEALED, then its module here"


def test_a_walk_meets_every_row_once_and_spares_what_was_changed_meanwhile(database_url: str) -> None:
    database.open_database(database_url)
    schema.migrate()
    column = SealedColumn("idempotency", "answer", ("tenant_id", "mode", "key"))
    with database.transaction():
        for index in range(25):
            database.run(
                "INSERT INTO idempotency (tenant_id, mode, key, digest, answer, created_at) VALUES (?, ?, ?, 'd', ?, 0)",
                (f"ten_{index % 3}", "live", f"k{index}", b"old%d" % index),
            )
    found: list[tuple[seals.Place, bytes]] = []
    while part := seals.read(column, found[-1][0] if found else None, 10):
        found += part
    assert len({place for place, _ in found}) == 25 == seals.count(column)
    with database.transaction():
        seals.write(column, [(found[0][0], found[0][1], b"new"), (found[1][0], b"something else", b"new")])
    assert [sealed for _, sealed in seals.read(column, None, 2)] == [b"new", found[1][1]]
    database.close()
