"""Archives: everything of a tenant as JSON lines, and the end of a tenant, both in small batches.

An archive begins with a line that says what it is and ends with one that counts, so a broken transfer is noticed. It holds
no secret: webhooks come without theirs, keys and users without what proves them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.errors import Fault, Missing, Unprocessable
from server.services import audit_chain, events, tenant_files
from server.services.credentials import GENERATION
from server.services.tenants import require_operator, shown, within
from server.store import database, generations, tenant_rows, tenants
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.domain.actor import Actor
    from server.store.tenants import Row

FORMAT: Final = 1


def export(actor: Actor, tenant_id: str) -> Iterator[bytes]:
    """Yield an archive of a tenant, a batch of lines at a time; the check and the audit entry come before the first."""
    require_operator(actor)
    tenant = _find(tenant_id)
    with database.transaction():
        events.record_audit(within(actor, tenant_id), "tenant.exported", tenant_id)
    return _lines(tenant)


def _lines(tenant: Row) -> Iterator[bytes]:
    counts: Counter[str] = Counter()
    yield _line({"kind": "archive", "format": FORMAT, "created_at": clock.rfc3339(clock.now_ms()), "tenant_id": tenant["id"]})
    yield _line({"kind": "tenant", "row": shown(tenant)})
    for table in tenant_rows.tables():
        if table.noun is None:
            continue
        for batch in tenant_rows.read(tenant["id"], table):
            counts[table.noun] += len(batch)
            yield b"".join(_line({"kind": table.noun, "row": _timed(row)}) for row in batch)
    yield _line({"kind": "end", "counts": dict(counts)})


def _line(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its moments in the one form of the API; a record has them in it already."""
    moments = {name for name, value in row.items() if isinstance(value, int) and (name == "at" or name.endswith(("_at", "_until", "_triggered")))}
    return row | {name: clock.rfc3339(row[name]) for name in moments}


def delete(actor: Actor, tenant_id: str, confirmation: str | None) -> None:
    """Delete a tenant and everything of it. Raises Unprocessable unless the confirmation is its name.

    From the first moment nobody gets in; a deletion that was cut off goes on when it is asked for again, or by `resume`.
    """
    require_operator(actor)
    tenant = _find(tenant_id)
    if confirmation != tenant["name"]:
        fault = Fault("confirm", "confirmation_needed", "Give the tenant's name as ?confirm=.")
        raise Unprocessable("Deleting a tenant cannot be undone, so its name has to be given.", code="confirmation_needed", faults=[fault])
    with database.transaction():
        if tenant["status"] != "deleting":
            tenants.set_status(tenant_id, "deleting", clock.now_ms())
            generations.bump(GENERATION)
            events.record_audit(actor, "tenant.deletion_started", tenant_id, {"name": [tenant["name"], None]})
    _delete(actor, tenant)


def resume(actor: Actor, patience_ms: int = 0) -> int:
    """Finish deletions that were cut off, and return how many; for the worker's upkeep. Those begun within the patience are let be."""
    require_operator(actor)
    before = clock.now_ms() - patience_ms
    unfinished = [tenant for tenant in tenants.in_status("deleting") if tenant["updated_at"] <= before]
    for tenant in unfinished:
        _delete(actor, tenant)
    return len(unfinished)


def _delete(actor: Actor, tenant: Row) -> None:
    counts: Counter[str] = Counter()
    # What was under way when the door closed may still write a row into a table that was empty: go round until none has any.
    while emptied := _delete_round(actor, tenant["id"]):
        counts += emptied
    tenant_files.remove(tenant["id"])
    with database.transaction():
        if not tenants.delete(tenant["id"]):
            return  # somebody else has finished it by now
        generations.bump(GENERATION)
        events.record_audit(actor, "tenant.deleted", tenant["id"], {"name": [tenant["name"], None], "rows": [sum(counts.values()), 0]})


def _delete_round(actor: Actor, tenant_id: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    with database.transaction():
        tenant_rows.delete_tokens(tenant_id)
    for table in tenant_rows.tables():
        while True:
            with database.transaction():
                deleted = audit_chain.erase_tenant(tenant_id) if table.name == "audit" else tenant_rows.delete_batch(tenant_id, table)
            if not deleted:
                break
            counts[table.name] += deleted
        if counts[table.name]:
            with database.transaction():
                events.record_audit(actor, "tenant.deletion_progressed", tenant_id, {table.name: [counts[table.name], 0]})
    return +counts


def _find(tenant_id: str) -> Row:
    row = tenants.find(tenant_id)
    if row is None:
        raise Missing(f"There is no tenant '{tenant_id}'.")
    return row
