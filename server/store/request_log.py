"""The log of requests: who called what, how it ended and how long it took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Sequence

_INSERT = (
    "INSERT INTO request_log (id, tenant_id, mode, at, method, route, path, status, duration_us, actor_kind, actor_id, address, request_id,"
    " request_bytes, response_bytes, code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def insert_many(lines: Sequence[tuple[Any, ...]]) -> None:
    """Append lines, in the order of the columns."""
    database.run_many(_INSERT, lines)
