"""What holds mail back: streams with their rates and pauses, throttles by provider, and warm-ups by source."""

from __future__ import annotations

from typing import Final

from app.models.columns import Column
from app.pages.specs import Action, Count, Danger, Document, ListView, removal
from app.widgets.fields import Field

STATE: Final = Column("status", "State", 100, "badge", tones={"warned": "warning"})
ONE: Final = "/email/streams/{id}"
REASON: Final = Field("reason", "Because", required=True)
SENDERS: Final = {"direct": "This appliance itself", "relay": "The mail relay"}
FIELDS: Final = (
    Field("description", "Description"),
    Field(
        "transports", "Sent through", "names", placeholder="direct", help="One on each line, the first that works is taken.", source="/email/accounts"
    ),
    Field("lifetime_seconds", "Tried for so many seconds", "number", placeholder="259200"),
)
STREAMS: Final = ListView(
    label="Streams",
    path="/email/streams",
    object="stm",
    columns=(
        Column("name", "Name", 160),
        Column("kind", "Kind", 120, "badge"),
        STATE,
        Column("status_reason", "Because", 260),
        Column("waiting", "Waiting", 80, "number"),
        Column("sent", "Sent", 80, "number"),
        Column("bounce_rate", "Bounces", 90, "share"),
        Column("complaint_rate", "Complaints", 90, "share"),
    ),
    facts=(
        STATE,
        Column("status_reason", "Because"),
        Column("kind", "Kind", kind="badge"),
        Column("description", "Description"),
        Column("transports", "Sent through", kind="list", words=SENDERS, names="/email/accounts"),
        Column("waiting", "Waiting", kind="number"),
        Column("sent", "Sent", kind="number"),
        Column("bounce_rate", "Bounces", kind="share"),
        Column("complaint_rate", "Complaints", kind="share"),
        Column("retry_schedule", "Tried again after seconds", kind="list"),
        Column("lifetime_seconds", "Tried for so many seconds", kind="number"),
    ),
    tabs=(Document("Everything"),),
    empty="No stream. A stream keeps the fame of one kind of mail apart from another.",
    create=Action(
        "create",
        "New stream",
        "/email/streams",
        icon="plus",
        fields=(
            Field("name", "Name", required=True, placeholder="newsletter"),
            Field("kind", "Kind", "choice", required=True, choices={"broadcast": "To many", "transactional": "To one"}, default="broadcast"),
            *FIELDS,
        ),
        done="Stream created",
    ),
    actions=(
        Action("pause", "Pause", f"{ONE}/pause", icon="pause", fields=(REASON,), done="Stream paused", when=lambda row: row["status"] != "paused"),
        Action("resume", "Resume", f"{ONE}/resume", icon="play", fields=(REASON,), done="Stream resumed", when=lambda row: row["status"] != "active"),
        Action("edit", "Edit", ONE, "PATCH", "edit", fields=FIELDS, edits=True, done="Stream changed"),
        removal(ONE, "Stream removed", Danger("Whatever names it from then on is refused.", (Count("messages waiting", ONE, "waiting"),))),
    ),
)

SITE: Final = "/email/throttles/{site}"
SENT: Final = (Count("messages sent there in 7 days", "/email/stats?days=7&provider={site}", "total.sent"),)
THROTTLES: Final = ListView(
    label="Throttles",
    path="/email/throttles",
    name="title",
    columns=(
        Column("title", "Provider", 160),
        Column("messages", "Messages", 90, "number"),
        Column("period_seconds", "In seconds", 90, "number"),
        Column("connections", "Connections", 100, "number"),
        Column("per_minute_now", "A minute now", 110, "number"),
        Column("paused_until", "Paused until", 120, "time"),
        Column("slowed_until", "Slowed until", 120, "time"),
        Column("reason", "Because", 200),
    ),
    facts=(
        Column("site", "Provider", kind="code"),
        Column("reason", "Because"),
        Column("reply", "Reply", kind="code"),
        Column("per_minute_now", "A minute now", kind="number"),
        Column("connections", "Connections", kind="number"),
        Column("paused_until", "Paused until", kind="time"),
        Column("slowed_until", "Slowed until", kind="time"),
        Column("updated_at", "Changed", kind="time"),
    ),
    empty="Nothing holds mail back.",
    create=Action(
        "create",
        "New throttle",
        "/email/throttles",
        icon="plus",
        fields=(
            Field("site", "Provider", required=True, placeholder="example.com"),
            Field("messages", "Messages", "number", placeholder="100"),
            Field("period_seconds", "In seconds", "number", required=True, default=60),
            Field("connections", "Connections", "number", placeholder="2"),
        ),
        done="Throttle set",
    ),
    actions=(
        Action("resume", "Resume", f"{SITE}/resume", icon="play", done="It is sent again", when=lambda row: bool(row["paused_until"])),
        removal(SITE, "Throttle removed", Danger("Mail goes as fast as the provider takes it.", SENT, typed="site")),
    ),
)

WARMED: Final = (Count("sent today", "", "sent_today"), Count("at most today", "", "cap"))
EVERYBODY: Final = {"*": "Every provider"}
PLANS: Final = {"careful": "Careful", "standard": "Standard", "quick": "Quick"}
WARMUPS: Final = ListView(
    label="Warm-ups",
    path="/email/warmups",
    name="source",
    columns=(
        Column("source", "Source", 200, words=SENDERS, names="/email/accounts"),
        Column("site", "Provider", 160, words=EVERYBODY),
        Column("plan", "Plan", 110, "badge"),
        Column("step", "Step", 80, "number"),
        Column("sent_today", "Sent today", 100, "number"),
        Column("cap", "At most today", 110, "number"),
        Column("reason", "Because", 240),
    ),
    empty="Nothing is being warmed up. A new address sends a little more each day.",
    create=Action(
        "create",
        "New warm-up",
        "/email/warmups",
        icon="plus",
        fields=(
            Field("source", "Source", "choice", required=True, choices=SENDERS, default="direct", source="/email/accounts"),
            Field("site", "Provider", placeholder="example.com", help="Empty: every provider."),
            Field("plan", "Plan", "choice", required=True, choices=PLANS, default="standard"),
        ),
        done="Warm-up begun",
    ),
    actions=(
        Action(
            "end",
            "End",
            "/email/warmups/{source}",
            "DELETE",
            "ban",
            done="Warm-up ended",
            danger=Danger("From then on nothing holds this source back but the throttles.", WARMED, typed="source"),
        ),
    ),
)
