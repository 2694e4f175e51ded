"""The columns that hold sealed secrets, one table, and the walk over them that a rotation of the master key needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One column of sealed secrets, with the columns that tell its rows apart."""

    table: str
    column: str
    key: tuple[str, ...] = ("id",)


SEALED: Final = (
    SealedColumn("users", "totp_secret"),
    SealedColumn("webhooks", "secrets"),
    SealedColumn("webhooks", "headers"),
    SealedColumn("webhooks", "credentials"),
    SealedColumn("signing_keys", "private"),
    SealedColumn("outbox", "message"),
    SealedColumn("inbound_sources", "secrets"),
    SealedColumn("inbound_messages", "body"),
    SealedColumn("provider_apps", "secret"),
    SealedColumn("provider_apps", "webhook_secret"),
    SealedColumn("connector_credentials", "secret"),
    SealedColumn("connector_authorizations", "verifier"),
    SealedColumn("installations", "secrets"),
    SealedColumn("remote_subscriptions", "secret"),
    SealedColumn("email_accounts", "secrets"),
    SealedColumn("dkim_keys", "private"),
    SealedColumn("jobs", "secrets"),
    SealedColumn("sealed_values", "sealed", ("tenant_id", "mode", "resource", "record_id", "field", "kept_for")),
    SealedColumn("idempotency", "answer", ("tenant_id", "mode", "key")),
)
PLAIN: Final = frozenset({("events", "body"), ("connector_packages", "archive"), ("email_contents", "body"), ("email_arrival_contents", "body")})
"""Columns of bytes that hold no secret; every other one has to be in SEALED."""

Place = tuple[Any, ...]


def read(sealed: SealedColumn, after: Place | None, limit: int) -> list[tuple[Place, bytes]]:
    """Return `(key, secret)` of the rows behind a key, in the order of their keys."""
    key = ", ".join(sealed.key)
    behind = f" AND ({key}) > ({', '.join('?' * len(sealed.key))})" if after else ""
    sql = f"SELECT {key}, {sealed.column} FROM {sealed.table} WHERE {sealed.column} IS NOT NULL{behind} ORDER BY {key} LIMIT ?"
    return [(row[:-1], bytes(row[-1])) for row in database.rows(sql, (*(after or ()), limit))]


def write(sealed: SealedColumn, many: Sequence[tuple[Place, bytes, bytes]]) -> None:
    """Write `(key, before, after)`; a secret that was changed since it was read is left as it is."""
    where = " AND ".join(f"{name} = ?" for name in sealed.key)
    sql = f"UPDATE {sealed.table} SET {sealed.column} = ? WHERE {where} AND {sealed.column} = ?"
    database.run_many(sql, [(after, *place, before) for place, before, after in many])


def count(sealed: SealedColumn) -> int:
    """Return how many secrets a column holds."""
    found = database.row(f"SELECT COUNT({sealed.column}) FROM {sealed.table}")
    return int(found[0]) if found else 0
