"""Looking at sending domains again and again: what changed is told once, as an event, what broke as a mail too, and what was lost is let go in time.

`unknown` changes nothing: each finding carries the last state that somebody knew (`known`), and only a change of that is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from server.domain.actor import system_actor
from server.domain.mail import rotation
from server.domain.mail.names import ancestry
from server.services import events, mails
from server.services.email import examination, keys
from server.store import database, dkim_keys, sending_domains, users
from server.system import clock, logs

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.domain.actor import Mode
    from server.services.email.examination import Examination
    from server.store.sending_domains import Row
    from server.system.settings import Settings

EVERY_MS: Final = 30 * 60_000
WAITING_MS: Final = 10 * 60_000
GRACE_MS: Final = 3 * 86_400_000
USEFUL_MS: Final = 3 * 86_400_000
REQUIRED: Final = ("ownership", "dkim")
_SOME: Final = 10
_READERS: Final = 20
_LOOKS_AFTER: Final = ("owner", "admin")
log = logs.get_logger()


def watch(settings: Settings, stopping: Callable[[], bool]) -> int:
    """Look at every domain that is due; returns how many were looked at."""
    count, now = 0, clock.now_ms()
    while not stopping():
        with database.transaction():
            # Put off before looking: of several workers one looks, and one that dies is followed by another.
            found = sending_domains.claim_due(now, now + WAITING_MS, _SOME)
        if not found:
            break
        for row in found:
            if not stopping():
                look(settings, row)
                count += 1
    return count


def look(settings: Settings, row: Row) -> None:
    """Examine a domain, and write and tell what changed. A domain that is removed meanwhile is let be."""
    found = examination.examine(settings, row, dkim_keys.of_domain(row["tenant_id"], row["mode"], row["id"]))
    with database.transaction():
        current = sending_domains.find(row["tenant_id"], row["mode"], row["id"])
        if current is not None:
            _write(current, found)


def _write(row: Row, found: Examination) -> None:
    now = clock.now_ms()
    turned = keys.advance(row["tenant_id"], row["mode"], row["id"], found.seen)
    findings = _told_apart(row, [*_without_rivals(row, found), _age(row, now)])
    before = {one["check"]: one.get("known") for one in orjson.loads(row["findings"])}
    after = {one["check"]: one["known"] for one in findings}
    changed = {name: [before[name], state] for name, state in after.items() if before.get(name) and before[name] != state}
    standing = _standing(row, after, now)
    due = now + (EVERY_MS if standing["verified_at"] else WAITING_MS)
    # A look that found nothing new makes no new version: whoever is about to change the domain need not read it again.
    version = row["version"] + bool(turned or changed or row["checked_at"] is None or standing["status"] != row["status"])
    written = {**row, **standing, "findings": orjson.dumps(findings).decode(), "checked_at": now, "due_at": due, "version": version}
    sending_domains.update(row["tenant_id"], row["mode"], written, row["version"])
    _tell(row, written, changed, turned, {one["check"]: one["detail"] for one in findings})


def _told_apart(row: Row, findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return findings with the last state that somebody knew of each."""
    before = {one["check"]: one.get("known") for one in orjson.loads(row["findings"])}
    return [{**one, "known": before.get(one["check"]) if one["state"] == "unknown" else one["state"]} for one in findings]


def _without_rivals(row: Row, found: Examination) -> list[dict[str, Any]]:
    """Return findings, where ownership fails for a name that another tenant has verified, or that lies below one."""
    findings = [examination.shown(one) for one in found.findings]
    if any(one["tenant_id"] != row["tenant_id"] for one in sending_domains.verified(ancestry(row["name"]))):
        for one in findings:
            if one["check"] == "ownership":
                one.update(state="failed", detail="Somebody else sends from this domain, or from one above it.")
    return findings


def _age(row: Row, now: int) -> dict[str, Any]:
    """Return whether the keys that sign have been used for long enough."""
    active = dkim_keys.active(row["tenant_id"], row["mode"], row["id"])
    old = [key["selector"] for key in active if key["activated_at"] + rotation.AGED_MS <= now]
    detail = f"{', '.join(old)} signs for over 180 days; rotate the keys." if old else "No key is too old."
    return {"check": "key_age", "state": "warning" if old else "ok", "detail": detail, "found": [], "records": []}


def _standing(row: Row, known: dict[str, str | None], now: int) -> dict[str, Any]:
    """Return status and its times, by what is known of ownership and keys."""
    signs = bool(dkim_keys.active(row["tenant_id"], row["mode"], row["id"]))
    # A key that waits for its record makes `dkim` a warning, and takes nothing away.
    lost = [name for name in REQUIRED if known.get(name) == "failed"]
    if row["verified_at"] is None:
        well = known.get("ownership") == "ok" and signs
        return {"status": "verified" if well else "pending", "verified_at": now if well else None, "failing_since": None}
    if not lost:
        return {"status": "verified", "verified_at": row["verified_at"], "failing_since": None}
    since = row["failing_since"] or now
    if since + GRACE_MS <= now:
        return {"status": "pending", "verified_at": None, "failing_since": None}
    return {"status": "failing", "verified_at": row["verified_at"], "failing_since": since}


def _tell(before: Row, row: Row, changed: dict[str, Any], turned: dict[str, Any], details: dict[str, str]) -> None:
    """Tell of what changed, once: an event each of status, findings and keys, and one mail of what broke; the rest is in the daily report."""
    actor = system_actor(row["tenant_id"], cast("Mode", row["mode"]))
    record = {"id": row["id"], "object": "sending_domain", "name": row["name"], "status": row["status"], "sendable": row["verified_at"] is not None}
    if row["status"] != before["status"]:
        change = {"status": [before["status"], row["status"]]}
        events.emit(actor, f"sending_domain.{_VERBS[row['status']]}", row["id"], changes=change, record=record)
        log.info("sending_domain_status", domain=row["name"], before=before["status"], after=row["status"])
    if turned:
        events.emit(actor, "sending_domain.keys_turned", row["id"], changes=turned, record=record)
    if changed:
        told = {name: {"before": states[0], "after": states[1], "detail": details[name]} for name, states in changed.items()}
        events.publish(actor, "sending_domain.findings_changed", row["id"], changes=changed, record={**record, "findings": told})
    lines = [f"{name}: {details[name]}" for name, (_, new) in changed.items() if new == "failed"]
    if lines or (row["status"] != before["status"] and before["status"] != "pending"):
        _mail(actor.tenant_id, {"name": row["name"], "status": row["status"], "sendable": record["sendable"], "lines": lines})


_VERBS: Final = {"verified": "verified", "failing": "failed", "pending": "lapsed"}


def _mail(tenant_id: str, values: dict[str, Any]) -> None:
    """Write to those who look after the tenant."""
    for reader in users.with_roles(tenant_id, _LOOKS_AFTER, _READERS):
        mails.queue("domain_changed", reader, values, useful_ms=USEFUL_MS)
