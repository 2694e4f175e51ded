"""Batches: many changes of records in one call, here and now or as a job."""

from __future__ import annotations

from typing import Final

from server.services import batches
from server.services.batches import Batch, BatchView
from server.services.jobs import JobView
from server.web.calls import Answer, Call, answer
from server.web.preferences import ASYNC, MINIMAL, accepted, applied, prefers
from server.web.routes import Group, Runs


def run_batch(call: Call) -> Answer:
    """Do a batch."""
    minimal = prefers(call, MINIMAL)
    if prefers(call, ASYNC):
        job = batches.begin(call.actor, call.body, minimal=minimal)
        return accepted(job, f"/api/v1/jobs/{job['id']}")
    found = answer(batches.perform(call.actor, call.body, minimal=minimal))
    return applied(found, MINIMAL) if minimal else found


_EXAMPLE: Final = {
    "atomic": False,
    "operations": [
        {"method": "POST", "path": "/contacts", "body": {"first_name": "Ada", "email": "ada@example.com"}},
        {"method": "PUT", "path": "/companies/by-external-id/shop/17", "body": {"name": "Example Engines"}},
    ],
}
_GROUP: Final = Group("/api/v1/batch", "Batches")
ROUTES: Final = [
    _GROUP.post("", run_batch, "Make up to 1000 changes of records", body=Batch, answer=BatchView, runs=Runs.WORK, later=JobView, example=_EXAMPLE),
]
