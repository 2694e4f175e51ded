"""Records in and out: imports with a dry run and the refused rows, exports, and every job that is under way."""

from __future__ import annotations

from typing import Final

from app.models.columns import Column
from app.pages.export_wizard import ExportWizard
from app.pages.exporting import CONTENT
from app.pages.import_wizard import ImportWizard
from app.pages.importing import ERRORS
from app.pages.resources import RESOURCES
from app.pages.specs import Action, Count, Danger, Document, ListView, PageSpec, Row, Tab

PROGRESS: Final = (
    Column("state", "State", 110, "badge"),
    Column("done", "Done", 90, "number"),
    Column("total", "Of", 90, "number"),
    Column("created_at", "Begun", 120, "time"),
    Column("finished_at", "Finished", 120, "time"),
)
RUNNING: Final = ("pending", "running")


def wrote(row: Row) -> bool:
    """Tell whether an import has ended and left something behind."""
    counts = row["counts"]
    return row["state"] not in RUNNING and not counts.get("dry_run") and bool(counts.get("created") or counts.get("updated"))


UNDO: Final = Action(
    "undo",
    "Take back",
    "/imports/{id}/undo",
    icon="replay",
    done="Import taken back",
    job=True,
    when=wrote,
    danger=Danger(
        "Records that it made are deleted, those it changed are as they were before. What somebody changed since is kept.",
        (
            Count("records made", "/imports/{id}", "counts.created"),
            Count("records changed", "/imports/{id}", "counts.updated"),
        ),
        typed="file_name",
    ),
)
CHANGE: Final = (
    Column("line", "Line", 60, "number"),
    Column("record", "Kind", 90, "badge"),
    Column("act", "Act", 90, "badge"),
    Column("outcome", "Taken back", 100, "badge", tones={"kept": "warning"}),
    Column("id", "Id", 200, "code"),
)

IMPORTS: Final = ListView(
    label="Imports",
    path="/imports",
    name="file_name",
    object="imp",
    columns=(Column("file_name", "File", 220), Column("resource", "Into", 120, words=RESOURCES), *PROGRESS),
    tabs=(
        Document("What became of the rows", "counts"),
        Tab("Changes", "/imports/{id}/changes", CHANGE),
        Document("Findings", "findings"),
        Document("Everything"),
    ),
    empty="Nothing was imported yet. A dry run judges every row of a file before anything is written.",
    live=True,
    create=Action("import", "Import a file", "/imports", icon="upload", dialog=ImportWizard),
    actions=(
        ERRORS,
        UNDO,
        Action("cancel", "Stop", "/imports/{id}/cancel", icon="ban", done="Import stopped", when=lambda row: row["state"] in RUNNING),
    ),
)

EXPORTS: Final = ListView(
    label="Exports",
    path="/exports",
    name="resource",
    object="exp",
    columns=(Column("resource", "What", 160, words=RESOURCES), Column("format", "Format", 90, "badge"), *PROGRESS),
    tabs=(Document("Everything"),),
    empty="Nothing was exported yet.",
    live=True,
    create=Action("export", "Export records", "/exports", icon="download", dialog=ExportWizard),
    actions=(
        CONTENT,
        Action("cancel", "Stop", "/exports/{id}/cancel", icon="ban", done="Export stopped", when=lambda row: row["state"] in RUNNING),
    ),
)

JOBS: Final = ListView(
    label="Jobs",
    path="/jobs",
    name="kind",
    object="job",
    columns=(Column("kind", "Kind", 200, "badge"), *PROGRESS),
    tabs=(Document("Result", "result"), Document("Everything")),
    empty="No job yet. Long work runs as a job, so nothing here ever waits for it.",
    live=True,
    actions=(
        Action(
            "cancel",
            "Stop",
            "/jobs/{id}/cancel",
            icon="ban",
            done="Job stopped",
            when=lambda row: row["state"] in RUNNING,
            danger=Danger("What it has done stays done.", (Count("done", "/jobs/{id}", "done"), Count("of", "/jobs/{id}", "total")), typed="kind"),
        ),
    ),
)

PAGE: Final = PageSpec(
    "transfers", "Import and export", "upload", "Contents", "Records in and out, and the long work that is under way.", (IMPORTS, EXPORTS, JOBS)
)
