"""Mail that arrives: what came, what became of it, what is quarantined for its sender, and the routes that decide."""

from __future__ import annotations

from typing import Any, Final

from app.models.columns import Column
from app.pages.documents import SCANS
from app.pages.specs import Action, Count, Danger, Document, Filter, ListView, Part
from app.widgets.fields import Field

STATES: Final = {"arrived": "Arrived", "held": "Held", "quarantined": "Quarantined", "done": "Done", "ignored": "Ignored"}
STATE: Final = Column("state", "State", 110, "badge")
UNSCANNED: Final = "unscanned"
SCAN: Final = Column(
    "scan", "Scan", 110, "badge", words=SCANS, tones={"clean": "ok", "unscanned": "warning", "infected": "danger", "failed": "warning"}
)


def scan_of(row: dict[str, Any]) -> str:
    """Return what the virus scanner made of a mail, which it looks at as a whole."""
    if row["state"] == "done":
        return UNSCANNED if row["reason"] == UNSCANNED else "clean"
    reason = str(row["reason"] or "")
    return next((scan for words, scan in (("infected", "infected"), ("cannot be scanned", "failed")) if reason.startswith(words)), "pending")


def attachments(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the attachments of a mail with what is known of them."""
    return [{**one, "id": f"{row['id']}/{one['number']}", "mail": row["id"], "scan": scan_of(row)} for one in row["attachments"]]


ATTACHMENTS: Final = Part(
    "Attachments",
    attachments,
    (Column("file_name", "File", 180), SCAN, Column("media_type", "Format", 110, "code")),
    (
        Action(
            "save",
            "Save to file…",
            "/email/inbound/messages/{mail}/attachments/{number}",
            "GET",
            "download",
            file="{file_name}",
            done="File kept",
            when=lambda row: bool(row["scan"] == "clean"),
        ),
    ),
    "Only what the virus scanner found clean can be saved, and nothing is opened here.",
)

ARRIVALS: Final = ListView(
    label="Arrived",
    path="/email/inbound/messages",
    name="subject",
    object="inm",
    columns=(
        Column("subject", "Subject", 280),
        Column("sender", "From", 200),
        Column("recipients", "To", 200, "list"),
        Column("kind", "Kind", 110, "badge"),
        STATE,
        Column("attachments", "Files", 70, "count", void="none"),
        Column("received_at", "At", 120, "time"),
    ),
    filters=(Filter("state", "State", STATES), Filter("sender", "From")),
    facts=(
        STATE,
        Column("reason", "Because"),
        Column("kind", "Kind", kind="badge"),
        Column("sender", "From"),
        Column("identity", "Proven as"),
        Column("recipients", "To", kind="list"),
        Column("message_id", "Message-ID", kind="code"),
        Column("route_id", "Route", kind="code", names="/email/inbound/routes"),
        Column("sent_message_id", "Answers", kind="code"),
        Column("size", "Size", kind="bytes"),
        Column("received_at", "At", kind="time"),
    ),
    tabs=(
        ATTACHMENTS,
        Document("Authentication", "authentication"),
        Document("Everything"),
    ),
    empty="No mail arrived yet.",
    live=True,
    actions=(
        Action(
            "release",
            "Release",
            "/email/inbound/messages/{id}/release",
            icon="check",
            done="Released",
            bulk=True,
            when=lambda row: row["state"] == "quarantined",
        ),
    ),
)

FIELDS: Final = (
    Field("name", "Name", required=True, placeholder="Support"),
    Field("addresses", "Recipients", "lines", placeholder="support@example.com", help="One address or pattern on each line; none is any."),
    Field("sender", "From", placeholder="*@example.com"),
    Field("subject", "Subject", placeholder="*order*"),
    Field("proven_only", "Proven senders", "switch", default=True, placeholder="Only mail whose sender is proven"),
    Field(
        "actions",
        "What becomes of it",
        "json",
        required=True,
        default=[{"type": "activity"}],
        help="activity, webhook, address, connector or discard.",
    ),
    Field("position", "Position", "number", help="The first route that fits is taken."),
    Field("active", "Active", "switch", default=True),
)
ONE: Final = "/email/inbound/routes/{id}"
HELD: Final = (Count("messages held now", "/email/inbound/messages?state=quarantined"), Count("routes", "/email/inbound/routes"))
ROUTES: Final = ListView(
    label="Routes",
    path="/email/inbound/routes",
    object="rte",
    columns=(
        Column("position", "Position", 70, "number"),
        Column("name", "Name", 180),
        Column("addresses", "Recipients", 240, "list"),
        Column("sender", "From", 160),
        Column("proven_only", "Proven senders", 110, "switch"),
        Column("active", "Active", 80, "switch"),
    ),
    tabs=(
        Part("What becomes of it", lambda row: row["actions"], (Column("type", "What", 110, "badge"), Column("to", "To", 200))),
        Document("Everything"),
    ),
    empty="No route yet. A route says what becomes of mail that arrives.",
    create=Action("create", "New route", "/email/inbound/routes", icon="plus", fields=FIELDS, done="Route created"),
    actions=(
        Action("edit", "Edit", ONE, "PATCH", "edit", fields=FIELDS, edits=True, done="Route changed"),
        Action(
            "remove", "Remove", ONE, "DELETE", "trash", done="Route removed", danger=Danger("Mail that only it takes is held from then on.", HELD)
        ),
    ),
)
