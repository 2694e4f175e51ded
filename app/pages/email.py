"""Email of a tenant: what was sent and how it fares with each recipient, what arrived, templates, accounts and the domains it is sent from."""

from __future__ import annotations

from typing import Final

from app.models.columns import Column
from app.pages.arrivals import ARRIVALS, ROUTES
from app.pages.mail_accounts import ACCOUNTS
from app.pages.sending_domains import DOMAINS
from app.pages.specs import Action, Count, Danger, Document, Filter, ListView, PageSpec, Part, Tab
from app.pages.templates import TEMPLATES
from app.widgets.fields import Field

STATE: Final = Column(
    "state", "State", 110, "badge", tones={"sent": "ok", "bounced": "danger", "suppressed": "warning", "expired": "danger", "mixed": "warning"}
)
STATES: Final = {
    "scheduled": "Scheduled",
    "queued": "Queued",
    "sending": "Sending",
    "deferred": "Deferred",
    "sent": "Sent",
    "delivered": "Delivered",
    "bounced": "Bounced",
    "suppressed": "Suppressed",
    "cancelled": "Cancelled",
    "expired": "Expired",
    "failed": "Failed",
}
DAY: Final = r"20\d\d-[01]\d-[0-3]\d"
RECIPIENT: Final = (
    Column("address", "Recipient", 180),
    STATE,
    Column("site", "Provider", 90),
    Column("code", "Answer", 70, "number"),
    Column("reply", "Reply", 160),
    Column("held_by", "Held by", 160),
)
EVENT: Final = (Column("type", "What", 110, "badge", tones=STATE.tones), Column("address", "Recipient", 180), Column("at", "At", 110, "time"))
ONE: Final = "/email/messages/{id}"

MESSAGES: Final = ListView(
    label="Messages",
    path="/email/messages",
    name="subject",
    object="msg",
    columns=(
        Column("subject", "Subject", 260),
        Column("from", "From", 190),
        Column("to", "To", 220, "list"),
        STATE,
        Column("stream", "Stream", 110),
        Column("size", "Size", 80, "bytes"),
        Column("created_at", "Since", 110, "time"),
    ),
    filters=(
        Filter("search", "Address, domain or Message-ID"),
        Filter("state", "State", STATES),
        Filter("stream", "Stream"),
        Filter("provider", "Provider, such as google"),
        Filter("since", "Since, such as 2026-11-20", pattern="{}T00:00:00Z", complete=DAY),
        Filter("until", "Before, such as 2026-11-21", pattern="{}T00:00:00Z", complete=DAY),
    ),
    facts=(
        STATE,
        Column("from", "From"),
        Column("to", "To", kind="list"),
        Column("cc", "Copy to", kind="list"),
        Column("bcc", "Blind copy to", kind="list"),
        Column("stream", "Stream"),
        Column("message_id", "Message-ID", kind="code"),
        Column("origin", "Came by"),
        Column("send_at", "Sent from", kind="time"),
        Column("deadline", "Given up after", kind="time"),
        Column("template_id", "Template", kind="code"),
    ),
    tabs=(Part("Recipients", lambda row: row["recipients"], RECIPIENT), Tab("Events", f"{ONE}/events", EVENT), Document("Everything")),
    empty="No message was sent yet.",
    live=True,
    create=Action(
        "send",
        "Send a message",
        "/email/messages",
        icon="send",
        fields=(
            Field("from", "From", required=True, placeholder="Shop <hello@example.com>"),
            Field("to", "To", "lines", required=True, placeholder="ada@example.com", help="One on each line."),
            Field("subject", "Subject"),
            Field("text", "Text", "area"),
            Field("template", "Template", "pick", source="/email/templates"),
            Field("stream", "Stream", "choice", source="/email/streams", source_keys=("name", "name")),
            Field("account", "Account", "pick", source="/email/accounts"),
            Field("data", "Data of the template", "json"),
        ),
        done="Message taken",
    ),
    actions=(
        Action(
            "content",
            "Keep the message",
            f"{ONE}/content",
            "GET",
            "download",
            file="{id}.eml",
            done="Message kept",
            when=lambda row: row["content_kept"],
        ),
        Action(
            "cancel",
            "Call back",
            f"{ONE}/cancel",
            icon="ban",
            done="Called back",
            bulk=True,
            when=lambda row: row["state"] in {"queued", "scheduled", "deferred", "mixed"},
            danger=Danger("Whoever has not been sent it yet never gets it.", (Count("recipients", ONE, "recipients"),), typed="subject"),
        ),
    ),
)

PAGE: Final = PageSpec(
    "email",
    "Email",
    "mail",
    "Traffic",
    "What was sent and what arrived, and where it is sent from.",
    (MESSAGES, ARRIVALS, TEMPLATES, ACCOUNTS, DOMAINS, ROUTES),
)
