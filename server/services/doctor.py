"""The doctor: examines a whole appliance, one row of a table per examination, and says of everything wrong how to mend it.

An examination returns what it found; one that meets a refusal has found that. Those marked with `rows` need the database and
are left out when it does not answer, since they would all say the same.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from server.domain.errors import JunctionError
from server.outbound import probes, scanning
from server.services import audit_verification, content_checks, content_copies, sealed_values, seals, storages, vaults
from server.store import database, figures, health, schema
from server.system import clock, disk, master_key, tls
from server.system.paths import OTHERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from server.system.settings import Settings

State = Literal["ok", "note", "wrong"]
LONGEST_DUE_MS: Final = 60_000
CERTIFICATE_DAYS: Final = 14
MOST_SEALED: Final = 100_000
LONGEST_CHAIN: Final = 1_000_000
CLOCK_MS: Final = 5_000
FUTURE_MS: Final = 300_000
EARLIEST_MS: Final = 1_767_225_600_000
"""2026 began; a clock before that was never set."""
SMTP_PORTS: Final = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one examination found: `note` is worth knowing, `wrong` has to be mended, and `mend` says how."""

    name: str
    state: State
    says: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Examination:
    """One thing to look at; `rows` says that it reads the database."""

    name: str
    look: Callable[[Settings], tuple[State, str, str]]
    rows: bool = False


def examine(settings: Settings, more: Iterable[Examination] = ()) -> list[Finding]:
    """Look at everything, in the order of the table, and then at what the caller adds."""
    found: list[Finding] = []
    answers = True
    for one in (*EXAMINATIONS, *more):
        if one.rows and not answers:
            continue
        found.append(_look(one, settings))
        if one.name == DATABASE:
            answers = found[-1].state != "wrong"
    return found


def _look(one: Examination, settings: Settings) -> Finding:
    try:
        return Finding(one.name, *one.look(settings))
    except (JunctionError, OSError) as error:
        return Finding(one.name, "wrong", str(error), "mend what is named here, and examine again")


def _ok(says: str) -> tuple[State, str, str]:
    return "ok", says, ""


def _settings(settings: Settings) -> tuple[State, str, str]:
    given = sum(row.source != "default" for row in settings.describe())
    return _ok(f"{given} given, the rest at their defaults")


def _folder(settings: Settings) -> tuple[State, str, str]:
    if os.name == "posix":
        paths = [settings.data, settings.folder.files, Path(settings.crypto.master_key_file), settings.folder.tls_key]
        loose = [path for path in paths if path.exists() and stat.S_IMODE(path.stat().st_mode) & OTHERS]
        if loose:
            mend = "; ".join(f"chmod {'700' if path.is_dir() else '600'} {path}" for path in loose)
            return "wrong", f"others on this machine may enter {', '.join(map(str, loose))}", mend
    return _ok(f"{settings.data} is for its owner only")


def _master_key(settings: Settings) -> tuple[State, str, str]:
    key = master_key.locate(settings)
    vaults.install(key.vault())
    return _ok(f"number {key.keys().current}, in {key.holder.place}")


def _recovery_code(settings: Settings) -> tuple[State, str, str]:
    if master_key.locate(settings).confirmed:
        return _ok("its owner has typed it back")
    return (
        "wrong",
        "nobody has confirmed to have it: a lost master key would lose every stored secret",
        "junction doctor --confirm-recovery-code CODE",
    )


def _database(_settings: Settings) -> tuple[State, str, str]:
    found = health.integrity()
    kind = "SQLite" if database.is_sqlite() else "PostgreSQL"
    if found != "ok":
        return "wrong", f"{kind} reports damage: {found}", "stop the appliance and restore the last backup: junction restore FILE"
    return _ok(f"{kind} answers and is sound")


def _migrations(_settings: Settings) -> tuple[State, str, str]:
    schema.refuse_newer(schema.applied_names())
    pending = schema.pending()
    if pending:
        return "wrong", f"missing: {', '.join(pending)}", "junction migrate"
    return _ok("up to date")


def _canary(_settings: Settings) -> tuple[State, str, str]:
    if seals.canary_lives():
        return _ok("the master key opens what this database holds")
    return "wrong", "the master key is not the one this database was written with", "put the right master key back, or run: junction keys recover"


def _sealed_values(_settings: Settings) -> tuple[State, str, str]:
    tried, broken = sealed_values.unreadable(MOST_SEALED)
    says = f"of their values {tried} tried"
    if broken:
        mend = "put the right master key back, or restore the last backup; where neither has them, write the values anew"
        return "wrong", f"{says}, {len(broken)} cannot be opened, such as {broken[0]}", mend
    return _ok(f"{says}, all can be opened")


def _durability(settings: Settings) -> tuple[State, str, str]:
    found = health.durability()
    says = ", ".join(f"{name} {value}" for name, value in found.items())
    if database.is_sqlite():
        if found["journal_mode"] != "wal":
            return "wrong", says, "the file system of the database supports no write-ahead log; use a local disk"
        if found["synchronous"] != "full":
            return "note", f"{says}: a power cut may lose the last answered writes (database.synchronous = {settings.database.synchronous})", ""
        return _ok(f"{says}; commits are grouped for at most {settings.database.commit_window_ms} ms")
    weak = [name for name, value in found.items() if value == "off"]
    return ("wrong", says, f"switch {', '.join(weak)} on in PostgreSQL's configuration") if weak else _ok(says)


def _disk(settings: Settings) -> tuple[State, str, str]:
    free, least = disk.free_bytes(settings.data), settings.storage.minimum_free_bytes
    says = f"{free / 2**30:.1f} GiB free"
    if free < least:
        return (
            "wrong",
            f"{says}, and below {least / 2**30:.2f} GiB every write is refused with 507",
            "free space, or lower storage.minimum_free_bytes",
        )
    return ("note", f"{says}; writes are refused below {least / 2**30:.2f} GiB", "") if free < 2 * least else _ok(says)


def _due(_settings: Settings) -> tuple[State, str, str]:
    now = clock.now_ms()
    pending, held, dead, since = figures.backlog(now)
    waited = 0 if since is None else now - since
    says = f"{pending} pending, {held} held, {dead} dead letters"
    if waited > LONGEST_DUE_MS:
        return "wrong", f"{says}; the oldest has been due for {waited // 1000} s", "see whether a worker runs: junction serve, or junction worker"
    return ("note", says, "") if dead else _ok(says)


def _invariant(_settings: Settings) -> tuple[State, str, str]:
    accepted, counts = health.accepted()
    known = {state: counts.get(state, 0) for state in health.STATES}
    says = f"accepted {accepted} = " + " + ".join(f"{state} {number}" for state, number in known.items())
    if sum(known.values()) != accepted or (lost := health.undelivered_events()):
        stray = f"{accepted - sum(known.values())} in no known state" if sum(known.values()) != accepted else f"{lost} have lost their event"
        return "wrong", f"{says}: {stray}", "keep a copy of the data folder and report this: it must never happen"
    return _ok(says)


def _audit(_settings: Settings) -> tuple[State, str, str]:
    after = max(audit_verification.newest_sequence() - LONGEST_CHAIN, 0)
    found = audit_verification.examine(after, LONGEST_CHAIN)
    newest, unsealed, removed = found["newest"], found["unsealed"], found["removed"]
    place = f"; the newest place is {newest['sequence']} {newest['seal']}" if newest else ""
    says = f"{found['entries']} entries are as they were sealed, {removed} were removed in their time, {unsealed} wait for their seal{place}"
    if found["problems"]:
        first, more = found["problems"][0], len(found["problems"]) - 1
        says = f"{first['detail']} ({first['code']} at {first['sequence']})" + (f", and {more} more places" if more else "")
        return (
            "wrong",
            says,
            "keep a copy of the data folder and find out who wrote to the database: GET /admin/v1/audit/verification names every place",
        )
    return ("note", f"nothing was verified before place {after + 1}; {says}", "") if after else _ok(says)


def _certificate(settings: Settings) -> tuple[State, str, str]:
    if settings.server.tls == "off":
        return _ok("TLS is left to a proxy in front")
    certificate, _ = tls.certificate_files(settings)
    if settings.server.tls == "self-signed" and not certificate.exists():
        return _ok("it is made at the next start")
    days = tls.days_left(certificate)
    if days < 0:
        mend = "renew it" if settings.server.tls == "files" else "start the appliance again, which makes a new one"
        return "wrong", f"{certificate} has ended", mend
    return ("note", f"{certificate} ends in {days} days", "") if days < CERTIFICATE_DAYS else _ok(f"good for {days} days")


def _clock(_settings: Settings) -> tuple[State, str, str]:
    now = clock.now_ms()
    apart, newest = abs(health.database_clock_ms() - now), health.newest_event_at() or 0
    mend = "let this machine take its time from the network (NTP)"
    if now < EARLIEST_MS:
        return "wrong", f"it says {clock.rfc3339(now)}", mend
    if newest > now + FUTURE_MS:
        return "wrong", f"the newest event is {(newest - now) // 1000} s ahead of it", mend
    if apart > CLOCK_MS:
        return "wrong", f"it and the database's are {apart / 1000:.1f} s apart", mend
    return _ok(clock.rfc3339(now))


def _mail(settings: Settings) -> tuple[State, str, str]:
    if not settings.mail.system_smtp:
        return "note", "mail.system_smtp is not set: no invitations, password resets or alerts are mailed", ""
    parts = urlsplit(settings.mail.system_smtp)
    host, port = parts.hostname or "", parts.port or SMTP_PORTS[parts.scheme]
    problem = probes.problem_reaching(host, port)
    return (
        ("wrong", f"{host}:{port} cannot be reached: {problem}", "mend mail.system_smtp or the way there")
        if problem
        else _ok(f"{host}:{port} answers")
    )


def _contents(settings: Settings) -> tuple[State, str, str]:
    storages.install(settings)
    checked = content_checks.check(settings.documents.storage == "disk")
    says = f"{checked.count} documents with {checked.bytes / 2**20:.1f} MiB, {checked.looked_at} looked for and {checked.read} read"
    if checked.broken:
        return "wrong", f"{says}: {len(checked.broken)} missing or damaged, such as {checked.broken[0]}", "restore them from the last backup"
    if content_copies.place_of(settings) == "bucket":
        return "note", f"{says}. {content_copies.advice(settings)}", ""
    return _ok(says)


def _scanner(settings: Settings) -> tuple[State, str, str]:
    scanner = settings.documents.scanner
    if not scanner:
        return "note", "documents.scanner is not set: what is uploaded is not looked at for viruses", ""
    if not scanning.answers(scanner):
        return "wrong", f"{scanner} does not answer, so nothing that is uploaded can be downloaded", "start the scanner, or mend documents.scanner"
    return _ok(f"{scanner} answers")


DATABASE: Final = "database"
EXAMINATIONS: Final = (
    Examination("settings", _settings),
    Examination("data folder", _folder),
    Examination("master key", _master_key),
    Examination("recovery code", _recovery_code),
    Examination(DATABASE, _database),
    Examination("migrations", _migrations, rows=True),
    Examination("sealed secrets", _canary, rows=True),
    Examination("encrypted fields", _sealed_values, rows=True),
    Examination("durability", _durability, rows=True),
    Examination("disk", _disk),
    Examination("deliveries", _due, rows=True),
    Examination("every delivery", _invariant, rows=True),
    Examination("audit trail", _audit, rows=True),
    Examination("certificate", _certificate),
    Examination("clock", _clock, rows=True),
    Examination("system mail", _mail),
    Examination("contents", _contents, rows=True),
    Examination("virus scanner", _scanner),
)
