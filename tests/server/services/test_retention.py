"""Pruning: by the settings, in batches, and so that nobody who writes meanwhile waits long."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.services import audit_chain, audit_verification, retention
from server.services import events as recorded_events
from server.store import database, events
from server.system import clock, settings
from server.system.settings import Settings
from tests.pace import best, seconds

DAY_MS = 86_400_000


@pytest.fixture
def thirty_days(tmp_path: Path) -> Settings:
    """Return the settings as they are by default."""
    return settings.load(tmp_path, environ={})


def event(actor: Actor, number: int, days: float) -> None:
    at = clock.now_ms() - round(days * DAY_MS)
    events.insert(actor.tenant_id, "live", (f"evt_{number}", "contact.created", "contact", "con_1", at, b"{}"))


def count(table: str) -> int:
    found = database.row(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - a name from the test
    return int(found[0]) if found else 0


def test_what_is_older_than_its_days_goes_and_the_rest_stays(alice: Actor, thirty_days: Settings) -> None:
    with database.transaction():
        for number, days in enumerate((29.9, 30.1, 31, 400)):
            event(alice, number, days)
        for number, hours in enumerate((23, 25)):
            at = clock.now_ms() - hours * 3_600_000
            database.execute("INSERT INTO idempotency (tenant_id, mode, key, digest, created_at) VALUES ('t', 'live', ?, 'd', ?)", (str(number), at))
    retention.prune(thirty_days)
    assert (count("events"), count("idempotency")) == (1, 1)


def test_many_go_in_many_batches(alice: Actor, thirty_days: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 10)
    with database.transaction():
        for number in range(35):
            event(alice, number, 31)
    assert retention.prune(thirty_days)["events"] == 4
    assert count("events") == 0


def test_being_told_to_stop_ends_it_after_a_batch(alice: Actor, thirty_days: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 10)
    with database.transaction():
        for number in range(35):
            event(alice, number, 31)
    asked = iter([False] * (len(retention.DAYS) + 1) + [True] * 1000)
    retention.prune(thirty_days, lambda: next(asked))
    assert 0 < count("events") < 35


def test_the_audit_trail_goes_from_its_old_end_and_still_verifies(alice: Actor, thirty_days: Settings) -> None:
    now = clock.now_ms()
    for days in (400, 366, 364, 0):
        with clock.frozen(now - days * DAY_MS):
            recorded_events.record_audit(alice, "contact.updated", f"con_{days}")
    audit_chain.seal_new()
    assert retention.prune(thirty_days)["audit"] == 1
    assert database.rows("SELECT object_id FROM audit ORDER BY sequence") == [("con_364",), ("con_0",)]
    assert audit_verification.examine(0, 100)["problems"] == []


@pytest.mark.alone
@pytest.mark.chaos
@pytest.mark.timeout(1800)
@pytest.mark.criterion("webhooks-23")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_writer_beside_it_never_waits_a_tenth_of_a_second(
    alice: Actor, thirty_days: Settings, thorough: bool, figure: Callable[[str], None]
) -> None:
    rows = 1_000_000 if thorough else 20_000
    longest = best(lambda: longest_wait(alice, thirty_days, rows), 0.1, tries=3)
    figure(f"longest wait of a write while {rows:,} events were pruned: {longest * 1000:.0f} ms")
    assert longest < 0.1


def longest_wait(alice: Actor, thirty_days: Settings, rows: int) -> float:
    """Write again and again while events are pruned, and return how long the slowest write took."""
    for start in range(0, rows, 20_000):
        with database.transaction():
            for number in range(start, start + 20_000):
                event(alice, number, 31)
    waits: list[float] = []
    database.run("DELETE FROM marks")

    def prune() -> None:
        retention.prune(thirty_days)
        database.close()

    pruning = threading.Thread(target=prune)
    pruning.start()
    while pruning.is_alive():
        waits.append(seconds(lambda: mark(str(len(waits)))))
        time.sleep(0.005)
    pruning.join()
    assert count("events") == 0
    return max(waits)


def mark(name: str) -> None:
    with database.transaction():
        database.execute("INSERT INTO marks (name, value) VALUES (?, '')", (name,))
