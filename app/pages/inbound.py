"""What vendors send to a tenant: the sources that take it after checking the signature, and what became of each message."""

from __future__ import annotations

from typing import Final

from app.models.columns import Column
from app.pages.specs import Action, Count, Danger, Document, Filter, ListView, Of, Reading, removal
from app.widgets.fields import Field

ONE: Final = "/inbound/sources/{id}"
SECRET: Final = Field("secret", "Secret", "password", help="As the provider shows it.")
PARTS: Final = "Verification"
FIELDS: Final = (
    Field("description", "Description"),
    Field(
        "allowed_addresses", "Addresses it may come from", "lines", part=PARTS, placeholder="203.0.113.0/24", help="One on each line; none is any."
    ),
    Field("parameters", "What the provider needs besides", "pairs", part=PARTS, placeholder="header: X-Signature"),
    Field("tolerance_seconds", "Seconds that a message may be old", "number", part=PARTS, placeholder="300"),
    Field(
        "expected_every_seconds",
        "Seconds after which silence is a fault",
        "number",
        part=PARTS,
        placeholder="86400",
        help="Empty: silence is no fault.",
    ),
    Field("account", "Account at the provider", part=PARTS, help="For the one address that all of a provider's accounts share."),
)
WAITING: Final = (Count("messages waiting", f"{ONE}/stats", "pending"), Count("quarantined", f"{ONE}/stats", "quarantined"))

SOURCES: Final = ListView(
    label="Inbound sources",
    path="/inbound/sources",
    object="src",
    columns=(
        Column("name", "Name", 180),
        Column("provider", "Provider", 120),
        Column("url", "Address", 300, "code"),
        Column("active", "Active", 80, "switch"),
        Column("health", "Health", 100, "badge"),
        Column("last_seen_at", "Last message", 130, "time"),
        Column("last_error", "Error", 160),
    ),
    facts=(
        Column("provider", "Provider"),
        Column("url", "Address", kind="code"),
        Column("shared_url", "Address that accounts share", kind="code"),
        Column("active", "Active", kind="switch"),
        Column("health", "Health", kind="badge"),
        Column("last_error", "Error"),
        Column("has_secret", "Secret is kept", kind="switch"),
        Column("allowed_addresses", "Addresses", kind="list"),
        Column("refused", "Refused", kind="number"),
        Column("last_refused_at", "Last refused", kind="time"),
        Column("last_seen_at", "Last message", kind="time"),
        Column("description", "Description"),
    ),
    tabs=(
        Reading(
            "Figures",
            f"{ONE}/stats",
            (
                Column("accepted", "Messages in all", kind="number"),
                Column("processed", "Processed", kind="number"),
                Column("pending", "Pending", kind="number"),
                Column("held", "Held", kind="number"),
                Column("quarantined", "Quarantined", kind="number"),
                Column("discarded", "Discarded", kind="number"),
                Column("refused", "Refused", kind="number"),
                Column("failures", "Failures", kind="number"),
            ),
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
            SECRET,
            *FIELDS,
            Field("active", "Active", "switch", default=True, placeholder="Active from the beginning"),
        ),
        done="Source created",
    ),
    actions=(
        Action("edit", "Edit", ONE, "PATCH", "edit", fields=(Field("name", "Name", required=True), *FIELDS), edits=True, done="Source changed"),
        Action(
            "rotate",
            "New secret",
            f"{ONE}/rotate-secret",
            icon="refresh",
            fields=(
                Field("secret", "Secret", "password", required=True, help="As the provider shows it."),
                Field("overlap_seconds", "Seconds that the old one still works", "number", default=86400),
            ),
            done="Secret taken",
        ),
        Action(
            "pause",
            "Pause",
            ONE,
            "PATCH",
            "pause",
            body={"active": False},
            done="Source paused: messages are held",
            when=lambda row: row["active"],
            danger=Danger("Messages are still taken, and held until it goes on. Nothing is lost.", WAITING),
        ),
        Action("resume", "Resume", ONE, "PATCH", "play", body={"active": True}, done="Source goes on", when=lambda row: not row["active"]),
        Action(
            "put",
            "Put a message in",
            f"{ONE}/messages",
            icon="inbox",
            fields=(
                Field("body", "Body", "area", required=True, placeholder='{"type": "sale"}'),
                Field("content_type", "Format", default="application/json"),
                Field("headers", "Headers", "pairs", placeholder="X-Topic: sale"),
            ),
            about="It is processed as if the provider had sent it; its signature is not checked.",
            done="Message taken",
        ),
        Action("retry", "Process the quarantined again", f"{ONE}/quarantine/retry", icon="replay", done="The quarantined are processed again"),
        Action(
            "discard",
            "Discard the quarantined",
            f"{ONE}/quarantine/discard",
            icon="ban",
            done="The quarantined were discarded",
            danger=Danger("They are never processed.", WAITING[1:]),
        ),
        removal(ONE, "Source removed", Danger("What waits there is discarded, and what the vendor sends is refused.", WAITING)),
    ),
)

MESSAGE: Final = "/inbound/sources/{source_id}/messages/{id}"
STATES: Final = {"pending": "Pending", "held": "Held", "processed": "Processed", "quarantined": "Quarantined", "discarded": "Discarded"}
MESSAGES: Final = ListView(
    label="Inbound messages",
    path="/inbound/sources/{of}/messages",
    name="event_type",
    object="imsg",
    of=Of("Source", "/inbound/sources"),
    columns=(
        Column("event_type", "Type", 200),
        Column("state", "State", 110, "badge"),
        Column("attempts", "Attempts", 80, "number"),
        Column("last_detail", "Because", 260),
        Column("size", "Size", 80, "bytes"),
        Column("received_at", "At", 120, "time"),
    ),
    filters=(Filter("state", "State", STATES), Filter("event_type", "Type")),
    facts=(
        Column("state", "State", kind="badge"),
        Column("last_error", "Error"),
        Column("last_detail", "Because"),
        Column("attempts", "Attempts", kind="number"),
        Column("next_attempt_at", "Next attempt", kind="time"),
        Column("event_id", "Event", kind="code"),
        Column("size", "Size", kind="bytes"),
        Column("received_at", "At", kind="time"),
        Column("finished_at", "Finished", kind="time"),
    ),
    tabs=(
        Reading(
            "What came",
            MESSAGE,
            (
                Column("method", "Method", kind="code"),
                Column("url", "Address", kind="code"),
                Column("headers", "Headers", kind="json"),
                Column("body", "Body", kind="code"),
            ),
        ),
        Document("Everything"),
    ),
    empty="No message came to this source yet.",
    live=True,
    actions=(
        Action(
            "retry",
            "Process again",
            f"{MESSAGE}/retry",
            icon="replay",
            done="It is processed again",
            bulk=True,
            when=lambda row: row["state"] == "quarantined",
        ),
        Action(
            "discard",
            "Discard",
            f"{MESSAGE}/discard",
            icon="ban",
            done="Discarded",
            bulk=True,
            when=lambda row: row["state"] == "quarantined",
            danger=Danger("It is never processed.", (Count("attempts", "", "attempts"),), typed="event_type"),
        ),
    ),
)
