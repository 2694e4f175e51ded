"""Having contents looked at by the virus scanner, for the worker: what was not found clean is handed out to nobody.

What is infected loses its file at once and keeps its row, so that its owner is told. A scanner that does not answer is asked
again; one that cannot look, for a content is too large for it, is asked again later.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from server.domain.actor import system_actor
from server.domain.errors import Later, Missing
from server.outbound import scanning
from server.outbound.scanning import Verdict
from server.services import contents, records, storages
from server.store import contents as rows
from server.store import database
from server.store import records as record_rows
from server.store.contents import CLEAN, FAILED, INFECTED, PENDING
from server.system import clock, logs

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.domain.actor import Mode
    from server.store.contents import Content

LEASE_MS: Final = 600_000
AGAIN_MS: Final = 15_000
LATER_MS: Final = 3_600_000
_BATCH: Final = 500
log = logs.get_logger()


def scan_due(stopping: Callable[[], bool] = lambda: False) -> int:
    """Have everything scanned that is due, and return how many that were; ends early when the scanner is away."""
    done, scanner = 0, storages.rules().scanner
    while scanner and not stopping() and (content := _take()) is not None:
        if not _scan(scanner, content):
            break
        done += 1
    return done


def _take() -> Content | None:
    now = clock.now_ms()
    if not rows.any_unscanned(now):
        return None
    with database.transaction():
        return rows.take_unscanned(now, now + LEASE_MS)


def _scan(scanner: str, content: Content) -> bool:
    """Scan one content; False when there was nobody to do it."""
    try:
        verdict = scanning.scan(scanner, contents.pieces(content, 0, content.size))
    except Later as error:
        log.warning("content_scan_postponed", content_id=content.id, tenant_id=content.tenant_id, reason=error.stable_code)
        _write(content, PENDING, None, clock.now_ms() + AGAIN_MS)
        return False
    except Missing as error:
        verdict = Verdict(clean=False, problem=error.detail)
    if verdict.found:
        log.warning("content_infected", content_id=content.id, record_id=content.record_id, tenant_id=content.tenant_id, found=verdict.found)
        if _write(content, INFECTED, verdict.found, None):
            storages.storage().remove(content.name)
    elif verdict.clean:
        _write(content, CLEAN, None, None)
    else:
        log.warning("content_not_scannable", content_id=content.id, tenant_id=content.tenant_id, problem=verdict.problem)
        _write(content, FAILED, verdict.problem, clock.now_ms() + LATER_MS)
    return True


def _write(content: Content, scan: str, detail: str | None, due_at: int | None) -> bool:
    """Write an outcome into the content's row and, when it is the current one, the record; False when it is discarded or that lies deleted.

    A deleted record may be restored, so its content is looked at again and again.
    """
    tenant_id, mode, resource = content.tenant_id, content.mode, contents.holder(content.record_id)
    with database.transaction():
        record = record_rows.find(tenant_id, mode, resource, content.record_id, locked=True)
        now = rows.find(tenant_id, mode, content.id)
        if record is None or now is None:
            rows.set_scan(tenant_id, content.id, content.scan, content.scan_detail, clock.now_ms() + LATER_MS)
            return False
        rows.set_scan(tenant_id, content.id, scan, detail, due_at)
        if (scan, detail) != (content.scan, content.scan_detail) and now.superseded_at is None:
            told = contents.shown(replace(content, scan=scan, scan_detail=detail))
            records.amend(system_actor(tenant_id, cast("Mode", mode)), resource, content.record_id, {"content": told})
    return True


def queue_unscanned() -> None:
    """Have everything looked at that came before there was a scanner."""
    while storages.rules().scanner:
        with database.transaction():
            if rows.queue_unscanned(clock.now_ms(), _BATCH) < _BATCH:
                return
