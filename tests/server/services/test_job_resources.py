"""Jobs of one kind as a resource: only they are found, by whoever may read their kind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Missing
from server.services import jobs
from server.services.job_resources import JobResource

EXPORTS = JobResource("export", "export", jobs.shown)


def test_jobs_of_another_kind_or_tenant_are_not_there(alice: Actor, charlie: Actor) -> None:
    other, own = (jobs.create(alice, kind, {})["id"] for kind in ("import", "export"))
    assert EXPORTS.get(alice, own)["id"] == own
    assert [one["id"] for one in EXPORTS.list_page(alice, None, 5)[0]] == [own]
    for actor, job_id in ((alice, other), (charlie, own)):
        with pytest.raises(Missing, match="There is no export"):
            EXPORTS.get(actor, job_id)
        with pytest.raises(Missing):
            EXPORTS.cancel(actor, job_id)
    assert EXPORTS.list_page(charlie, None, 5) == ([], None)


def test_whoever_may_only_read_stops_nothing(alice: Actor) -> None:
    own = jobs.create(alice, "export", {})["id"]
    reader = replace(alice, scopes=frozenset({"exports:read"}))
    assert EXPORTS.get(reader, own)["state"] == "pending"
    with pytest.raises(Denied):
        EXPORTS.cancel(reader, own)
    assert EXPORTS.cancel(alice, own)["state"] == "cancelled"
