"""Figures count what is there; what they mean is tried in the tests of components."""

from __future__ import annotations

import pytest

from server.store import database, figures
from tests.tenants import TENANT_A

pytestmark = pytest.mark.usefixtures("opened")


def test_an_empty_appliance_owes_nothing() -> None:
    assert figures.backlog(1000) == (0, 0, 0, None)
    assert figures.jobs_under_way() == 0


def test_jobs_that_wait_or_run_count() -> None:
    for number, state in enumerate(("pending", "running", "completed")):
        database.run(
            "INSERT INTO jobs (id, tenant_id, mode, kind, state, input, actor, actor_id, due_at, created_at)"
            " VALUES (?, ?, 'live', 'import', ?, '{}', '{}', '', 0, 0)",
            (f"job_{number}", TENANT_A, state),
        )
    assert figures.jobs_under_way() == 2


def test_the_database_has_a_size() -> None:
    assert figures.database_bytes() > 10_000
