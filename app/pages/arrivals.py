"""Mail that arrives: what came, what became of it, what is quarantined for its sender, and the routes that decide."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from app.models.columns import Column
from app.pages.scans import SCANS, TONES, scan_of_mail
from app.pages.specs import Action, Count, Danger, Document, Filter, ListView, Part
from app.widgets.fields import Field

STATES: Final = {"arrived": "Arrived", "held": "Held", "quarantined": "Quarantined", "done": "Done", "ignored": "Ignored"}
STATE: Final = Column("state", "State", 110, "badge")
SCAN: Final = Column("scan", "Scan", 110, "badge", words=SCANS, tones=TONES)


def attachments(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the attachments of a mail with what is known of them."""
    return [{**one, "id": f"{row['id']}/{one['number']}", "mail": row["id"], "scan": scan_of_mail(row)} for one in row["attachments"]]


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
        Column("route_id", "Route", kind="code"),
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

DEEDS: Final = {
    "activity": "Becomes an activity of the contact",
    "webhook": "Is told to webhooks alone",
    "address": "Goes on to an address",
    "connector": "Goes to an inbound source",
    "discard": "Is thrown away",
}
DEED: Final = (
    Field("type", "What", "choice", required=True, choices=DEEDS, default="activity"),
    Field("to", "Address", required=True, only=("type", ("address",)), placeholder="office@example.com"),
    Field("source_id", "Inbound source", "pick", required=True, only=("type", ("connector",))),
)
FIELDS: Final = (
    Field("name", "Name", required=True, placeholder="Support"),
    Field("addresses", "Recipients", "lines", placeholder="support@example.com", help="One address or pattern on each line; none is any."),
    Field("sender", "From", placeholder="*@example.com"),
    Field("subject", "Subject", placeholder="*order*"),
    Field("proven_only", "Proven senders", "switch", default=True, placeholder="Only mail whose sender is proven"),
    Field("actions", "What becomes of it", "rows", required=True, default=[{"type": "activity"}], fields=DEED),
    Field("position", "Position", "number", help="The first route that fits is taken."),
    Field("active", "Active", "switch", default=True),
)
ONE: Final = "/email/inbound/routes/{id}"
REJECTED: Final = Field(
    "on_reject",
    "What the sender's domain wants refused",
    "choice",
    required=True,
    choices={"refuse": "Is refused", "quarantine": "Is quarantined", "accept": "Is taken"},
)
SUSPECTED: Final = Field(
    "on_quarantine",
    "What the sender's domain wants quarantined",
    "choice",
    required=True,
    choices={"quarantine": "Is quarantined", "accept": "Is taken"},
)
TRUSTED: Final = Field(
    "trusted_authserv_ids",
    "Servers whose judgement is trusted",
    "lines",
    placeholder="mx.example.com",
    help="What they write into Authentication-Results counts; one on each line.",
)


def policy(_row: dict[str, Any], found: dict[str, Any]) -> tuple[Field, ...]:
    """Return what asks for the policy, as it is now."""
    return tuple(replace(wanted, default=found[wanted.key]) for wanted in (REJECTED, SUSPECTED, TRUSTED))


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
    also=(
        Action(
            "policy",
            "Disowned mail…",
            "/email/inbound/policy",
            "PUT",
            "shield",
            form=policy,
            reads="/email/inbound/policy",
            about="What is done with mail that the domain of its sender disowns (DMARC).",
            done="Policy changed",
        ),
    ),
    create=Action("create", "New route", "/email/inbound/routes", icon="plus", fields=FIELDS, done="Route created"),
    actions=(
        Action("edit", "Edit", ONE, "PATCH", "edit", fields=FIELDS, edits=True, done="Route changed"),
        Action(
            "remove", "Remove", ONE, "DELETE", "trash", done="Route removed", danger=Danger("Mail that only it takes is held from then on.", HELD)
        ),
    ),
)
