"""Restoring a backup: into an empty data folder, under another name first, so that it is there whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import orjson

from server.domain.errors import Conflict, Unprocessable
from server.services import content_copies
from server.services.backups import KEY_NAME, Summary, open_backup
from server.store import copies, database, schema
from server.store.copies import Side, Tally
from server.system import master_key, settings
from server.system.paths import make_private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from server.services.backups import Opened
    from server.system.settings import Settings

    Progress = Callable[[str, int, int], None]


def restore(path: Path, target: Path, passphrase: str, progress: Progress, environ: Mapping[str, str] | None = None) -> Summary:
    """Bring a backup back as the data folder `target`, which must be empty or not there. Raises Conflict or what `open_backup` raises.

    The database is the one that the restored settings name, else a new one in the folder. `progress` is told table and rows done.
    """
    _refuse_used(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        with path.open("rb") as file:
            summary = _Restore(open_backup(file, passphrase), draft, target, progress, environ).run(path)
        if target.exists():
            target.rmdir()
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return summary


def _refuse_used(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Conflict(f"{target} is not an empty folder; a restore needs one, or a name that is not there.", code="folder_not_empty")


@dataclass(slots=True)
class _Restore:
    """One restore under way."""

    opened: Opened
    draft: Path
    target: Path
    progress: Progress
    environ: Mapping[str, str] | None
    tallies: dict[str, Tally] = field(default_factory=dict)
    files: int = 0

    def run(self, path: Path) -> Summary:
        """Write files and rows, and compare them with what the backup says it holds."""
        manifest, entries = self.opened.manifest, self.opened.entries()
        entry, content = next(entries)
        while entry["kind"] == "file":
            self._keep_piece(entry["name"], entry["from"], content)
            entry, content = next(entries)
        side = self._empty_database(manifest["migrations"])
        try:
            with side.writing():
                there = {table.name: table for table in side.tables()}
                while entry["kind"] == "rows":
                    self._insert(side, copies.fitting(entry["table"], entry["columns"], there), content)
                    entry, content = next(entries)
                while entry["kind"] == "file":
                    self._keep_piece(entry["name"], entry["from"], content)
                    entry, content = next(entries)
                side.advance_counters()
                self._compare(entry["tables"], side)
            schema.migrate()
            contents = content_copies.settle(self._settings(self.draft), manifest.get("contents", "included"))
        finally:
            side.close()
        self._place_key()
        rows = {name: tally.count for name, tally in self.tallies.items()}
        return Summary(str(path), manifest["created_at"], manifest["migrations"], rows, self.files, contents)

    def _keep_piece(self, name: str, start: int, content: bytes) -> None:
        """Write a piece of a file; the first one makes it."""
        parts = PurePosixPath(name).parts
        if not parts or parts[0] == "/" or ".." in parts:
            raise Unprocessable("The backup names a file outside the data folder.", code="backup_damaged")
        path = self.draft.joinpath(*parts)
        if not start:
            self._make_folder(path.parent)
            write_private(path, content)
            self.files += 1
            return
        with path.open("ab") as file:
            if file.tell() != start:
                raise Unprocessable("The backup has pieces of a file out of order.", code="backup_damaged")
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def _make_folder(self, folder: Path) -> None:
        if folder != self.draft and not folder.is_dir():
            self._make_folder(folder.parent)
            make_private_folder(folder)

    def _settings(self, folder: Path) -> Settings:
        return settings.load(folder, self.environ)

    def _empty_database(self, migrations: list[str]) -> Side:
        database.open_database(self._settings(self.draft).database.url, synchronous="normal")
        schema.migrate_to(migrations)
        side = copies.this_side()
        if not side.is_empty():
            side.close()
            raise Conflict("The database that the restored settings name is not empty.", code="target_not_empty")
        return side

    def _insert(self, side: Side, table: copies.Table, content: bytes) -> None:
        rows = copies.from_text(orjson.loads(content))
        side.insert(table, rows)
        tally = self.tallies.setdefault(table.name, Tally())
        tally.count += len(rows)
        self.progress(table.name, tally.count, 0)

    def _compare(self, said: dict[str, Any], side: Side) -> None:
        wanted = {name: Tally(count, digest) for name, (count, digest) in said.items()}
        self.tallies = {name: self.tallies.get(name, Tally()) for name in wanted}
        copies.refuse_differences(wanted, side)

    def _place_key(self) -> None:
        """Put the master key where the settings keep it, when that is not in the data folder itself."""
        found = self._settings(self.draft)
        if not found.crypto.master_key and not found.crypto.keyring and found.source("crypto.master_key_file") == settings.DEFAULT:
            return
        kept, holder = self.draft / KEY_NAME, master_key.locate(replace(found, data=self.target)).holder
        if holder.writable:
            holder.write(kept.read_bytes(), new=True)
        kept.unlink()
