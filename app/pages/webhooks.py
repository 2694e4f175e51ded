"""Webhooks: endpoints, what became of each delivery and of each attempt, dead letters and sending again."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from app.models.columns import ALL, Column
from app.pages.inbound import MESSAGES, SOURCES
from app.pages.specs import Action, Count, Danger, Document, Filter, ListView, PageSpec, Reading, Tab, removal
from app.pages.trial import Trial
from app.pages.webhook_form import FIELDS, FORMATS, NEW, POLICIES, PROMISES, WAYS
from app.widgets.fields import Field

STATES: Final = {"pending": "Pending", "delivered": "Delivered", "held": "Held", "dead": "Dead letters", "cancelled": "Cancelled"}
OWED: Final = (
    Count("deliveries waiting", "/webhooks/{id}/stats", "pending"),
    Count("held", "/webhooks/{id}/stats", "held"),
    Count("dead letters", "/webhooks/{id}/stats", "dead"),
)
REPLAY: Final = Action(
    "replay",
    "Send again",
    "/webhooks/{id}/replay",
    icon="replay",
    fields=(
        Field(
            "since", "From", "time", required=True, default="-24h", placeholder="2026-11-20 08:30", help="A time, or how long ago: -15m, -24h, -7d."
        ),
        Field("until", "Until", "time", placeholder="2026-11-21 08:30", help="Empty: now."),
        Field(
            "status",
            "Which",
            "choice",
            choices={"dead": "Dead letters", "delivered": "Delivered", "cancelled": "Cancelled", "missing": "Never made"},
            default="dead",
        ),
        Field("event_type", "Event type", "choice", source="/event-types", source_keys=("name", "name"), help="None: all of them."),
    ),
    about="Everything that fits is sent again as one job, at the webhook's own pace, behind what is new.",
    done="Sending again has begun",
    job=True,
)
DELIVERY: Final = (
    Column("event_type", "Event", 200),
    Column("state", "State", 100, "badge"),
    Column("attempts", "Attempts", 80, "number"),
    Column("last_status", "Answer", 80, "status"),
    Column("last_error", "Error", 170, "failure"),
    Column("next_attempt_at", "Next attempt", 120, "time"),
    Column("created_at", "Since", 120, "time"),
)
ATTEMPT: Final = (
    Column("number", "No.", 50, "number"),
    Column("started_at", "At", 110, "time"),
    Column("status", "Answer", 80, "status"),
    Column("duration_ms", "Took", 80, "duration"),
    Column("error", "Error", 160, "failure"),
)
# Success and times are those of the newest deliveries that have ended.
FIGURES: Final = (
    Column("success_rate", "Succeeded", kind="share"),
    Column("p50_ms", "Answer time, median", kind="duration"),
    Column("p95_ms", "Answer time, 95th percentile", kind="duration"),
    Column("p99_ms", "Answer time, 99th percentile", kind="duration"),
    Column("accepted", "Deliveries in all", kind="number"),
    Column("delivered", "Delivered", kind="number"),
    Column("pending", "Pending", kind="number"),
    Column("held", "Held", kind="number"),
    Column("dead", "Dead letters", kind="number"),
    Column("cancelled", "Cancelled", kind="number"),
    Column("oldest_due_seconds", "Oldest due, in seconds", kind="number"),
    Column("failure_count", "Failures", kind="number"),
    Column("last_triggered", "Last sent", kind="time"),
)

ENDPOINTS: Final = ListView(
    label="Endpoints",
    path="/webhooks",
    object="whk",
    columns=(
        Column("name", "Name", 170),
        Column("url", "Address", 280, "code"),
        Column("status", "State", 100, "badge"),
        Column("circuit", "Circuit", 90, "badge"),
        Column("events", "Events", 180, "list", words=ALL),
        Column("failure_count", "Failures", 80, "number"),
        Column("last_triggered", "Last sent", 120, "time"),
    ),
    facts=(
        Column("url", "Address", kind="code"),
        Column("status", "State", kind="badge"),
        Column("status_reason", "Because"),
        Column("circuit", "Circuit", kind="badge"),
        Column("parked_until", "Parked until", kind="time"),
        Column("events", "Events", kind="list", words=ALL),
        Column("filter", "Filter", kind="json"),
        Column("format", "Format", words=FORMATS),
        Column("headers", "Headers", kind="list"),
        Column("authentication.type", "Authentication", words=WAYS),
        Column("delivery_mode", "Delivery guarantee", words=PROMISES),
        Column("retry_schedule", "Retry schedule in seconds", kind="list"),
        Column("timeout_seconds", "Time limit in seconds", kind="number"),
        Column("rate_limit", "Rate limit", kind="limit"),
        Column("concurrency", "Concurrent requests, at most", kind="number"),
        Column("ordering.policy", "Ordering", words=POLICIES),
        Column("public_key", "Public key", kind="code"),
        Column("egress_proxy.url", "HTTP proxy", kind="code"),
        Column("failure_count", "Failures", kind="number"),
        Column("last_triggered", "Last sent", kind="time"),
        Column("description", "Description"),
    ),
    tabs=(
        Tab("Deliveries", "/webhooks/{id}/deliveries", (DELIVERY[0], DELIVERY[1], DELIVERY[6])),
        Tab("Dead letters", "/webhooks/{id}/deliveries?state=dead", (DELIVERY[0], DELIVERY[4], DELIVERY[6])),
        Reading("Figures", "/webhooks/{id}/stats", FIGURES),
        Document("Everything"),
    ),
    empty="No webhook yet. A webhook tells another system at once what happens here.",
    create=Action("create", "New webhook", "/webhooks", icon="plus", fields=NEW, done="Webhook created", secret="secret"),  # noqa: S106 - the name of a field
    actions=(
        Action("test", "Send a test", "/webhooks/{id}/test", icon="send", dialog=Trial),
        Action("edit", "Edit", "/webhooks/{id}", "PATCH", "edit", fields=FIELDS, edits=True, done="Webhook changed"),
        REPLAY,
        Action(
            "rotate",
            "New secret",
            "/webhooks/{id}/rotate-secret",
            icon="refresh",
            fields=(Field("overlap_seconds", "Seconds that the old one still works", "number", default=86400),),
            done="Secret made",
            secret="secret",  # noqa: S106 - the name of a field
        ),
        Action(
            "disable",
            "Disable",
            "/webhooks/{id}/disable",
            icon="pause",
            done="Webhook disabled: deliveries are held",
            undo="/webhooks/{id}/enable",
            when=lambda row: row["active"],
            danger=Danger("Nothing is lost: deliveries are held until it is enabled again.", OWED),
        ),
        Action("enable", "Enable", "/webhooks/{id}/enable", icon="play", done="Webhook enabled", when=lambda row: not row["active"]),
        removal("/webhooks/{id}", "Webhook removed", Danger("What it is owed is cancelled, and nothing more is sent.", OWED)),
    ),
)

WEBHOOK: Final = Column("webhook_id", "Webhook", 130)
ONE_WEBHOOK: Final = Filter("webhook_id", "Webhook", source="/webhooks")
DELIVERIES: Final = ListView(
    label="Deliveries",
    path="/webhook-deliveries",
    name="event_type",
    object="dlv",
    read="/webhooks/{webhook_id}/deliveries",
    columns=(DELIVERY[0], WEBHOOK, *DELIVERY[1:]),
    filters=(ONE_WEBHOOK, Filter("state", "State", STATES), Filter("event_type", "Event type")),
    facts=(WEBHOOK, *DELIVERY, Column("event_id", "Event", kind="code"), Column("finished_at", "Finished", kind="time")),
    tabs=(Tab("Attempts", "/webhooks/{webhook_id}/deliveries/{id}/attempts", ATTEMPT), Document("Everything")),
    empty="Nothing was sent to a webhook yet.",
    live=True,
    actions=(
        Action("replay", "Send again", "/webhooks/{webhook_id}/deliveries/{id}/replay", icon="replay", done="It is sent again", bulk=True),
        Action(
            "cancel",
            "Give up",
            "/webhooks/{webhook_id}/deliveries/{id}/cancel",
            icon="ban",
            done="Given up",
            bulk=True,
            when=lambda row: row["state"] in {"pending", "held", "dead"},
            danger=Danger(
                "It is never sent, unless somebody sends it again.",
                (Count("attempts", "/webhooks/{webhook_id}/deliveries/{id}", "attempts"),),
                typed="event_type",
            ),
        ),
    ),
)

DEAD: Final = replace(
    DELIVERIES,
    label="Dead letters",
    path="/webhook-deliveries?state=dead",
    filters=(ONE_WEBHOOK, Filter("event_type", "Event type")),
    empty="No dead letter: whatever is owed to a webhook was delivered or is still tried.",
)

PAGE: Final = PageSpec(
    "webhooks",
    "Webhooks",
    "webhook",
    "Traffic",
    "Who is told what happens here, and what became of each delivery.",
    (ENDPOINTS, DELIVERIES, DEAD, SOURCES, MESSAGES),
)
