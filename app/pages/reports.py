"""Reports of receivers on a tenant's mail, as they come: DMARC and TLS."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from app.models.columns import Column
from app.pages.specs import Action, Document, Filter, ListView, Outcome, Row, Words
from app.system import languages
from app.widgets.fields import Field

DAILY: Final = "/email/daily-report"
KINDS: Final = {"dmarc": "DMARC", "tls": "TLS"}
REPORT: Final = (
    Column("kind", "Kind", 80, "badge"),
    Column("domain", "Domain", 180, "code"),
    Column("reporter", "Reporter", 200),
    Column("passed", "Passed", 90, "number"),
    Column("failed", "Failed", 90, "number"),
    Column("begins_at", "From", 120, "time"),
    Column("ends_at", "Until", 120, "time"),
)


LANGUAGES: Final = {code: title for code, (title, _) in languages.LANGUAGES.items()}
DAILY_FIELDS: Final = (
    Field("enabled", "Send it", "switch", help="Once a day, to owners and admins, and only when something changed."),
    Field("hour", "Hour", "number", required=True, help="From 0 to 23."),
    Field("timezone", "Time zone", required=True),
    Field("language", "Language", "choice", required=True, choices=LANGUAGES),
)
OWN: Final = (Field("wanted", "Send it to me", "switch"),)


def daily(_row: Row, held: Row) -> tuple[Field, ...]:
    """Return what can be chosen of the daily report, as it is now."""
    return tuple(replace(field, default=held[field.key]) for field in DAILY_FIELDS)


def own(_row: Row, held: Row) -> tuple[Field, ...]:
    """Return what asks whether whoever looks gets the daily report."""
    return tuple(replace(field, default=held[field.key]) for field in OWN)


REPORTS: Final = ListView(
    label="Reports",
    path="/email/reports",
    name="domain",
    object="rep",
    columns=REPORT,
    filters=(Filter("kind", "Kind", KINDS), Filter("domain", "Domain")),
    facts=(*REPORT, Column("report_id", "Number", kind="code"), Column("created_at", "Read", kind="time")),
    tabs=(Document("Everything"),),
    empty="No report yet. They come by mail, or from a file.",
    also=(
        Action(
            "daily",
            "Daily report",
            DAILY,
            "PUT",
            "calendar",
            form=daily,
            reads=DAILY,
            done="Daily report changed",
            about="What changed in this tenant's mail is mailed once a day.",
        ),
        Action(
            "preview",
            "Preview",
            f"{DAILY}/preview",
            "GET",
            "eye",
            done="Daily report",
            shows=Outcome(
                facts=(Column("subject", "Subject"),),
                texts=(Words("As text", lambda answer: str(answer["text"])),),
                drawn=Words("As it is read", lambda answer: str(answer["html"])),
            ),
        ),
        Action("own", "Daily report to me", f"{DAILY}/wish", "PUT", "user", form=own, reads=DAILY, done="Daily report changed"),
    ),
    create=Action(
        "read",
        "Read a report",
        "/email/reports",
        icon="upload",
        fields=(Field("file", "File", "file", required=True, help="XML, JSON, gzip, zip, or the whole mail."),),
        uploads=True,
        done="Report read",
        shows=Outcome(facts=(Column("repeated", "There already", kind="number"),), rows="reports", columns=REPORT[:5]),
    ),
)
