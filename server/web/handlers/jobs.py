"""Jobs: how far long work is, and stopping it. What a job may be read and stopped with depends on its kind."""

from __future__ import annotations

from typing import Final

from server.services import jobs
from server.services.jobs import JobView
from server.web.calls import Answer, Call, answer, list_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group


def list_jobs(call: Call) -> Answer:
    """List jobs."""
    found, cursor = jobs.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def get_job(call: Call) -> Answer:
    """Get a job."""
    return answer(jobs.get(call.actor, call.params["id"]))


def cancel_job(call: Call) -> Answer:
    """Stop a job."""
    return answer(jobs.cancel(call.actor, call.params["id"]))


_GROUP: Final = Group("/api/v1/jobs", "Jobs")
ROUTES: Final = [
    _GROUP.get("", list_jobs, "List jobs, the newest first", answer=JobView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.get("/{id}", get_job, "Get a job", answer=JobView),
    _GROUP.post("/{id}/cancel", cancel_job, "Stop a job; what it has done stays", answer=JobView),
]
