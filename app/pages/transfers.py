"""Records in and out: imports with a dry run and the refused rows, exports, and every job that is under way."""

from __future__ import annotations

from typing import Final

from app.models.columns import Column
from app.pages.records import RESOURCE
from app.pages.specs import Action, Danger, Document, ListView, PageSpec
from app.widgets.fields import Field

PROGRESS: Final = (
    Column("state", "State", 110, "badge"),
    Column("done", "Done", 90, "number"),
    Column("total", "Of", 90, "number"),
    Column("created_at", "Begun", 120, "time"),
    Column("finished_at", "Finished", 120, "time"),
)
RUNNING: Final = ("pending", "running")

IMPORTS: Final = ListView(
    label="Imports",
    path="/imports",
    name="file_name",
    object="imp",
    columns=(Column("file_name", "File", 220), Column("resource", "Into", 120), *PROGRESS),
    tabs=(Document("What became of the rows", "counts"), Document("Findings", "findings"), Document("Everything")),
    empty="Nothing was imported yet. A dry run judges every row of a file before anything is written.",
    live=True,
    create=Action(
        "import",
        "Import a file",
        "/imports",
        icon="upload",
        fields=(
            RESOURCE,
            Field("file", "File", "file", required=True, help="CSV, XLSX, JSON lines or XML; columns are matched by their names."),
            Field("dry_run", "Dry run", "switch", default=True, placeholder="Dry run: judge every row and write nothing"),
            Field("match", "A row is about the record with the same", placeholder="email"),
            Field(
                "on_match",
                "When it is there already",
                "choice",
                choices={"update": "Change it", "skip": "Leave it", "error": "Refuse the row"},
                default="update",
            ),
            Field("create_companies", "Companies", "switch", placeholder="Create companies that are named and not there yet"),
            Field("mapping", "Columns", "json", placeholder='{"Mail": "email"}', help="Empty: the surest suggestions."),
        ),
        done="Import begun",
        uploads=True,
        job=True,
    ),
    actions=(
        Action("errors", "Keep the refused rows", "/imports/{id}/errors", "GET", "download", file="refused-{id}.csv", done="Refused rows kept"),
        Action("cancel", "Stop", "/imports/{id}/cancel", icon="ban", done="Import stopped", when=lambda row: row["state"] in RUNNING),
    ),
)

EXPORTS: Final = ListView(
    label="Exports",
    path="/exports",
    name="resource",
    object="exp",
    columns=(Column("resource", "What", 160), Column("format", "Format", 90, "badge"), *PROGRESS),
    tabs=(Document("Everything"),),
    empty="Nothing was exported yet.",
    live=True,
    create=Action(
        "export",
        "Export records",
        "/exports",
        icon="download",
        fields=(
            RESOURCE,
            Field("format", "Format", "choice", required=True, choices=("csv", "xlsx", "jsonl", "xml", "pdf"), default="csv"),
            Field("fields", "Fields", placeholder="id,email", help="Empty: all of them."),
            Field("filter", "Filter", "json", placeholder='{"email": {"null": false}}'),
        ),
        done="Export begun",
        job=True,
    ),
    actions=(
        Action(
            "content",
            "Keep the file",
            "/exports/{id}/content",
            "GET",
            "download",
            file="{resource}.{format}",
            done="File kept",
            when=lambda row: row["state"] == "succeeded",
        ),
        Action("cancel", "Stop", "/exports/{id}/cancel", icon="ban", done="Export stopped", when=lambda row: row["state"] in RUNNING),
    ),
)

JOBS: Final = ListView(
    label="Jobs",
    path="/jobs",
    name="kind",
    object="job",
    columns=(Column("kind", "Kind", 200), *PROGRESS),
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
            danger=Danger("What it has done stays done.", typed="kind"),
        ),
    ),
)

PAGE: Final = PageSpec(
    "transfers", "Import and export", "upload", "Contents", "Records in and out, and the long work that is under way.", (IMPORTS, EXPORTS, JOBS)
)
