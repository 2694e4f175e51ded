"""The watch over sources: what fails or is silent is told once, and once more when it is over."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.domain.errors import Unauthenticated
from server.services import components, inbound_messages, inbound_sources
from server.services.inbound import gateway
from server.services.inbound.processing import process_due
from server.services.inbound.watch import watch
from server.services.inbound_sources import InboundSecret, InboundSourceChange
from server.store import database
from server.system import clock
from server.system.settings import Settings, load
from tests.server.services.inbound.sources import made, put, states, told


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return ordinary settings."""
    return load(tmp_path, environ={})


def test_a_source_that_fails_five_times_in_a_row_is_told_once_and_its_recovery_too(alice: Actor, settings: Settings) -> None:
    source = made(alice)
    for number in range(5):
        assert watch(settings) == 0
        put(alice, source["id"], f"{{broken {number}")
        process_due()
    assert (watch(settings), watch(settings)) == (1, 0)
    assert inbound_sources.get(alice, source["id"])["health"] == "failing"
    assert [one["record"]["health"] for one in told(alice, "inbound_source.failed")] == ["failing"]
    assert components.COMPONENTS["inbound"](settings).state == "warning"
    put(alice, source["id"], "{}")
    process_due()
    assert (watch(settings), len(told(alice, "inbound_source.recovered"))) == (1, 1)
    assert components.COMPONENTS["inbound"](settings).state == "ok"


def test_refused_messages_count_and_a_new_secret_begins_anew(alice: Actor, settings: Settings) -> None:
    source = made(alice)
    with database.transaction():
        row = inbound_sources.find(alice, source["id"])
        gateway.note_refusals(gateway.source_of(row), 7, Unauthenticated("No.", code="signature_mismatch"))
    watch(settings)
    assert "7 messages" in told(alice, "inbound_source.failed")[0]["record"]["detail"]
    inbound_sources.rotate_secret(alice, source["id"], InboundSecret(secret="another secret"))
    assert (watch(settings), inbound_sources.get(alice, source["id"])["health"]) == (1, "ok")


def test_a_silent_source_is_told_when_something_was_expected(alice: Actor, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    source, quiet = made(alice, expected_every_seconds=60), made(alice)
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 50_000)
    assert watch(settings) == 0
    monkeypatch.setattr(clock, "now_ms", lambda: now + 62_000)
    assert watch(settings) == 1
    assert [one["id"] for one in told(alice, "inbound_source.silenced")] == [source["id"]]
    assert inbound_sources.get(alice, quiet["id"])["health"] == "ok"
    put(alice, source["id"])
    assert (watch(settings), inbound_sources.get(alice, source["id"])["health"]) == (1, "ok")


def test_a_paused_source_is_missed_by_nobody(alice: Actor, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    source = made(alice, expected_every_seconds=60)
    now = clock.now_ms()
    inbound_sources.update(alice, source["id"], InboundSourceChange(active=False))
    monkeypatch.setattr(clock, "now_ms", lambda: now + 100_000)
    assert watch(settings) == 0


def test_what_is_held_by_mistake_is_released(alice: Actor, settings: Settings) -> None:
    source = made(alice)
    put(alice, source["id"])
    database.run("UPDATE inbound_messages SET state = 'held'")
    watch(settings)
    assert states(source["id"]) == ["pending"]
    assert inbound_messages.stats(alice, source["id"])["pending"] == 1
    database.run("UPDATE inbound_messages SET state = 'held'")
    inbound_sources.remove(alice, made(alice)["id"])
    database.run("UPDATE inbound_sources SET deleted_at = 1")
    watch(settings)
    assert states(source["id"]) == ["discarded"]
