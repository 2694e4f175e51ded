"""Deliveries of a webhook: what it is owed, what was tried, sending again and sending a sample."""

from __future__ import annotations

from typing import Any, Final

from server.services import deliveries, replays, webhook_stats
from server.services.deliveries import AttemptView, DeliveryView, SampleSend
from server.services.jobs import JobView
from server.services.replays import Replay
from server.services.webhook_stats import CountsView, StatsView
from server.store.deliveries import STATES
from server.web.calls import Answer, Call, answer, list_answer
from server.web.documents import PAGE_PARAMETERS, SINCE
from server.web.routes import Group, Parameter, Runs

_OF_ONE: Final = Parameter("webhook_id", {"type": "string"}, "Only deliveries to this webhook.")
_FILTERS: Final = (
    Parameter("state", {"type": "string", "enum": list(STATES)}, "Only deliveries in this state."),
    Parameter("event_type", {"type": "string"}, "Only deliveries of events of this type."),
    SINCE,
)


def list_deliveries(call: Call) -> Answer:
    """List what a webhook is owed."""
    filters = call.filters("state", "event_type", "since")
    found, cursor = deliveries.list_page(call.actor, call.params["id"], filters, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def list_all_deliveries(call: Call) -> Answer:
    """List what all webhooks are owed."""
    filters = call.filters("state", "event_type", "since", "webhook_id")
    found, cursor = deliveries.list_of_all(call.actor, filters, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def get_delivery(call: Call) -> Answer:
    """Get a delivery."""
    return answer(deliveries.get(call.actor, call.params["id"], call.params["delivery_id"]))


def list_attempts(call: Call) -> Answer:
    """List the attempts of a delivery."""
    webhook_id, delivery_id = call.params["id"], call.params["delivery_id"]
    found, cursor = deliveries.list_attempts(call.actor, webhook_id, delivery_id, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def replay_delivery(call: Call) -> Answer:
    """Send a delivery again."""
    return answer(deliveries.replay(call.actor, call.params["id"], call.params["delivery_id"]), 202)


def replay_deliveries(call: Call) -> Answer:
    """Send many deliveries again."""
    found = replays.begin(call.actor, call.params["id"], call.body)
    return answer(found, 202, Location=f"/api/v1/jobs/{found['id']}")


def send_sample(call: Call) -> Answer:
    """Send a sample."""
    found = deliveries.send_test(call.actor, call.params["id"], call.body)
    return answer(found, 202, Location=f"/api/v1/webhooks/{call.params['id']}/deliveries/{found['id']}")


def get_webhook_stats(call: Call) -> Answer:
    """Count deliveries by state."""
    return answer(webhook_stats.of_webhook(call.actor, call.params["id"]))


def get_delivery_stats(call: Call) -> Answer:
    """Count all deliveries by state."""
    return answer(webhook_stats.of_all(call.actor))


def cancel_delivery(call: Call) -> Answer:
    """Give a delivery up."""
    return answer(deliveries.cancel(call.actor, call.params["id"], call.params["delivery_id"]))


_GROUP: Final = Group("/api/v1/webhooks/{id}", "Webhooks", "webhooks")
_ALL: Final = Group("/api/v1", "Webhooks", "webhooks")
_LIST: Final[dict[str, Any]] = {"answer": DeliveryView, "listed": True, "query": (*PAGE_PARAMETERS, *_FILTERS)}
_ONE: Final = "/deliveries/{delivery_id}"
_SAMPLE: Final[dict[str, Any]] = {"name": "test_webhook", "body": SampleSend, "body_optional": True, "answer": DeliveryView, "status": 202}
_REPLAY: Final = {"since": "2026-11-20T00:00:00Z", "status": "dead"}
ROUTES: Final = [
    _GROUP.get("/deliveries", list_deliveries, "List deliveries, the newest first", **_LIST),
    _GROUP.get("/logs", list_deliveries, "List deliveries, the newest first (another name)", name="list_webhook_logs", **_LIST),
    _GROUP.get(_ONE, get_delivery, "Get a delivery", answer=DeliveryView),
    _GROUP.get(f"{_ONE}/attempts", list_attempts, "List the attempts of a delivery", answer=AttemptView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.post(f"{_ONE}/replay", replay_delivery, "Send a delivery again", answer=DeliveryView, status=202),
    _GROUP.post(f"{_ONE}/cancel", cancel_delivery, "Give up a delivery that is still owed, or a dead letter", answer=DeliveryView),
    _GROUP.post("/replay", replay_deliveries, "Send many deliveries again, as a job", body=Replay, answer=JobView, status=202, example=_REPLAY),
    _GROUP.post("/test", send_sample, "Send a sample to this webhook alone", **_SAMPLE),
    _GROUP.get("/stats", get_webhook_stats, "Count deliveries by state", answer=StatsView),
    _ALL.get(
        "/webhook-deliveries",
        list_all_deliveries,
        "List the deliveries of all webhooks, the newest first",
        **{**_LIST, "query": (*_LIST["query"], _OF_ONE)},
        runs=Runs.READ,
    ),
    _ALL.get("/webhook-stats", get_delivery_stats, "Count the deliveries of all webhooks by state", answer=CountsView),
]
