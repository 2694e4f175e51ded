"""Webhooks: endpoints, what became of each delivery and of each attempt, dead letters and sending again."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from app.models.columns import Column
from app.pages.specs import Action, Count, Danger, Document, Filter, ListView, Of, PageSpec, Tab, removal
from app.widgets.fields import Field

STATES: Final = {"pending": "Pending", "delivered": "Delivered", "held": "Held", "dead": "Dead letters", "cancelled": "Cancelled"}
FIELDS: Final = (
    Field("name", "Name", required=True, placeholder="Orders"),
    Field("url", "Address", required=True, placeholder="https://example.com/hooks"),
    Field("events", "Events", "lines", required=True, placeholder="contact.*\ndeal.created", help="One type or pattern on each line; a star is all."),
    Field("description", "Description"),
    Field("headers", "Headers", "pairs", placeholder="X-Team: billing"),
    Field("timeout_seconds", "Time limit in seconds", "number", placeholder="15"),
)
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
        Field("since", "From", required=True, placeholder="2026-11-20T00:00:00Z"),
        Field("until", "Until", placeholder="2026-11-21T00:00:00Z"),
        Field(
            "status",
            "Which",
            "choice",
            choices={"dead": "Dead letters", "delivered": "Delivered", "cancelled": "Cancelled", "missing": "Never made"},
            default="dead",
        ),
        Field("event_type", "Event type", placeholder="contact.created"),
    ),
    about="Everything that fits is sent again as one job, at the webhook's own pace, behind what is new.",
    done="Sending again has begun",
    job=True,
)
DELIVERY: Final = (
    Column("event_type", "Event", 170),
    Column("state", "State", 100, "badge"),
    Column("attempts", "Attempts", 80, "number"),
    Column("last_status", "Answer", 80, "status"),
    Column("last_error", "Error", 200),
    Column("next_attempt_at", "Next attempt", 120, "time"),
    Column("created_at", "Since", 120, "time"),
)
ATTEMPT: Final = (
    Column("number", "No.", 50, "number"),
    Column("started_at", "At", 110, "time"),
    Column("status", "Answer", 80, "status"),
    Column("duration_ms", "Took", 80, "duration"),
    Column("error", "Error", 140),
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
        Column("events", "Events", 180, "list"),
        Column("failure_count", "Failures", 80, "number"),
        Column("last_triggered", "Last sent", 120, "time"),
    ),
    facts=(
        Column("url", "Address", kind="code"),
        Column("status", "State", kind="badge"),
        Column("status_reason", "Because"),
        Column("circuit", "Circuit", kind="badge"),
        Column("parked_until", "Parked until", kind="time"),
        Column("events", "Events", kind="list"),
        Column("format", "Format"),
        Column("delivery_mode", "Promise"),
        Column("timeout_seconds", "Time limit (s)", kind="number"),
        Column("failure_count", "Failures", kind="number"),
        Column("last_triggered", "Last sent", kind="time"),
        Column("description", "Description"),
    ),
    tabs=(
        Tab("Deliveries", "/webhooks/{id}/deliveries", (DELIVERY[0], DELIVERY[1], DELIVERY[6])),
        Tab("Dead letters", "/webhooks/{id}/deliveries?state=dead", (DELIVERY[0], DELIVERY[4], DELIVERY[6])),
        Document("Everything"),
    ),
    empty="No webhook yet. A webhook tells another system at once what happens here.",
    create=Action("create", "New webhook", "/webhooks", icon="plus", fields=FIELDS, done="Webhook created", secret="secret"),  # noqa: S106 - the name of a field
    actions=(
        Action(
            "test",
            "Send a test",
            "/webhooks/{id}/test",
            icon="send",
            fields=(Field("event_type", "Event type", default="contact.created"),),
            done="Test sent",
        ),
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

DELIVERIES: Final = ListView(
    label="Deliveries",
    path="/webhooks/{of}/deliveries",
    name="event_type",
    object="dlv",
    of=Of("Webhook", "/webhooks"),
    columns=DELIVERY,
    filters=(Filter("state", "State", STATES), Filter("event_type", "Event type")),
    facts=(*DELIVERY, Column("event_id", "Event", kind="code"), Column("finished_at", "Finished", kind="time")),
    tabs=(Tab("Attempts", "/webhooks/{webhook_id}/deliveries/{id}/attempts", ATTEMPT), Document("Everything")),
    empty="Nothing was sent to this webhook yet.",
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
    path="/webhooks/{of}/deliveries?state=dead",
    filters=(Filter("event_type", "Event type"),),
    empty="No dead letter: whatever is owed to this webhook was delivered or is still tried.",
)

INBOUND: Final = ListView(
    label="Inbound sources",
    path="/inbound/sources",
    columns=(
        Column("name", "Name", 180),
        Column("provider", "Provider", 120),
        Column("url", "Address", 300, "code"),
        Column("active", "Active", 80, "switch"),
        Column("health", "Health", 100, "badge"),
        Column("last_seen_at", "Last message", 130, "time"),
        Column("last_error", "Error", 160),
    ),
    tabs=(
        Tab(
            "Messages",
            "/inbound/sources/{id}/messages",
            (Column("event_type", "Type", 150), Column("state", "State", 100, "badge"), Column("received_at", "At", 110, "time")),
        ),
        Document("Everything"),
    ),
    empty="No inbound source yet. A source takes what a vendor sends, after checking its signature.",
    create=Action(
        "create",
        "New source",
        "/inbound/sources",
        icon="plus",
        fields=(
            Field("name", "Name", required=True, placeholder="Payments"),
            Field("provider", "Provider", "choice", required=True, source="/inbound/providers", source_keys=("key", "title")),
            Field("secret", "Secret", "password", help="As the provider shows it."),
        ),
        done="Source created",
    ),
    actions=(
        removal(
            "/inbound/sources/{id}",
            "Source removed",
            Danger(
                "What waits there is discarded, and what the vendor sends is refused.",
                (Count("messages waiting", "/inbound/sources/{id}/stats", "pending"),),
            ),
        ),
    ),
)

PAGE: Final = PageSpec(
    "webhooks",
    "Webhooks",
    "webhook",
    "Traffic",
    "Who is told what happens here, and what became of each delivery.",
    (ENDPOINTS, DELIVERIES, DEAD, INBOUND),
)
