"""Daily reports: once a day, at the tenant's own hour, its admins are mailed what changed in its mail since the last one, if anything did.

Putting the next one off, keeping what was told and queueing the mails are one transaction: neither a second worker nor a kill
tells anything twice or never. What takes mail away is told at once besides (`domain_watch.py`, `pauses.py`).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from server.domain.errors import Denied
from server.domain.mail.daily_changes import Change, Picture, compared, settled
from server.domain.permissions import permit
from server.services import branding, events, mails
from server.services.email import daily_pictures
from server.services.email.daily_words import Language, language_of, told
from server.services.tenants import time_zone
from server.store import database, tenants
from server.store import email_daily_reports as store
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.domain.actor import Actor
    from server.store.tables import Row
    from server.system.settings import Settings

KIND: Final = "daily_report"
HOUR: Final = 7
USEFUL_MS: Final = 2 * 86_400_000
SETTLING_MS: Final = 60_000
"""What happened so lately is told the next time: a transaction that began before may still be open."""
READERS: Final = ("owner", "admin")
_MOST_READERS: Final = 50
_SOME: Final = 50


class DailyReportChange(BaseModel):
    """Whether and when a tenant is told; what is left out is as usual: switched on, at seven, in the tenant's time zone and language."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool = True
    hour: Annotated[int, Field(ge=0, le=23)] = HOUR
    timezone: Annotated[str, AfterValidator(time_zone)] | None = None
    language: Language | None = None


class DailyReportView(BaseModel):
    """What holds: who gets the report, when the next one is due, when something was last mailed; `wanted` is whether the caller wants it."""

    object: str
    enabled: bool
    hour: int
    timezone: str
    language: Language
    recipients: list[str]
    wanted: bool | None
    told_until: str
    mailed_at: str | None
    next_at: str


class DailyReportWish(BaseModel):
    """Whether the person who calls wants the report."""

    model_config = ConfigDict(extra="forbid")

    wanted: bool


class ChangeView(BaseModel):
    """One thing that changed, by the name of its sentence."""

    section: str
    what: str
    values: dict[str, Any]
    detail: str


class DailyReportPreview(BaseModel):
    """What would be told now."""

    object: str
    subject: str
    text: str
    html: str
    changes: list[ChangeView]


def send_due(settings: Settings, stopping: Callable[[], bool]) -> int:
    """Tell every tenant that is due, and begin with new ones; returns how many were mailed."""
    for tenant_id in store.unbegun(_SOME):
        _begun(tenant_id)
    mailed = 0
    while not stopping() and (found := store.due(clock.now_ms(), _SOME)):
        for row in found:
            if not stopping():
                mailed += _tell(settings, row)
    return mailed


def _begun(tenant_id: str) -> Row:
    """Return a tenant's report, begun now if it has not: then things are known as they stand, and only what changes later is told."""
    row = store.find(tenant_id)
    if row is not None:
        return row
    now = clock.now_ms()
    with database.transaction():
        store.begin(tenant_id, asdict(daily_pictures.take(tenant_id)), now - SETTLING_MS, _next_at(now, *_when(tenant_id, {})))
    return store.get(tenant_id)


def _tell(settings: Settings, row: Row) -> bool:
    """Mail what changed; tells whether anything was. What cannot be mailed yet is told with the next report."""
    tenant_id, options = row["tenant_id"], row["options"]
    now = clock.now_ms()
    readers = store.readers(tenant_id, READERS, _MOST_READERS) if options.get("enabled", True) else []
    waits = bool(readers) and not mails.configured(settings)
    after, changes, until = _looked(row, now)
    with database.transaction():
        if not store.claim(tenant_id, row["due_at"], _next_at(now, *_when(tenant_id, options))) or waits:
            return False
        store.tell(tenant_id, asdict(after), until)
        if not (changes and readers):
            return False
        values = _worded(settings, row, changes, until)
        for reader in readers:
            mails.queue(KIND, reader, values, useful_ms=USEFUL_MS)
        store.note_mail(tenant_id, now)
    return True


def _looked(row: Row, now: int) -> tuple[Picture, list[Change], int]:
    """Return how things stand now, what changed since the last report, and until when that is known."""
    before, after = Picture(**row["picture"]), daily_pictures.take(row["tenant_id"])
    since, until = row["told_at"], max(now - SETTLING_MS, row["told_at"])
    changes = [*daily_pictures.happened(row["tenant_id"], since, until), *compared(before, after, since, now)]
    return settled(before, after), changes, until


def _worded(settings: Settings, row: Row, changes: list[Change], until: int) -> dict[str, Any]:
    tenant, options = tenants.find(row["tenant_id"]) or {}, row["options"]
    language = options.get("language") or language_of(tenant.get("language", "en"))
    names = {"brand": branding.current(settings)["name"], "tenant": tenant.get("name", "")}
    return told(changes, language, names, (row["told_at"], until), _when(row["tenant_id"], options)[1])


def _when(tenant_id: str, options: dict[str, Any]) -> tuple[int, str]:
    """Return the hour of a tenant's reports, and its time zone."""
    zone = options.get("timezone") or (tenants.find(tenant_id) or {}).get("timezone", "UTC")
    return options.get("hour", HOUR), zone


def _next_at(now_ms: int, hour: int, zone: str) -> int:
    """Return when it is next that hour in a time zone; one that summer time skips is an hour later that day."""
    here = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZoneInfo(zone))
    days = (here.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0) + timedelta(days=day) for day in (0, 1, 2))
    return next(at for day in days if (at := int(day.timestamp() * 1000)) > now_ms)


def get(actor: Actor) -> dict[str, Any]:
    """Return what holds for the caller's tenant."""
    permit(actor, "email:read")
    return _shown(actor, _begun(actor.tenant_id))


def put(actor: Actor, body: DailyReportChange) -> dict[str, Any]:
    """Replace what a tenant chose. Switched on again, it tells what changed from then on."""
    permit(actor, "email:write")
    row, chosen = _begun(actor.tenant_id), body.model_dump(exclude_unset=True, exclude_none=True)
    before = row["options"]
    with database.transaction():
        now = clock.now_ms()
        store.choose(actor.tenant_id, chosen, _next_at(now, *_when(actor.tenant_id, chosen)))
        if chosen.get("enabled", True) and not before.get("enabled", True):
            store.tell(actor.tenant_id, asdict(daily_pictures.take(actor.tenant_id)), now - SETTLING_MS)
        changed = {name: [before.get(name), chosen.get(name)] for name in sorted({*before, *chosen}) if before.get(name) != chosen.get(name)}
        if changed:
            events.record_audit(actor, "email_daily_report.updated", actor.tenant_id, changed)
    return _shown(actor, _begun(actor.tenant_id))


def wish(actor: Actor, body: DailyReportWish) -> dict[str, Any]:
    """Note whether the person who calls wants the report. Raises Denied for a key that is nobody's."""
    permit(actor, "email:write")
    person = _person(actor)
    if person is None:
        raise Denied("Only one of the tenant's people can want the report, or decline it.", code="session_needed")
    with database.transaction():
        if body.wanted:
            store.accept(actor.tenant_id, person)
        else:
            store.refuse(actor.tenant_id, person, clock.now_ms())
        events.record_audit(actor, "email_daily_report.wished", person, {"wanted": [not body.wanted, body.wanted]})
    return get(actor)


def preview(actor: Actor, settings: Settings) -> dict[str, Any]:
    """Return what would be told now; it tells nobody, and nothing counts as told."""
    permit(actor, "email:read")
    row = _begun(actor.tenant_id)
    _, changes, until = _looked(row, clock.now_ms())
    made = mails.compose(settings, "", KIND, "", _worded(settings, row, changes, until))
    found = {"object": "email_daily_report_preview", "subject": made.subject, "text": made.text, "html": made.html}
    return {**found, "changes": [asdict(one) for one in changes]}


def _person(actor: Actor) -> str | None:
    """Return which of the tenant's people calls; None for an operator, and for a key that is nobody's."""
    return None if actor.kind == "operator" else actor.owner_id or (actor.id if actor.kind == "user" else None)


def _shown(actor: Actor, row: Row) -> dict[str, Any]:
    options, person = row["options"], _person(actor)
    hour, zone = _when(actor.tenant_id, options)
    language = options.get("language") or language_of((tenants.find(actor.tenant_id) or {}).get("language", "en"))
    return {
        "object": "email_daily_report",
        "enabled": options.get("enabled", True),
        "hour": hour,
        "timezone": zone,
        "language": language,
        "recipients": store.readers(actor.tenant_id, READERS, _MOST_READERS),
        "wanted": not store.refuses(actor.tenant_id, person) if person else None,
        "told_until": clock.rfc3339(row["told_at"]),
        "mailed_at": clock.rfc3339(row["mailed_at"]) if row["mailed_at"] else None,
        "next_at": clock.rfc3339(row["due_at"]),
    }
