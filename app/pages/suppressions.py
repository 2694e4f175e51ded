"""Suppressions: what nothing is sent to, in and out as files; what a complaint put here is lifted by two people only."""

from __future__ import annotations

from typing import Any, Final

from app.models.columns import Column
from app.pages.specs import Action, Count, Danger, Filter, ListView, Outcome
from app.widgets.fields import Field

ONE: Final = "/email/suppressions/{id}"
REASONS: Final = {
    "hard_bounce": "Hard bounce",
    "complaint": "Complaint",
    "unsubscribed": "Unsubscribed",
    "mailbox_full": "Mailbox full",
    "manual": "By hand",
    "blocklist": "Blocklist",
    "imported": "Imported",
}
REASON: Final = Column("reason", "Because", 130, "badge", tones={"complaint": "danger", "hard_bounce": "danger", "unsubscribed": "warning"})


def complained(row: dict[str, Any]) -> bool:
    """Tell whether a complaint put it here."""
    return bool(row["reason"] == "complaint")


MISSED: Final = (
    Count("messages to this address", "/email/messages?address={value}", when=lambda row: row["kind"] == "address"),
    Count("messages to this domain", "/email/messages?domain={value}", when=lambda row: row["kind"] == "domain"),
)
SUPPRESSIONS: Final = ListView(
    label="Suppressions",
    path="/email/suppressions",
    name="value",
    object="sup",
    columns=(
        Column("value", "Address", 260, "code"),
        Column("kind", "Kind", 90, "badge"),
        REASON,
        Column("scope", "For", 90, "badge"),
        Column("stream", "Stream", 110),
        Column("source", "Came by", 110, "badge"),
        Column("lift_requested_at", "Lift asked for", 120, "time"),
        Column("created_at", "Since", 110, "time"),
    ),
    filters=(Filter("value", "Address"), Filter("reason", "Because", REASONS), Filter("stream", "Stream")),
    facts=(
        REASON,
        Column("detail", "What"),
        Column("scope", "For", kind="badge"),
        Column("stream", "Stream"),
        Column("source", "Came by", kind="badge"),
        Column("message_id", "Message", kind="code"),
        Column("expires_at", "Expires", kind="time"),
        Column("lift_requested_by", "Lift asked for by", kind="code", names="/users"),
        Column("lift_requested_at", "Lift asked for", kind="time"),
        Column("created_at", "Since", kind="time"),
    ),
    empty="Nothing is suppressed.",
    create=Action(
        "suppress",
        "Suppress",
        "/email/suppressions",
        icon="plus",
        fields=(
            Field("value", "Address", required=True, placeholder="ada@example.com", help="An address, or a domain for all of its addresses."),
            Field("stream", "Stream", "choice", source="/email/streams", source_keys=("name", "name"), help="Empty: every stream."),
            Field("detail", "Because"),
        ),
        done="Suppressed",
    ),
    also=(
        Action(
            "import",
            "Import a file",
            "/email/suppressions/import",
            icon="upload",
            fields=(
                Field("file", "File", "file", required=True, help="CSV with a column value or email; kind, stream, reason and detail may follow."),
            ),
            uploads=True,
            done="Imported",
            shows=Outcome(
                facts=(
                    Column("created", "New", kind="number"),
                    Column("present", "There already", kind="number"),
                    Column("refused", "Refused", kind="number"),
                ),
                rows="errors",
                columns=(Column("line", "Line", 70, "number"), Column("detail", "Because", 400)),
            ),
        ),
        Action("export", "Keep all as a file", "/email/suppressions/export", "GET", "download", file="suppressions.csv", done="File kept"),
    ),
    actions=(
        Action(
            "lift",
            "Lift",
            ONE,
            "DELETE",
            "check",
            done="Lifted",
            when=lambda row: not complained(row),
            bulk=True,
            danger=Danger("Mail is sent there again. Be sure that it is wanted.", MISSED, typed="value"),
        ),
        Action(
            "ask",
            "Ask to lift",
            ONE,
            "DELETE",
            "check",
            done="Asked: somebody else has to confirm it",
            when=lambda row: complained(row) and not row["lift_requested_by"],
            danger=Danger("Somebody complained. It is lifted when a second person confirms.", MISSED, typed="value"),
        ),
        Action(
            "confirm",
            "Confirm the lift",
            ONE,
            "DELETE",
            "check",
            done="Confirmed, if you are not the one who asked",
            when=lambda row: complained(row) and bool(row["lift_requested_by"]),
            danger=Danger("Somebody else asked for it. Mail is sent there again after your word.", MISSED, typed="value"),
        ),
    ),
)
