"""Alerts: when a part of the appliance fails, its operators are told once, and once more when it has recovered.

Whether one was raised is a mark that changes in the transaction that queues what is sent, so of several workers that
notice at once only one tells, and a crash in between tells nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Later
from server.services import components, mails, outbox
from server.store import database, marks
from server.system import clock, logs

if TYPE_CHECKING:
    from server.services.components import Component
    from server.system.settings import Settings

MARK: Final = "alert."
SINCE: Final = "alert_since."
USEFUL_MS: Final = 86_400_000
log = logs.get_logger()


@dataclass(frozen=True, slots=True)
class Rule:
    """An alert: `title` says what is wrong, `advice` what to do."""

    title: str
    advice: str


RULES: Final = {
    "queue": Rule("Deliveries are stuck", "Look whether a worker runs, and at what it logs; 'junction doctor' examines everything."),
    "worker": Rule("A worker fails", "Start it again; its last lines on standard error say why it stopped."),
    "disk": Rule("The disk is nearly full", "Free some space, or keep less by the settings in [retention]; until then writes are refused."),
    "inbound": Rule(
        "An inbound source fails or is silent", "See the sources' last_error at /inbound/sources: often a secret was changed at the vendor."
    ),
    "blocklists": Rule("A blocklist lists an address that mail leaves from", "Find and stop what was sent, then ask for removal at the list's page."),
    "certificate": Rule("The certificate ends soon", "Put a new certificate in place and restart; a self-signed one is made anew when it has ended."),
}


def check_alerts(settings: Settings) -> list[str]:
    """Look at what is watched and tell the operators of every change; returns what was raised and what recovered, for the log."""
    told = []
    for name, rule in RULES.items():
        try:
            found = components.COMPONENTS[name](settings)
        except Later as error:
            # Without the database nothing can be queued; the next look comes in ten seconds.
            log.warning("alert_check_failed", alert=name, error=error.detail)
            continue
        if _changed(name, rule, found, settings):
            told.append(f"{name}: {found.state}")
    return told


def stand_in(settings: Settings) -> bool:
    """Watch and tell in place of the workers while none is alive; returns whether that was needed."""
    if not components.nobody_works():
        return False
    check_alerts(settings)
    mails.send_due_mails(settings)
    return True


def _changed(name: str, rule: Rule, found: Component, settings: Settings) -> bool:
    failing = found.state in {"failing", "warning"}
    now = clock.now_ms()
    with database.transaction():
        if not (marks.put(MARK + name, "raised") if failing else marks.swap(MARK + name, "raised", "recovered")):
            return False
        if failing:
            marks.put(SINCE + name, str(now))
        since = int(marks.find(SINCE + name) or now)
        _tell(name, rule, found, settings, since=since, recovered=not failing)
    log.warning("alert_recovered" if not failing else "alert_raised", alert=name, detail=found.detail)
    return True


def _tell(name: str, rule: Rule, found: Component, settings: Settings, *, since: int, recovered: bool) -> None:
    values: dict[str, Any] = {
        "title": rule.title,
        "advice": rule.advice,
        "detail": found.detail,
        "since": clock.rfc3339(since),
        "recovered": recovered,
    }
    for address in settings.alerts.mail_to:
        mails.queue("alert", address, values, useful_ms=USEFUL_MS)
    if settings.alerts.webhook_url:
        body = {"alert": name, "state": "recovered" if recovered else "raised", "figures": found.figures, **values}
        now = clock.rfc3339(clock.now_ms())
        outbox.queue("webhook", "alert", {"type": f"alert.{body['state']}", "timestamp": now, "data": body}, useful_ms=USEFUL_MS)
