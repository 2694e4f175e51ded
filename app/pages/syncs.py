"""Synchronising with vendors: runs with their progress, records that were set aside, and conflicts that a person decides."""

from __future__ import annotations

from typing import Any, Final

from app.models.columns import Column
from app.pages.specs import Action, Count, Danger, Document, ListView, Of, Outcome, Part
from app.widgets.fields import Field

OWNER: Final = Of("Installation", "/installations")
MODES: Final = {"incremental": "What changed", "full": "Everything", "deletes_only": "Deleted records only", "dry_run": "Dry run: write nothing"}
MODE: Final = Field("mode", "How much", "choice", required=True, choices=MODES, default="incremental")
STATE: Final = Column("state", "State", 120, "badge", tones={"succeeded_with_warnings": "warning", "waiting": "warning"})
SYNC: Final = (
    Column("kind", "Kind", 100),
    STATE,
    Column("done", "Done", 80, "number"),
    Column("created_at", "Begun", 110, "time"),
)
SYNCS: Final = ListView(
    label="Syncs",
    path="/installations/{of}/syncs",
    name="kind",
    object="syn",
    of=OWNER,
    columns=(
        Column("kind", "Kind", 130),
        STATE,
        Column("cause", "Begun by", 110),
        Column("done", "Done", 90, "number"),
        Column("total", "Of", 90, "number"),
        Column("eta_seconds", "Seconds left", 90, "number"),
        Column("created_at", "Begun", 120, "time"),
        Column("finished_at", "Finished", 120, "time"),
    ),
    facts=(
        STATE,
        Column("error.detail", "Because"),
        Column("cause", "Begun by"),
        Column("done", "Done", kind="number"),
        Column("total", "Of", kind="number"),
        Column("eta_seconds", "Seconds left", kind="number"),
        Column("started_at", "Started", kind="time"),
        Column("finished_at", "Finished", kind="time"),
    ),
    tabs=(Document("What became of the records", "counts"), Document("Done otherwise, and why", "notes"), Document("Everything")),
    empty="Nothing was synchronised yet.",
    live=True,
)

TRIED: Final = (Count("attempts", "", "attempts"), Count("records set aside", "/installations/{installation_id}/quarantine"))
ASIDE: Final = "/installations/{installation_id}/quarantine/{id}"
QUARANTINE: Final = ListView(
    label="Quarantine",
    path="/installations/{of}/quarantine",
    name="external_id",
    object="qua",
    of=OWNER,
    columns=(
        Column("resource", "Resource", 110),
        Column("direction", "Direction", 90, "badge"),
        Column("external_id", "At the vendor", 150, "code"),
        Column("reason", "Because", 300),
        Column("attempts", "Attempts", 80, "number"),
        Column("updated_at", "Last tried", 120, "time"),
    ),
    facts=(
        Column("reason", "Because"),
        Column("code", "Code", kind="code"),
        Column("resource", "Resource"),
        Column("direction", "Direction", kind="badge"),
        Column("external_id", "At the vendor", kind="code"),
        Column("record_id", "Here", kind="code"),
        Column("attempts", "Attempts", kind="number"),
        Column("created_at", "Set aside", kind="time"),
    ),
    tabs=(Document("Record", "payload"), Document("Everything")),
    empty="No record was set aside: everything that came was understood.",
    actions=(
        Action("retry", "Try again", f"{ASIDE}/retry", icon="replay", done="Tried again", bulk=True),
        Action(
            "retry_all",
            "Try the oldest 200 again",
            "/installations/{installation_id}/quarantine/retry",
            icon="replay",
            done="Tried again",
            shows=Outcome(
                (
                    Column("retried", "Tried", kind="number"),
                    Column("released", "Now in order", kind="number"),
                    Column("remaining", "Still aside", kind="number"),
                )
            ),
        ),
        Action(
            "discard",
            "Discard",
            ASIDE,
            "DELETE",
            "trash",
            done="Discarded",
            bulk=True,
            danger=Danger("What the vendor sent is forgotten. It comes again when it is changed there.", TRIED, typed="id"),
        ),
    ),
)


def sides(conflict: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the fields of a conflict: what each was, what it is here, and what it is at the vendor."""
    base, local, remote = (conflict[side] or {} for side in ("base", "local", "remote"))
    return [{"id": name, "base": base.get(name), "local": local.get(name), "remote": remote.get(name)} for name in conflict["fields"]]


DECISION: Final = "/installations/{installation_id}/conflicts/{id}/decide"
CONFLICTS: Final = ListView(
    label="Conflicts",
    path="/installations/{of}/conflicts",
    name="external_id",
    object="cfl",
    of=OWNER,
    columns=(
        Column("resource", "Resource", 110),
        Column("kind", "Kind", 90, "badge"),
        Column("fields", "Fields", 220, "list"),
        Column("external_id", "At the vendor", 160, "code"),
        Column("record_id", "Here", 220, "code"),
        Column("created_at", "Since", 120, "time"),
    ),
    tabs=(
        Part(
            "Both sides",
            sides,
            (Column("id", "Field", 100), Column("local", "Here", 130), Column("remote", "At the vendor", 130), Column("base", "Before", 100)),
        ),
        Document("Everything"),
    ),
    empty="Nothing to decide: both sides agree.",
    actions=(
        Action(
            "remote",
            "Take the vendor's side",
            DECISION,
            icon="download",
            body={"choice": "remote"},
            done="Decided: the vendor's side holds",
            bulk=True,
        ),
        Action("local", "Keep ours", DECISION, icon="upload", body={"choice": "local"}, done="Decided: ours holds", bulk=True),
    ),
)
