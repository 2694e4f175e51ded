"""Components: how each part of the appliance is, in words and figures an operator can act on; and the signs of life of workers."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel

from server.domain.errors import JunctionError
from server.services.tenants import require_operator
from server.store import blocklist_listings, database, figures, inbound_sources, marks, outbox
from server.system import clock, disk, master_key, tls
from server.system.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.domain.actor import Actor
    from server.system.settings import Settings

State = Literal["ok", "warning", "failing", "off"]
WORKER_MARK: Final = "worker."
STUCK_AFTER_MS: Final = 60_000
SILENT_AFTER_MS: Final = 30_000
FORGOTTEN_AFTER_MS: Final = 86_400_000
CERTIFICATE_DAYS: Final = 14
_WORST_FIRST: Final[tuple[State, ...]] = ("failing", "warning")


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the appliance: how it is, one sentence about it, and its figures."""

    name: str
    state: State
    detail: str
    figures: dict[str, Any]


class ComponentView(BaseModel):
    """A part of the appliance."""

    name: str
    state: State
    detail: str
    figures: dict[str, Any]


class HealthView(BaseModel):
    """The appliance and its parts; `state` is the worst of theirs."""

    object: str
    state: State
    version: str
    at: str
    components: list[ComponentView]


def beat(worker: str | None = None) -> None:
    """Say that a worker is alive; call every few seconds. A worker is known by its host unless it has a name."""
    with database.transaction():
        marks.put(WORKER_MARK + (worker or socket.gethostname()), str(clock.now_ms()))


def leave(worker: str | None = None) -> None:
    """Say that a worker ends on purpose, so that nobody misses it."""
    with database.transaction():
        marks.remove(WORKER_MARK + (worker or socket.gethostname()))


def nobody_works() -> bool:
    """Tell whether no worker has given a sign of life lately."""
    return all(clock.now_ms() - int(at) > SILENT_AFTER_MS for at in marks.beginning(WORKER_MARK).values())


def report(actor: Actor, settings: Settings) -> dict[str, Any]:
    """Return how the appliance and its parts are."""
    require_operator(actor)
    found = [look(settings) for look in COMPONENTS.values()]
    worst = next((state for state in _WORST_FIRST if any(one.state == state for one in found)), "ok")
    components = [{"name": one.name, "state": one.state, "detail": one.detail, "figures": one.figures} for one in found]
    return {"object": "health", "state": worst, "version": VERSION, "at": clock.rfc3339(clock.now_ms()), "components": components}


def _database(_settings: Settings) -> Component:
    started = perf_counter()
    database.row("SELECT 1")
    elapsed = round((perf_counter() - started) * 1000, 3)
    kind = "SQLite" if database.is_sqlite() else "PostgreSQL"
    return Component("database", "ok", f"{kind} answers.", {"kind": kind.lower(), "answer_ms": elapsed, "bytes": figures.database_bytes()})


def _queue(_settings: Settings) -> Component:
    now = clock.now_ms()
    pending, held, dead, stuck = figures.backlog(now)
    waited = 0 if stuck is None else now - stuck
    found = {"pending": pending, "held": held, "dead": dead, "oldest_due_seconds": waited // 1000, "jobs": figures.jobs_under_way()}
    if waited > STUCK_AFTER_MS:
        return Component("queue", "failing", f"A delivery has been due for {waited // 1000} s, and nobody works on it.", found)
    return Component("queue", "ok", "What is due is worked on.", found)


def _workers(_settings: Settings) -> Component:
    now = clock.now_ms()
    seen = {name.removeprefix(WORKER_MARK): now - int(at) for name, at in marks.beginning(WORKER_MARK).items()}
    known = {name: age for name, age in seen.items() if age < FORGOTTEN_AFTER_MS}
    silent = sorted(name for name, age in known.items() if age > SILENT_AFTER_MS)
    found = {"alive": len(known) - len(silent), "silent": silent, "last_seen": {name: clock.rfc3339(now - age) for name, age in known.items()}}
    if silent:
        return Component("worker", "failing", f"No sign of life for over 30 s from: {', '.join(silent)}.", found)
    if not known:
        return Component("worker", "failing", "No worker is running: start one with 'junction worker'.", found)
    return Component("worker", "ok", "Every worker gives signs of life.", found)


def _disk(settings: Settings) -> Component:
    free, minimum = disk.free_bytes(settings.data), settings.storage.minimum_free_bytes
    found = {"free_bytes": free, "minimum_free_bytes": minimum}
    if free < minimum:
        return Component("disk", "failing", "The disk is nearly full, so writes are refused: free some space.", found)
    return Component("disk", "ok", "There is room on the disk.", found)


def _certificate(settings: Settings) -> Component:
    if settings.server.tls == "off":
        return Component("certificate", "off", "TLS is off here: a proxy in front does it.", {"days_left": None})
    path = tls.certificate_files(settings)[0]
    try:
        days = tls.days_left(path)
    except JunctionError as error:
        return Component("certificate", "failing", error.detail, {"days_left": None})
    state: State = "failing" if days < 0 else "warning" if days < CERTIFICATE_DAYS else "ok"
    return Component("certificate", state, f"The certificate {'has ended' if days < 0 else f'ends in {days} days'}.", {"days_left": days})


def _master_key(settings: Settings) -> Component:
    key = master_key.locate(settings)
    found = {"confirmed": key.confirmed, "number": key.keys().current}
    if not key.confirmed:
        return Component("master_key", "warning", "The recovery code was not confirmed yet: run 'junction doctor'.", found)
    return Component("master_key", "ok", "The recovery code is in its owner's hands.", found)


def _mail(settings: Settings) -> Component:
    found = {state: outbox.counts().get(state, 0) for state in ("pending", "sent", "failed", "expired")}
    if not settings.mail.system_smtp:
        return Component("mail", "off", "No mail server is set (mail.system_smtp), so invitations and alerts are not sent.", found)
    if found["failed"]:
        return Component("mail", "warning", f"{found['failed']} messages could not be sent; the log says why.", found)
    return Component("mail", "ok", "Mail is sent.", found)


def _inbound(_settings: Settings) -> Component:
    found = {"failing": 0, "silent": 0} | inbound_sources.troubled()
    if found["failing"] or found["silent"]:
        detail = f"{found['failing']} inbound sources fail, {found['silent']} are silent; their tenants have been told."
        return Component("inbound", "warning", detail, found)
    return Component("inbound", "ok", "Every inbound source receives as expected.", found)


def _blocklists(settings: Settings) -> Component:
    if not settings.domains.source_addresses:
        return Component("blocklists", "off", "No address is named that mail leaves from (domains.source_addresses).", {})
    standings = blocklist_listings.list_all()
    found = {state: [f"{one['subject']} on {one['zone']}" for one in standings if one["state"] == state] for state in ("listed", "unknown")}
    listed = [f"{one['subject']}: {one['detail']}" for one in standings if one["state"] == "listed"]
    if listed:
        return Component("blocklists", "warning", " ".join(listed), found)
    return Component("blocklists", "ok", "No blocklist is known to list an address that mail leaves from.", found)


COMPONENTS: Final[dict[str, Callable[[Settings], Component]]] = {
    "database": _database,
    "queue": _queue,
    "worker": _workers,
    "disk": _disk,
    "certificate": _certificate,
    "master_key": _master_key,
    "mail": _mail,
    "inbound": _inbound,
    "blocklists": _blocklists,
}
