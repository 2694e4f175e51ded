"""Sorting: what becomes of mail that arrived, for the worker: scanned first, then judged, then sent its way.

Whatever cannot be scanned stays held and is tried again; it is never let pass. A report about mail of ours is written where it
belongs; everything else follows the first route that fits, in one transaction with the state of the mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from server.domain.actor import system_actor
from server.domain.errors import JunctionError, Later, Unprocessable
from server.domain.mail import opaque
from server.domain.mail.judging import ORDINARY, REPORT, Judgement, judge_mail
from server.domain.mail.reading import Mail, read
from server.outbound import scanning
from server.services import events
from server.services.email import actions, arrivals, inbound_policies, reports, returns, routes
from server.services.email.actions import Mailed
from server.services.email.arrivals import DONE, HELD, IGNORED, QUARANTINED, RELEASED, UNSCANNED
from server.store import database
from server.store import email_arrivals as store
from server.system import clock, logs

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.domain.actor import Mode
    from server.system.settings import Settings

    Row = dict[str, Any]

LEASE_MS: Final = 300_000
AGAIN_MS: Final = 15_000
LATER_MS: Final = 3_600_000
SCAN_SECONDS: Final = 30
_BATCH: Final = 16
_MOST_ATTEMPTS: Final = 50
_PIECE: Final = 64 * 1024
log = logs.get_logger()


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the scanner came to: `state` is where the mail goes, None where it may go on."""

    state: str | None
    reason: str | None
    due_at: int | None = None


def sort_due(settings: Settings, stopping: Callable[[], bool] = lambda: False) -> int:
    """Work on every mail that is due, and return how many there were."""
    done = 0
    while not stopping():
        now = clock.now_ms()
        with database.transaction():
            rows = store.take_due(now, now + LEASE_MS, _BATCH)
        for row in rows:
            sort(row, settings)
            done += 1
        if len(rows) < _BATCH:
            break
    return done


def sort(row: Row, settings: Settings) -> None:
    """Work on one mail; a failure that may pass is tried again, any other quarantines it."""
    try:
        _sort(row, settings)
    except Later as error:
        _settle(row, HELD, error.detail, clock.now_ms() + AGAIN_MS)
    except JunctionError as error:
        log.warning("arrival_not_sorted", arrival_id=row["id"], tenant_id=row["tenant_id"], reason=error.stable_code)
        _settle(row, QUARANTINED, f"failed: {error.detail}", None)
    except Exception:
        log.exception("arrival_not_sorted", arrival_id=row["id"], tenant_id=row["tenant_id"])
        _settle(row, QUARANTINED, "failed: an unexpected error, which is in the log", None)


def _sort(row: Row, settings: Settings) -> None:
    raw = store.content(row["tenant_id"], row["mode"], row["id"])
    if raw is None:
        _settle(row, IGNORED, "its content is gone", None)
        return
    scanned = scan(settings.documents.scanner, raw, has_attachments=row["attachments"] != "[]")
    if scanned.state is not None:
        _keep_back(row, scanned)
        return
    mail = read(raw)
    if (why := opaque.unseen(mail)) and row["state_reason"] != RELEASED:
        _keep_unseen(row, why)
        return
    judgement = judge_mail(mail)
    if judgement.kind == ORDINARY:
        _route(row, mail, scanned, settings)
    else:
        _report(row, raw, judgement)


def scan(address: str, raw: bytes, *, has_attachments: bool) -> Scanned:
    """Have a mail scanned as a whole; the scanner itself looks into parts, archives and mails in mails. Raises nothing."""
    if not address:
        return Scanned(None, UNSCANNED if has_attachments else None)
    pieces = (raw[place : place + _PIECE] for place in range(0, len(raw), _PIECE))
    try:
        verdict = scanning.scan(address, pieces, seconds=SCAN_SECONDS)
    except Later as error:
        return Scanned(HELD, error.detail, clock.now_ms() + AGAIN_MS)
    if verdict.found:
        return Scanned(QUARANTINED, f"infected: {verdict.found}")
    if not verdict.clean:
        return Scanned(HELD, f"cannot be scanned: {verdict.problem}", clock.now_ms() + LATER_MS)
    return Scanned(None, None)


def _keep_back(row: Row, scanned: Scanned) -> None:
    log.warning("arrival_kept_back", arrival_id=row["id"], tenant_id=row["tenant_id"], state=scanned.state, reason=scanned.reason)
    with database.transaction():
        _write(row, scanned.state or HELD, scanned.reason, scanned.due_at)
        if scanned.state == QUARANTINED:
            store.drop_content(row["tenant_id"], row["mode"], row["id"])
            _tell(row, "email.quarantined")


def _keep_unseen(row: Row, why: str) -> None:
    """Keep back what no scanner saw into; it keeps its content, so that somebody who expects it can let it go."""
    with database.transaction():
        _write(row, QUARANTINED, f"unseen: {why}"[:1000], None)
        _tell(row, "email.quarantined")


def _report(row: Row, raw: bytes, judgement: Judgement) -> None:
    row["kind"] = judgement.kind
    told = _read_report(row, raw) if judgement.kind == REPORT else None
    if told is not None:
        _settle(row, *told, None)
        return
    envelope = tuple(orjson.loads(row["recipients"]))
    reason, message_id = returns.handle(row["tenant_id"], row["mode"], raw, judgement, envelope)
    row["message_id"] = message_id or row["message_id"]
    _settle(row, IGNORED if reason else DONE, reason or None, None)


def _read_report(row: Row, raw: bytes) -> tuple[str, str | None] | None:
    """Keep what a receiver reports of a domain, and return the state of the mail with its reason; None for other reports, such as receipts."""
    if orjson.loads(row["authentication"]).get("dmarc") == "fail":
        return IGNORED, "forged: its sender's domain disowns it"
    try:
        reports.deliver(raw)
    except Unprocessable as error:
        return (IGNORED, error.detail) if error.stable_code == "report_of_another" else None
    return DONE, None


def _route(row: Row, mail: Mail, scanned: Scanned, settings: Settings) -> None:
    row["kind"] = ORDINARY
    actor = system_actor(row["tenant_id"], cast("Mode", row["mode"]))
    if row["state_reason"] != RELEASED and (asked := _disowned(row, settings)):
        with database.transaction():
            _write(row, QUARANTINED, f"forged: its sender's domain disowns it and asks to {asked}", None)
            _tell(row, "email.quarantined")
        return
    accounts = [source for source, _, _ in store.sightings(row["tenant_id"], row["mode"], row["id"])]
    route = routes.fitting(
        row["tenant_id"],
        row["mode"],
        recipients=orjson.loads(row["recipients"]),
        accounts=accounts,
        sender=row["sender"],
        subject=row["subject"],
        proven=row["identity"] is not None,
    )
    with database.transaction():
        wanted = route["actions"] if route else [{"type": "activity"}]
        row["route_id"] = route["id"] if route else None
        row["activity_id"] = actions.follow(Mailed(actor, row, mail, settings.email), wanted)
        _write(row, DONE, scanned.reason, None)
        _tell(row, "email.received")


def _disowned(row: Row, settings: Settings) -> str:
    """Return what a domain asks for that disowns a mail, "" where none does, or where the tenant takes such mail all the same."""
    found = orjson.loads(row["authentication"])
    if found.get("dmarc") != "fail":
        return ""
    asked = str(found.get("policy", "quarantine"))
    policy = inbound_policies.of_tenant(row["tenant_id"], row["mode"], inbound_policies.of_appliance(settings))
    return asked if policy.quarantines(asked) else ""


def _settle(row: Row, state: str, reason: str | None, due_at: int | None) -> None:
    with database.transaction():
        _write(row, state, reason, due_at)


def _write(row: Row, state: str, reason: str | None, due_at: int | None) -> None:
    """Write a state; what is held too often waits for someone to look."""
    now = clock.now_ms()
    row |= {"state": state, "state_reason": reason, "due_at": due_at, "finished_at": None if due_at is not None else now}
    if due_at is not None and row["attempts"] > _MOST_ATTEMPTS:
        row["due_at"] = now + LATER_MS
    store.settle(row["tenant_id"], row["mode"], row)


def _tell(row: Row, event_type: str) -> None:
    actor = system_actor(row["tenant_id"], cast("Mode", row["mode"]))
    events.publish(actor, event_type, row["id"], record=arrivals.shown(actor, row))
