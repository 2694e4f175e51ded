"""Jobs: begun by services, done step by step, seen and stopped by those who may."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, JunctionError, Later, Missing
from server.services import jobs
from server.services.jobs import Progress
from server.store import database
from server.store.jobs import TakenJob
from server.system import clock

LEASE_MS = 30_000


def take(lease: str = "lease_1") -> tuple[TakenJob, Progress]:
    """Take the one job that is due."""
    job = jobs.take(("import", "export"), lease, LEASE_MS)
    assert job is not None
    return job, Progress(job.id, lease, jobs.position_of(job), job.done, job.total)


def counting(_actor: Actor, work: dict[str, Any], progress: Progress) -> dict[str, Any]:
    for number in range(progress.position.get("row", 0), work["rows"]):
        with database.transaction():
            database.execute("INSERT INTO marks (name, value) VALUES (?, '')", (f"row {number}",))
            progress.save(number + 1, work["rows"], {"row": number + 1})
    return {"created": work["rows"]}


def rows_written() -> int:
    found = database.row("SELECT COUNT(*) FROM marks")
    return int(found[0]) if found else 0


def test_a_job_is_done_with_the_rights_of_who_began_it_and_shows_its_result(alice: Actor) -> None:
    begun = jobs.create(alice, "import", {"rows": 3})
    assert (begun["state"], begun["id"][:4]) == ("pending", "imp_")
    job, progress = take()
    assert jobs.actor_of(job) == alice
    jobs.perform(job, progress, counting)
    ended = jobs.get(alice, begun["id"])
    assert (ended["state"], ended["done"], ended["total"], ended["result"]) == ("completed", 3, 3, {"created": 3})


def test_a_job_whose_worker_died_goes_on_where_it_last_saved(alice: Actor) -> None:
    begun = jobs.create(alice, "import", {"rows": 5})
    _job, progress = take()
    with database.transaction():
        database.execute("INSERT INTO marks (name, value) VALUES ('row 0', '')")
        progress.save(1, 5, {"row": 1})
    assert jobs.take(("import",), "lease_2", LEASE_MS) is None, "its lease still holds"
    with clock.frozen(clock.now_ms() + LEASE_MS + 1):
        job, again = take("lease_2")
        jobs.perform(job, again, counting)
    assert jobs.get(alice, begun["id"])["state"] == "completed"
    assert rows_written() == 5, "a repeated step would have broken the unique names"


def test_a_worker_that_lost_its_lease_writes_nothing_more(alice: Actor) -> None:
    jobs.create(alice, "import", {"rows": 2})
    job, old = take("lease_1")
    with clock.frozen(clock.now_ms() + LEASE_MS + 1):
        take("lease_2")
    jobs.perform(job, old, counting)
    assert rows_written() == 0


def test_a_renewed_job_is_not_taken_by_another_worker(alice: Actor) -> None:
    jobs.create(alice, "import", {"rows": 2})
    _job, progress = take()
    with clock.frozen(clock.now_ms() + LEASE_MS - 1):
        jobs.renew(progress, LEASE_MS)
    with clock.frozen(clock.now_ms() + LEASE_MS + 1_000):
        assert jobs.take(("import",), "lease_2", LEASE_MS) is None


def test_a_running_job_stops_at_its_next_save_when_cancelled(alice: Actor) -> None:
    begun = jobs.create(alice, "import", {"rows": 9})
    job, progress = take()

    def cancelled_midway(actor: Actor, work: dict[str, Any], progress: Progress) -> dict[str, Any]:
        progress.save(1, 9, {"row": 1})
        jobs.cancel(alice, begun["id"])
        return counting(actor, work, progress)

    jobs.perform(job, progress, cancelled_midway)
    ended = jobs.get(alice, begun["id"])
    assert (ended["state"], ended["done"], rows_written()) == ("cancelled", 1, 0)


def test_a_waiting_job_is_cancelled_at_once_and_an_ended_one_cannot_be(alice: Actor) -> None:
    begun = jobs.create(alice, "import", {"rows": 9})
    assert jobs.cancel(alice, begun["id"])["state"] == "cancelled"
    assert jobs.take(("import",), "lease_1", LEASE_MS) is None
    with pytest.raises(Conflict):
        jobs.cancel(alice, begun["id"])


def test_a_refusal_fails_a_job_with_its_code_and_words(alice: Actor) -> None:
    begun = jobs.create(alice, "import", {})

    def refusing(*_: Any) -> None:
        raise JunctionError("This is no CSV.", code="not_csv")

    jobs.perform(*take(), refusing)
    assert jobs.get(alice, begun["id"])["error"] == {"code": "not_csv", "detail": "This is no CSV."}


def test_a_job_that_has_to_wait_is_taken_up_again_later(alice: Actor) -> None:
    begun = jobs.create(alice, "import", {"rows": 1})

    def busy(*_: Any) -> None:
        raise Later(retry_after=7)

    jobs.perform(*take(), busy)
    assert jobs.take(("import",), "lease_2", LEASE_MS) is None
    with clock.frozen(clock.now_ms() + 7_001):
        jobs.perform(*take("lease_3"), counting)
    assert jobs.get(alice, begun["id"])["state"] == "completed"


def test_a_bug_fails_the_job_without_telling_its_inside(alice: Actor) -> None:
    begun = jobs.create(alice, "import", {})

    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    job, progress = take()
    with pytest.raises(ZeroDivisionError):
        jobs.perform(job, progress, broken)
    assert jobs.get(alice, begun["id"])["error"]["code"] == "internal_error"


def test_a_job_at_which_the_worker_dies_again_and_again_is_given_up(alice: Actor) -> None:
    begun = jobs.create(alice, "import", {"rows": 1})
    at = clock.now_ms()
    for number in range(jobs.MOST_ATTEMPTS):
        with clock.frozen(at + number * (LEASE_MS + 1)):
            take(f"lease_{number}")
    with clock.frozen(at + 10 * LEASE_MS):
        jobs.perform(*take("lease_x"), counting)
    assert jobs.get(alice, begun["id"])["error"]["code"] == "job_given_up"


def test_the_tenant_with_nothing_under_way_comes_first(alice: Actor, charlie: Actor) -> None:
    for _ in range(3):
        jobs.create(alice, "import", {"rows": 1})
    jobs.create(charlie, "import", {"rows": 1})
    assert [take(f"lease_{number}")[0].tenant_id for number in range(2)] == [alice.tenant_id, charlie.tenant_id]


def test_jobs_are_shown_only_to_their_tenant_and_to_those_who_may_read_their_kind(alice: Actor, charlie: Actor) -> None:
    begun = jobs.create(alice, "import", {"rows": 1})
    jobs.create(alice, "export", {})
    with pytest.raises(Missing):
        jobs.get(charlie, begun["id"])
    exporter = replace(alice, scopes=frozenset({"exports:read"}))
    assert [job["kind"] for job in jobs.list_page(exporter, None, 50)[0]] == ["export"]
    with pytest.raises(Denied):
        jobs.get(exporter, begun["id"])
    assert jobs.list_page(replace(alice, scopes=frozenset({"contacts:read"})), "", 50)[0] == []


def test_a_job_that_judges_by_itself_is_seen_by_whoever_began_it_and_by_who_may_see_everything(alice: Actor) -> None:
    narrow = replace(alice, id="key_1", scopes=frozenset({"contacts:write"}))
    begun = jobs.create(narrow, "batch", {})
    other = replace(narrow, id="key_2")
    assert [job["id"] for job in jobs.list_page(narrow, None, 50)[0]] == [begun["id"]] == [job["id"] for job in jobs.list_page(alice, None, 50)[0]]
    assert jobs.list_page(other, None, 50)[0] == []
    assert jobs.get(narrow, begun["id"])["id"] == jobs.get(alice, begun["id"])["id"]
    with pytest.raises(Denied):
        jobs.get(other, begun["id"])
    with pytest.raises(Denied):
        jobs.cancel(other, begun["id"])
    assert jobs.cancel(narrow, begun["id"])["state"] == "cancelled"


def test_a_list_of_jobs_goes_on_by_its_cursor(alice: Actor) -> None:
    begun = []
    for number in range(3):
        with clock.frozen(1_000 + number):
            begun.append(jobs.create(alice, "import", {"rows": 1})["id"])
    first, cursor = jobs.list_page(alice, None, 2)
    second, end = jobs.list_page(alice, cursor or "", 2)
    assert [job["id"] for job in first + second] == begun[::-1]
    assert end is None
