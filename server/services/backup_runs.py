"""Backups on demand and by schedule: a request writes a row, a worker makes the encrypted file in the data folder's `backups`.

At most one is open at a time. A file lies on the host whose worker made it, so that is where it is downloaded and removed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from server.domain.errors import Conflict, JunctionError, Missing, Unprocessable
from server.services import backups, content_copies, events, pages, wakes
from server.services.content_copies import Place
from server.services.tenants import require_operator
from server.store import backup_runs, database
from server.system import clock, ids
from server.system.paths import make_private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.domain.actor import Actor
    from server.store.tables import Row
    from server.system.settings import Settings

MEDIA_TYPE: Final = "application/octet-stream"
HOUR_MS: Final = 3_600_000
ABANDONED_AFTER_MS: Final = 6 * HOUR_MS
_PIECE: Final = 256 * 1024


class BackupView(BaseModel):
    """A backup. `rows` and `files` are what it holds; `restore` is the command that brings it back on an empty data folder.

    `contents` says whether documents' contents are included or stay in the bucket that they lie in; `advice` is what to do then.
    """

    id: str
    object: str
    cause: Literal["manual", "schedule"]
    contents: Place
    advice: str | None
    state: Literal["pending", "running", "completed", "failed"]
    file: str | None
    bytes: int | None
    rows: int | None
    files: int | None
    detail: str | None
    restore: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None


class NewBackup(BaseModel):
    """What a backup is to hold."""

    model_config = ConfigDict(extra="forbid")

    contents: Annotated[
        bool | None,
        Field(description="Whether documents' contents that lie in a bucket are included; as backup.contents has it when left out.", examples=[True]),
    ] = None


def create(actor: Actor, settings: Settings, body: NewBackup) -> dict[str, Any]:
    """Have a backup made. Raises Unprocessable without a passphrase, Conflict while another is open."""
    require_operator(actor)
    if not settings.backup.passphrase:
        raise Unprocessable("A backup needs a passphrase: set backup.passphrase and keep it elsewhere too.", code="passphrase_missing")
    with database.transaction():
        row = _added("manual", content_copies.place_of(settings, body.contents))
        if row is None:
            raise Conflict("A backup is being made already.", code="backup_under_way")
        events.record_audit(actor, "backup.created", row["id"])
    wakes.backups()
    return shown(row, settings)


def _added(cause: str, contents: Place) -> Row | None:
    row = {"id": ids.new_id("bkp"), "cause": cause, "contents": contents, "state": "pending", "created_at": clock.now_ms()}
    return {**dict.fromkeys(backup_runs.TABLE.columns), **row} if backup_runs.insert(row) else None


def list_page(actor: Actor, settings: Settings, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of backups, the newest first, and the cursor of the next."""
    require_operator(actor)
    found, following = pages.page("backups", cursor, limit, backup_runs.page)
    return [shown(row, settings) for row in found], following


def get(actor: Actor, settings: Settings, run_id: str) -> dict[str, Any]:
    """Return a backup. Raises Missing."""
    require_operator(actor)
    return shown(_find(run_id), settings)


def content(actor: Actor, run_id: str, settings: Settings) -> tuple[Iterator[bytes], str, str]:
    """Return the file of a backup piece by piece, its name and its type. Raises Missing, or Conflict before it is complete."""
    require_operator(actor)
    row = _find(run_id)
    if row["state"] != "completed":
        raise Conflict(f"This backup is {row['state']}; its file is there once it is completed.", code="backup_not_complete", retry_after=1)
    path = settings.folder.backups / row["file"]
    if not path.exists():
        raise Missing("The file of this backup lies on another host, or was taken away.", code="file_missing")
    with database.transaction():
        events.record_audit(actor, "backup.downloaded", run_id)
    return _pieces(path), row["file"], MEDIA_TYPE


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def remove(actor: Actor, run_id: str, settings: Settings) -> None:
    """Remove a backup and its file. Raises Missing, or Conflict while it is being made."""
    require_operator(actor)
    with database.transaction():
        row = _find(run_id)
        if row["state"] == "running":
            raise Conflict("This backup is being made.", code="backup_under_way")
        _discard(row, settings)
        events.record_audit(actor, "backup.deleted", run_id)


def make_due(settings: Settings) -> None:
    """Make the backup that was asked for, or the one that is due by schedule, and take the oldest of the schedule away."""
    with database.transaction():
        lost = {"state": "failed", "detail": "The worker ended while it was made.", "finished_at": clock.now_ms()}
        backup_runs.abandon(clock.now_ms() - ABANDONED_AFTER_MS, lost)
        if _is_due(settings):
            _added("schedule", content_copies.place_of(settings))
        row = backup_runs.take(clock.now_ms())
    if row is None:
        return
    change = _made(row, settings)
    with database.transaction():
        backup_runs.finish(row["id"], {**change, "finished_at": clock.now_ms()})
        for old in backup_runs.superseded("schedule", settings.backup.keep):
            _discard(old, settings)


def _is_due(settings: Settings) -> bool:
    every = settings.backup.every_hours * HOUR_MS
    last = backup_runs.newest("schedule")
    return bool(every and settings.backup.passphrase) and (last is None or clock.now_ms() - int(last["created_at"]) >= every)


def _made(row: Row, settings: Settings) -> dict[str, Any]:
    """Make the file; returns how the run ended."""
    name = f"{clock.rfc3339(row['created_at'])[:19].replace(':', '')}-{row['id']}.backup"
    path = settings.folder.backups / name
    try:
        make_private_folder(path.parent)
        summary = backups.back_up(settings, path, settings.backup.passphrase, lambda _table, _done, _total: None, contents=row["contents"])
    except (JunctionError, OSError) as error:
        return {"state": "failed", "detail": str(error)}
    return {"state": "completed", "file": name, "bytes": path.stat().st_size, "rows": sum(summary.rows.values()), "files": summary.files}


def _discard(row: Row, settings: Settings) -> None:
    if row["file"]:
        (settings.folder.backups / row["file"]).unlink(missing_ok=True)
    backup_runs.delete(row["id"])


def _find(run_id: str) -> Row:
    row = backup_runs.find(run_id)
    if row is None:
        raise Missing(f"There is no backup '{run_id}'.")
    return row


def shown(row: Row, settings: Settings) -> dict[str, Any]:
    """Return a backup in its wire form."""
    times = {name: None if row[name] is None else clock.rfc3339(row[name]) for name in ("created_at", "started_at", "finished_at")}
    restore = f"junction restore {row['file']} --data DIR --passphrase-file FILE" if row["file"] else None
    advice = content_copies.advice(settings) if row["contents"] == "bucket" else None
    return {**row, "object": "backup", "advice": advice, "restore": restore, **times}
