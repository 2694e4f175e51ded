"""Duplicates: records that look like one, merged after a person has compared them, and every merge with its way back."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from app.models.columns import Column
from app.pages.merge_dialog import MergeDialog
from app.pages.specs import Action, ListView, PageSpec, Part

REASONS: Final = {
    "same_email": "same e-mail address",
    "same_domain": "same domain",
    "same_name_and_company": "same name at the same company",
    "same_phone": "same phone number",
    "same_company_name": "same company name",
}
SHOWN: Final = (
    Column("who", "Records", 320, "list"),
    Column("reasons", "Because", 240, "list", words=REASONS),
    Column("score", "Certainty", 90, "share"),
    Column("count", "How many", 90, "number"),
)


def grouped(group: dict[str, Any]) -> dict[str, Any]:
    """Return a group as a row: it is called by its records, and told from others by the first of them."""
    records = group["records"]
    who = [str(row.get("name") or " ".join(row[part] for part in ("first_name", "last_name") if row.get(part)) or row["id"]) for row in records]
    return {**group, "id": records[0]["id"], "who": who, "name": who[0]}


def groups(resource: str, label: str, columns: tuple[Column, ...]) -> ListView:
    """Return the view of what looks like one among the records of a kind."""
    return ListView(
        label=label,
        path=f"/{resource}/duplicates",
        columns=SHOWN,
        tabs=(Part("Records", lambda row: row["records"], columns),),
        empty="No two of them look like one. Records with the same address, domain, phone number or name would stand here.",
        prepared=grouped,
        actions=(Action("merge", "Compare and merge", f"/{resource}/{{id}}/merge", icon="copy", dialog=partial(MergeDialog, resource)),),
    )


def merges(resource: str, label: str) -> ListView:
    """Return the view of the merges of a kind of record."""
    return ListView(
        label=label,
        path=f"/{resource}/merges",
        name="record_id",
        object="mrg",
        columns=(
            Column("record_id", "Stays", 240, "code", names=f"/{resource}"),
            Column("duplicates", "Merged into it", 300, "list", names=f"/{resource}"),
            Column("moved", "Records that moved", 130, "count"),
            Column("created_at", "At", 120, "time"),
            Column("undone_at", "Taken back", 120, "time"),
        ),
        empty="Nothing was merged yet.",
        actions=(
            Action(
                "undo",
                "Take back",
                f"/{resource}/{{record_id}}/unmerge",
                icon="replay",
                body={"merge_id": "{id}"},
                done="Merge taken back",
                when=lambda row: not row["undone_at"],
            ),
        ),
    )


PERSON: Final = (Column("first_name", "First name", 90), Column("last_name", "Last name", 90), Column("email", "E-mail", 180))
PAGE: Final = PageSpec(
    "duplicates",
    "Duplicates",
    "copy",
    "Contents",
    "Records that look like one: compared side by side, merged, and taken back where that was wrong.",
    (
        groups("contacts", "Contacts", PERSON),
        groups("companies", "Companies", (Column("name", "Name", 180), Column("domain", "Domain", 150, "code"))),
        merges("contacts", "Merged contacts"),
        merges("companies", "Merged companies"),
    ),
)
