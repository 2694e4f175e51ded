"""Deliveries: what is owed to which webhook. The rows are the queue.

Taking a row pushes its `due_at` behind the end of the lease and writes the taker's name: a taker that dies needs no
sweeper, its rows become due again by themselves. States: pending, delivered, held, dead, cancelled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Sequence

_INSERT = (
    "INSERT INTO deliveries (id, tenant_id, mode, webhook_id, event_id, event_type, state, due_at, created_at, ordering_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def insert(tenant_id: str, mode: str, owed: Sequence[tuple[str, str, str]], event: tuple[str, str], at_ms: int, ordering_key: str) -> None:
    """Owe one event `(id, type)` to webhooks, each `(delivery id, webhook id, state)`; due at once."""
    event_id, event_type = event
    for delivery_id, webhook_id, state in owed:
        database.execute(_INSERT, (delivery_id, tenant_id, mode, webhook_id, event_id, event_type, state, at_ms, at_ms, ordering_key))
