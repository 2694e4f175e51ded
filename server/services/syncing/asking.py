"""What a person has to decide: edits that exclude one another, and listings that lack so much that nobody should believe them unasked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from server.store import conflicts
from server.system import clock, ids

if TYPE_CHECKING:
    from server.services.syncing.connections import Connection
    from server.store.external_records import Link

LISTING: Final = "*"
"""What begins the external id of a conflict that is about a whole listing; the part follows."""


def ask(
    connection: Connection, resource: str, link: Link, fields: Sequence[str], local: Mapping[str, Any] | None, remote: Mapping[str, Any] | None
) -> None:
    """Write a conflict of one record, in the open transaction."""
    row = {"external_id": link.external_id, "local_id": link.local_id, "fields": list(fields), "base_values": link.base}
    _put(connection, resource, {**row, "local_values": local, "remote_values": remote})


def ask_of_listing(connection: Connection, resource: str, part: str, gone: int, known: int, generation: int) -> None:
    """Write that a listing lacks more than is believed unasked."""
    row = {"external_id": LISTING + part, "local_id": None, "fields": [LISTING], "base_values": {"known": known}, "local_values": None}
    _put(connection, resource, {**row, "remote_values": {"gone": gone, "part": part, "generation": generation}})


def _put(connection: Connection, resource: str, row: Mapping[str, Any]) -> None:
    tenant_id, mode, installation_id = connection.place
    now = clock.now_ms()
    own = {"id": ids.new_id("cfl"), "installation_id": installation_id, "resource": resource, "created_at": now, "updated_at": now}
    conflicts.put(tenant_id, mode, {**own, **row})


def settle(connection: Connection, resource: str, external_id: str) -> None:
    """Forget the conflict of a record: it is over."""
    conflicts.settle(*connection.place, resource, external_id)
