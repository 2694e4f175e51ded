"""Templates of mail: made, changed, drawn with data before anybody gets them, and sent to somebody who looks at them."""

from __future__ import annotations

from typing import Final

from app.models.columns import Column
from app.pages.specs import Action, Count, Danger, Document, ListView, Outcome, Tab, Words, removal
from app.widgets.fields import Field

ONE: Final = "/email/templates/{id}"
SENT: Final = (Count("messages sent of it", "/email/messages?template_id={id}"),)
FIELDS: Final = (
    Field("name", "Name", required=True, placeholder="Receipt"),
    Field("description", "Description"),
    Field("subject", "Subject", required=True, placeholder="Your order {{ order.number }}"),
    Field("mjml", "MJML", "area", help="MJML or HTML, not both; names in double braces are filled in."),
    Field("html", "HTML", "area"),
    Field("text", "Text", "area"),
    Field("sample", "Sample data", "json", placeholder='{"order": {"number": "O-1001"}}'),
)
DATA: Final = Field("data", "Data of the template", "json", help="Empty: the template's own sample.")

TEMPLATES: Final = ListView(
    label="Templates",
    path="/email/templates",
    object="tpl",
    columns=(
        Column("name", "Name", 200),
        Column("subject", "Subject", 320),
        Column("description", "Description", 220),
        Column("current_version", "Version", 80, "number"),
        Column("updated_at", "Changed", 120, "time"),
    ),
    facts=(
        Column("subject", "Subject"),
        Column("description", "Description"),
        Column("current_version", "Version", kind="number"),
        Column("created_at", "Created", kind="time"),
        Column("updated_at", "Changed", kind="time"),
    ),
    tabs=(
        Tab(
            "Versions",
            f"{ONE}/versions",
            (Column("number", "No.", 50, "number"), Column("subject", "Subject", 220), Column("created_at", "Created", 100, "time")),
        ),
        Words("Source", lambda row: row["mjml"] or row["html"] or row["text"] or ""),
        Document("Sample data", "sample"),
    ),
    empty="No template yet. A template is a mail with names that are filled in.",
    create=Action("create", "New template", "/email/templates", icon="plus", fields=FIELDS, done="Template created"),
    actions=(
        Action(
            "preview",
            "Preview",
            f"{ONE}/preview",
            icon="eye",
            fields=(DATA,),
            done="Preview",
            shows=Outcome(
                facts=(Column("subject", "Subject"), Column("version", "Version", kind="number")),
                texts=(Words("As text", lambda answer: answer["text"] or ""), Words("HTML", lambda answer: answer["html"] or "")),
                drawn=Words("As it is read", lambda answer: answer["html"] or ""),
            ),
        ),
        Action(
            "test",
            "Send to somebody",
            f"{ONE}/test",
            icon="send",
            fields=(
                Field("from", "From", required=True, placeholder="Shop <hello@example.com>"),
                Field("to", "To", required=True, placeholder="ada@example.com"),
                DATA,
            ),
            done="Message taken",
        ),
        Action("edit", "Edit", ONE, "PATCH", "edit", fields=FIELDS, edits=True, done="Template changed"),
        removal(ONE, "Template removed", Danger("What was sent of it stays; whatever names it from then on is refused.", SENT)),
    ),
)
