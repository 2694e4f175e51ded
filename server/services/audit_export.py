"""The audit trail as a file: entries in the order they were written, a batch at a time, as JSON lines or as a table.

A cell of the table that a spreadsheet would take for a formula gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson

from server.domain.permissions import permit
from server.services import events
from server.services.audit import shown
from server.services.exchange.errors_file import neutralised
from server.services.tenants import require_operator
from server.store import audit, database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from server.domain.actor import Actor

    Row = dict[str, Any]

Format = Literal["jsonl", "csv"]
MEDIA_TYPES: Final[dict[str, str]] = {"jsonl": "application/x-ndjson", "csv": "text/csv"}
BATCH: Final = 500
COLUMNS: Final = (
    "id", "at", "tenant_id", "mode", "actor_kind", "actor_id", "action", "object", "object_id", "changes", "address", "request_id", "sequence",
    "seal",
)  # fmt: skip


def export(actor: Actor, filters: Mapping[str, Any], form: str) -> Iterator[bytes]:
    """Yield the tenant's trail; the check and the entry that tells of the export come before the first piece."""
    permit(actor, "audit:read")
    return _pieces(actor, actor.tenant_id, actor.mode, filters, form)


def export_all(actor: Actor, tenant_id: str | None, filters: Mapping[str, Any], form: str) -> Iterator[bytes]:
    """Yield the trail of the whole appliance, or of one tenant in both modes."""
    require_operator(actor)
    return _pieces(actor, tenant_id, None, filters, form)


def _pieces(actor: Actor, tenant_id: str | None, mode: str | None, filters: Mapping[str, Any], form: str) -> Iterator[bytes]:
    with database.transaction():
        events.record_audit(actor, "audit.exported", tenant_id or "", {"format": [None, form]})
    return _written(lambda position: audit.after(tenant_id, mode, filters, position, BATCH), form)


def _written(read: Callable[[int], Sequence[Row]], form: str) -> Iterator[bytes]:
    if form == "csv":
        yield _table([COLUMNS])
    position = 0
    while found := read(position):
        position = found[-1]["position"]
        entries = [shown(row) for row in found]
        yield _table(map(_cells, entries)) if form == "csv" else b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in entries)


def _cells(entry: Mapping[str, Any]) -> list[str]:
    changes = orjson.dumps(entry["changes"]).decode() if entry["changes"] else None
    actor, target = entry["actor"], entry["target"]
    flat = {"actor_kind": actor["kind"], "actor_id": actor["id"], "object": target["object"], "object_id": target["id"], "changes": changes}
    return [_cell(flat[name] if name in flat else entry[name]) for name in COLUMNS]


def _cell(value: Any) -> str:
    return neutralised("" if value is None else str(value))


def _table(rows: Any) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()
