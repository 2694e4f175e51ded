"""Jobs as rows: taken once, renewed, saved and ended only by whoever has them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from server.store import database, jobs
from tests.tenants import TENANT_A, TENANT_B


def insert(job_id: str, tenant_id: str = TENANT_A, at: int = 1000) -> None:
    with database.transaction():
        jobs.insert(tenant_id, "live", {"id": job_id, "kind": "import", "input": "{}", "actor": "{}", "actor_id": "usr_1", "created_at": at})


def take(lease: str, now: int = 2000) -> str | None:
    with database.transaction():
        found = jobs.take(("import",), lease, now, now + 100)
    return found.id if found else None


def test_a_job_is_taken_by_one_of_many_takers(opened: str) -> None:
    for number in range(3):
        insert(f"job_{number}")

    def worker(number: int) -> str | None:
        try:
            return take(f"lease_{number}")
        finally:
            database.close()

    with ThreadPoolExecutor(6) as pool:
        taken = [found for found in pool.map(worker, range(6)) if found]
    assert len(taken) == len(set(taken))
    while (found := take("last")) is not None:
        taken.append(found)
    assert sorted(taken) == ["job_0", "job_1", "job_2"]


def test_only_the_holder_writes(opened: str) -> None:
    insert("job_1")
    take("mine")
    with database.transaction():
        assert jobs.save("job_1", "mine", 1, 2, "{}") is False
        assert jobs.save("job_1", "other", 9, 9, "{}") is None
        assert jobs.renew("job_1", "other", 1) is None
        assert jobs.finish("job_1", "other", "completed", None, None, 1) is False
    row = jobs.find(TENANT_A, "live", "job_1")
    assert row is not None
    assert (row["done"], row["total"], row["state"]) == (1, 2, "running")


def test_a_kind_that_nobody_can_do_is_left(opened: str) -> None:
    insert("job_1")
    with database.transaction():
        assert jobs.take(("export",), "mine", 2000, 2100) is None


def test_another_tenant_or_mode_finds_nothing(opened: str) -> None:
    insert("job_1")
    assert jobs.find(TENANT_B, "live", "job_1") is None
    assert jobs.find(TENANT_A, "test", "job_1") is None
    assert jobs.page(TENANT_B, "live", ("import",), "", 9) == []


def test_a_running_job_hears_that_it_should_stop(opened: str) -> None:
    insert("job_1")
    take("mine")
    with database.transaction():
        jobs.request_cancel(TENANT_A, "live", "job_1", 3000)
        assert jobs.renew("job_1", "mine", 5000) is True
