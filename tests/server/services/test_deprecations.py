"""Calls of what is deprecated: counted in memory, written once, and told to those they belong to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.actor import Actor, system_actor
from server.domain.errors import Denied, Later
from server.services import deprecations
from server.services.deprecations import DeprecatedCalls
from server.store import database
from server.system import clock

DAY = 86_400_000
START = 1_795_000_000_000


def flush(calls: DeprecatedCalls) -> None:
    with database.transaction():
        calls.flush()


def report(actor: Actor) -> list[tuple[str, str, int]]:
    return [(one["actor"]["id"], one["operation"], one["calls"]) for one in deprecations.list_page(actor, None, None, None, 50)[0]]


@pytest.mark.criterion("api-23")
def test_calls_are_added_up_per_caller_operation_and_version(alice: Actor, bob: Actor, charlie: Actor) -> None:
    calls = DeprecatedCalls()
    with clock.frozen(START) as held:
        for _ in range(2):
            for actor, operation in ((alice, "a"), (alice, "b"), (bob, "a"), (charlie, "a"), (replace(alice, mode="test"), "a")):
                calls.add(actor, operation, "2026-08-01")
            flush(calls)
            held.advance(DAY)
        assert report(alice) == [("usr_alice", "a", 2), ("usr_alice", "b", 2), ("usr_bob", "a", 2)]
        assert report(charlie) == [("usr_charlie", "a", 2)]
        recent, _ = deprecations.list_page(alice, START + DAY, None, None, 50)
        assert [one["calls"] for one in recent] == [1, 1, 1]
        everybody, _ = deprecations.list_page_of_all(system_actor(""), None, None, None, None, 50)
        assert sum(one["calls"] for one in everybody) == 10
        assert deprecations.list_page_of_all(system_actor(""), charlie.tenant_id, None, None, None, 50)[0] == everybody[-1:]


def test_a_call_waits_until_it_is_committed_and_is_written_once(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = DeprecatedCalls()
    calls.add(alice, "a", "2026-08-01")
    monkeypatch.setattr(database, "_commit", _refuse)
    with pytest.raises(Later):
        flush(calls)
    monkeypatch.undo()
    waiting = [calls.waiting]
    for _ in range(2):
        flush(calls)
        waiting.append(calls.waiting)
    assert waiting == [True, False, False]
    assert report(alice) == [("usr_alice", "a", 1)]


def _refuse() -> None:
    raise Later


def test_what_comes_while_counts_are_written_is_kept(alice: Actor) -> None:
    calls = DeprecatedCalls()
    calls.add(alice, "a", "2026-08-01")
    with database.transaction():
        calls.flush()
        calls.add(alice, "a", "2026-08-01")
    assert calls.waiting
    flush(calls)
    assert report(alice) == [("usr_alice", "a", 2)]


def test_nobody_reads_it_without_the_scope_and_all_of_it_only_operators(alice: Actor) -> None:
    with pytest.raises(Denied):
        deprecations.list_page(replace(alice, scopes=frozenset({"contacts:read"})), None, None, None, 1)
    with pytest.raises(Denied):
        deprecations.list_page_of_all(alice, None, None, None, None, 1)


def test_a_version_is_listed_as_long_as_it_is_served() -> None:
    with clock.frozen(START):
        assert [one["version"] for one in deprecations.versions()] == ["2026-08-01", "2026-11-01"]
    with clock.frozen(START + 1000 * DAY):
        assert [one["version"] for one in deprecations.versions()] == ["2026-11-01"]
