"""Streams of mail, and how fast it goes: throttles of providers, warm-up of sources."""

from __future__ import annotations

from typing import Final

from server.services.email import streams, throttles, warmups
from server.services.email.streams import NewStream, Reason, StreamChange, StreamView
from server.services.email.throttles import NewThrottle, ThrottleView
from server.services.email.warmups import NewWarmup, WarmupView
from server.web.calls import Answer, Call, answer, empty_answer, list_answer, record_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group, Runs

_BASE: Final = "/api/v1/email"


def list_email_streams(call: Call) -> Answer:
    """List streams."""
    return list_answer(*streams.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200)), call)


def create_email_stream(call: Call) -> Answer:
    """Make a stream."""
    found = streams.create(call.actor, call.body)
    return record_answer(found, 201, f"{_BASE}/streams/{found['id']}")


def get_email_stream(call: Call) -> Answer:
    """Get a stream."""
    return record_answer(streams.get(call.actor, call.params["id"]))


def update_email_stream(call: Call) -> Answer:
    """Change a stream."""
    return record_answer(streams.update(call.actor, call.params["id"], call.body, version=call.version()))


def delete_email_stream(call: Call) -> Answer:
    """Remove a stream."""
    streams.remove(call.actor, call.params["id"])
    return empty_answer()


def pause_email_stream(call: Call) -> Answer:
    """Pause a stream."""
    return record_answer(streams.pause(call.actor, call.params["id"], call.body))


def resume_email_stream(call: Call) -> Answer:
    """Resume a stream."""
    return record_answer(streams.resume(call.actor, call.params["id"], call.body))


def list_email_throttles(call: Call) -> Answer:
    """List throttles."""
    return list_answer(*throttles.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200)), call)


def set_email_throttle(call: Call) -> Answer:
    """Set a throttle."""
    found = throttles.put(call.actor, call.body)
    return answer(found, 201, Location=f"{_BASE}/throttles/{found['site']}")


def get_email_throttle(call: Call) -> Answer:
    """Get a throttle."""
    return answer(throttles.get(call.actor, call.params["site"]))


def resume_email_throttle(call: Call) -> Answer:
    """End a provider's pause."""
    return answer(throttles.resume(call.actor, call.params["site"]))


def delete_email_throttle(call: Call) -> Answer:
    """Remove a throttle."""
    throttles.remove(call.actor, call.params["site"])
    return empty_answer()


def list_email_warmups(call: Call) -> Answer:
    """List warm-ups."""
    return list_answer(warmups.list_all(call.actor), None, call)


def begin_email_warmup(call: Call) -> Answer:
    """Begin a warm-up."""
    return answer(warmups.create(call.actor, call.body), 201, Location=f"{_BASE}/warmups")


def end_email_warmup(call: Call) -> Answer:
    """End a warm-up."""
    warmups.remove(call.actor, call.params["source"])
    return empty_answer()


_GROUP: Final = Group(_BASE, "Email", "email")
_WHY: Final = {"reason": "The list was cleaned."}
ROUTES: Final = [
    _GROUP.get(
        "/streams",
        list_email_streams,
        "List streams and how their mail fares",
        answer=StreamView,
        listed=True,
        query=PAGE_PARAMETERS,
        runs=Runs.WORK,
    ),
    _GROUP.post("/streams", create_email_stream, "Make a stream", body=NewStream, answer=StreamView, status=201, example={"name": "newsletter"}),
    _GROUP.get("/streams/{id}", get_email_stream, "Get a stream", answer=StreamView),
    _GROUP.patch(
        "/streams/{id}",
        update_email_stream,
        "Change a stream's transports, retries and lifetime",
        body=StreamChange,
        answer=StreamView,
        takes_version=True,
        example={"retry_schedule": [120, 600, 3600], "lifetime_seconds": 86_400},
    ),
    _GROUP.delete("/streams/{id}", delete_email_stream, "Remove a stream that nothing waits in"),
    _GROUP.post("/streams/{id}/pause", pause_email_stream, "Send nothing more of a stream for now", body=Reason, answer=StreamView, example=_WHY),
    _GROUP.post("/streams/{id}/resume", resume_email_stream, "Send a stream's mail again", body=Reason, answer=StreamView, example=_WHY),
    _GROUP.get("/throttles", list_email_throttles, "List what holds mail back, by provider", answer=ThrottleView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.post(
        "/throttles",
        set_email_throttle,
        "Set how fast mail goes to a provider",
        body=NewThrottle,
        answer=ThrottleView,
        status=201,
        example={"site": "google", "messages": 30, "period_seconds": 60},
    ),
    _GROUP.get("/throttles/{site}", get_email_throttle, "Get what holds mail to a provider back", answer=ThrottleView),
    _GROUP.post("/throttles/{site}/resume", resume_email_throttle, "End a provider's pause before its time", answer=ThrottleView),
    _GROUP.delete("/throttles/{site}", delete_email_throttle, "Remove the limit of a provider"),
    _GROUP.get("/warmups", list_email_warmups, "List warm-ups", answer=WarmupView, listed=True),
    _GROUP.post(
        "/warmups",
        begin_email_warmup,
        "Warm a source up: a little more each day to each provider",
        body=NewWarmup,
        answer=WarmupView,
        status=201,
        example={"source": "direct", "plan": "standard"},
    ),
    _GROUP.delete("/warmups/{source}", end_email_warmup, "End the warm-up of a source"),
]
