"""Domains that mail is sent from: the records to publish, what the DNS says of each, and new keys for signing."""

from __future__ import annotations

from typing import Any, Final

from app.models.columns import Column
from app.pages.specs import Action, Count, Danger, ListView, Outcome, Part, Words, removal
from app.widgets.fields import Field

ONE: Final = "/email/domains/{id}"
FROM: Final = (Count("messages sent from it", "/email/messages?sender_domain={name}"),)
STATE: Final = Column("status", "State", 110, "badge", tones={"failing": "danger"})
FINDING: Final = (
    Column("check", "Check", 120),
    Column("state", "State", 90, "badge"),
    Column("detail", "What", 260, "said"),
)
FIELDS: Final = (
    Field("return_path", "Return path", placeholder="bounce.example.com", help="Where bounces go; empty: a name of this appliance."),
    Field("tracking", "Name for links", placeholder="link.example.com"),
)


def records(domain: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every record that is still to be published or stays, each once: of ownership, of the keys, and of what the checks miss."""
    keys = [key["record"] for key in domain["dkim"] if key["state"] != "retired"]
    missed = [record for finding in domain["findings"] for record in finding["records"]]
    return list({record["zone_line"]: record for record in (domain["ownership"], *keys, *missed)}.values())


def zone(domain: dict[str, Any]) -> str:
    """Return the records as lines of a zone file."""
    return "\n\n".join(record["zone_line"] for record in records(domain))


RECORDS: Final = Words("Records to paste", zone)
PUBLISH: Final = Outcome(facts=(Column("name", "Domain", kind="code"), STATE), texts=(RECORDS,))
CHECKED: Final = Outcome(
    facts=(
        Column("name", "Domain", kind="code"),
        STATE,
        Column("sendable", "Mail is sent", kind="switch"),
        Column("checked_at", "Checked", kind="time"),
    ),
    rows="findings",
    columns=FINDING,
    texts=(RECORDS,),
)

DOMAINS: Final = ListView(
    label="Sending domains",
    path="/email/domains",
    object="dom",
    columns=(
        Column("name", "Domain", 220, "code"),
        STATE,
        Column("sendable", "Mail is sent", 110, "switch"),
        Column("return_path", "Return path", 200, "code"),
        Column("tracking", "Name for links", 180, "code"),
        Column("checked_at", "Checked", 120, "time"),
        Column("verified_at", "Verified", 120, "time"),
    ),
    facts=(
        STATE,
        Column("sendable", "Mail is sent", kind="switch"),
        Column("return_path", "Return path", kind="code"),
        Column("tracking", "Name for links", kind="code"),
        Column("checked_at", "Checked", kind="time"),
        Column("verified_at", "Verified", kind="time"),
        Column("failing_since", "Failing since", kind="time"),
    ),
    tabs=(
        RECORDS,
        Part("Checks", lambda row: row["findings"], FINDING),
        Part(
            "DKIM keys",
            lambda row: row["dkim"],
            (Column("selector", "Selector", 130, "code"), Column("algorithm", "Algorithm", 100), Column("state", "State", 90, "badge")),
        ),
    ),
    empty="No domain yet. Mail is only sent from domains that are proven here.",
    create=Action(
        "create",
        "New domain",
        "/email/domains",
        icon="plus",
        fields=(Field("name", "Domain", required=True, placeholder="example.com"), *FIELDS),
        about="Then publish the records that are shown, and check.",
        done="Domain added: its records wait to be published",
        shows=PUBLISH,
    ),
    actions=(
        Action("check", "Check now", f"{ONE}/check", icon="refresh", done="What the DNS says", shows=CHECKED),
        Action(
            "rotate",
            "New DKIM keys",
            f"{ONE}/dkim/rotate",
            icon="key",
            done="Keys made: publish their records",
            shows=PUBLISH,
            danger=Danger("The keys of now sign until the new ones are published; nothing is lost.", FROM),
        ),
        Action("edit", "Edit", ONE, "PATCH", "edit", fields=FIELDS, edits=True, done="Domain changed"),
        removal(ONE, "Domain removed", Danger("Its keys are gone for good, and mail from it is refused.", FROM)),
    ),
)
