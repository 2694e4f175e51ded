"""The sandbox of test keys: emptied, filled, and its clock put forward."""

from __future__ import annotations

from typing import Final

from server.services import sandboxes
from server.services.jobs import JobView
from server.services.sandboxes import SandboxMove, SandboxReset, SandboxView
from server.web.calls import Answer, Call, answer
from server.web.preferences import ASYNC, accepted, prefers
from server.web.routes import Group, Runs


def get_sandbox(call: Call) -> Answer:
    """Get the state of the sandbox."""
    return answer(sandboxes.get(call.actor))


def reset_sandbox(call: Call) -> Answer:
    """Empty the sandbox, and fill it with a seed: at once when little is in it, else as a job."""
    asked = prefers(call, ASYNC)
    if asked or sandboxes.takes_long(call.actor):
        job = sandboxes.begin(call.actor, call.body)
        return accepted(job, f"/api/v1/jobs/{job['id']}", asked=asked)
    return answer(sandboxes.reset(call.actor, call.body))


def advance_sandbox_clock(call: Call) -> Answer:
    """Put the sandbox's clock forward."""
    return answer(sandboxes.advance(call.actor, call.body))


_GROUP: Final = Group("/api/v1/sandbox", "Sandbox", "keys")
ROUTES: Final = [
    _GROUP.get("", get_sandbox, "Get how far the sandbox's clock is ahead; test keys only", answer=SandboxView, refuses=(409,)),
    _GROUP.post(
        "/reset",
        reset_sandbox,
        "Remove every record of the sandbox, set its clock right, and fill it with the demo's records if wanted; test keys only",
        body=SandboxReset,
        answer=SandboxView,
        later=JobView,
        runs=Runs.WORK,
        example={"seed": "demo"},
    ),
    _GROUP.post(
        "/clock",
        advance_sandbox_clock,
        "Put the sandbox's clock forward: retries of webhooks come due and windows of rate limits end; test keys only",
        body=SandboxMove,
        answer=SandboxView,
        example={"advance_seconds": 3600},
    ),
]
