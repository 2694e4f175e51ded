"""Reports of receivers on a tenant's mail, as they come: DMARC and TLS."""

from __future__ import annotations

from typing import Final

from app.models.columns import Column
from app.pages.specs import Action, Document, Filter, ListView, Outcome
from app.widgets.fields import Field

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
