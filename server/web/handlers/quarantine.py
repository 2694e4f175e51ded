"""What a sync leaves to people: records that were set aside, and conflicts."""

from __future__ import annotations

from typing import Final

from server.services.syncing import deciding, replaying
from server.services.syncing.deciding import ConflictView, Decision
from server.services.syncing.replaying import QuarantineView, Retried
from server.web.calls import Answer, Call, answer, empty_answer, list_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group, Runs

MOST_AT_ONCE: Final = 200


def list_quarantine(call: Call) -> Answer:
    """List what was set aside."""
    found, cursor = replaying.list_page(call.actor, call.params["id"], call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def retry_quarantined(call: Call) -> Answer:
    """Try one record again."""
    return answer(replaying.retry(call.actor, call.params["id"], call.params["record_id"]))


def retry_quarantine(call: Call) -> Answer:
    """Try the oldest records again."""
    return answer(replaying.retry_all(call.actor, call.params["id"], MOST_AT_ONCE))


def discard_quarantined(call: Call) -> Answer:
    """Forget one record."""
    replaying.discard(call.actor, call.params["id"], call.params["record_id"])
    return empty_answer()


def list_conflicts(call: Call) -> Answer:
    """List conflicts."""
    found, cursor = deciding.list_page(call.actor, call.params["id"], call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def decide_conflict(call: Call) -> Answer:
    """Decide a conflict."""
    return answer(deciding.decide(call.actor, call.params["id"], call.params["conflict_id"], call.body))


_GROUP: Final = Group("/api/v1/installations", "Integrations", "integrations")
ROUTES: Final = [
    _GROUP.get("/{id}/quarantine", list_quarantine, "List records that were set aside", answer=QuarantineView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.post("/{id}/quarantine/retry", retry_quarantine, "Try the oldest 200 records again", runs=Runs.WORK, answer=Retried),
    _GROUP.post("/{id}/quarantine/{record_id}/retry", retry_quarantined, "Try a record again", runs=Runs.WORK, answer=Retried),
    _GROUP.delete("/{id}/quarantine/{record_id}", discard_quarantined, "Forget a record that was set aside"),
    _GROUP.get("/{id}/conflicts", list_conflicts, "List what a person has to decide", answer=ConflictView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.post(
        "/{id}/conflicts/{conflict_id}/decide",
        decide_conflict,
        "Decide a conflict: the vendor's side holds, or ours",
        runs=Runs.WORK,
        body=Decision,
        answer=ConflictView,
        example={"choice": "local"},
    ),
]
