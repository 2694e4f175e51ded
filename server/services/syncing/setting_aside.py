"""Records that cannot be taken over are set aside with their payload and the reason, so that one of them never stops the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from server.domain.errors import JunctionError
from server.outbound.vendors.values import ConnectorError, MappingProblem
from server.store import quarantine
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.services.syncing.connections import Connection

Direction = Literal["in", "out"]
Trouble = JunctionError | ConnectorError | MappingProblem
IN: Final[Direction] = "in"
OUT: Final[Direction] = "out"


def words_of(error: Trouble) -> tuple[str, str]:
    """Return the code and the reason of what went wrong with a record."""
    if isinstance(error, MappingProblem):
        return "mapping_failed", str(error)
    faults = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in error.faults) if isinstance(error, JunctionError) else ""
    return error.stable_code, faults or error.detail


def set_aside(connection: Connection, resource: str, direction: Direction, key: str, payload: Mapping[str, Any], error: Trouble) -> None:
    """Put a record into quarantine, in the open transaction; `key` is the vendor's id, or ours for what goes out."""
    code, reason = words_of(error)
    now = clock.now_ms()
    row = {"id": ids.new_id("qua"), "installation_id": connection.row["id"], "resource": resource, "external_id": key, "direction": direction}
    reason = connection.driver.identity.hide(reason)[:1000]
    row |= {"payload": dict(payload), "code": code, "reason": reason, "version": connection.row["connector_version"], "attempts": 1}
    tenant_id, mode, _ = connection.place
    quarantine.put(tenant_id, mode, {**row, "created_at": now, "updated_at": now})
