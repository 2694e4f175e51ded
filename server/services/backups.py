"""Backups: everything an appliance is, in one encrypted file, made while serving, and brought back into an empty data folder.

Inside the archive stand entries, each a line of JSON and `size` bytes: a manifest; the master key, settings and certificate as
files; the rows of every table, as of one moment; the files that belong to them; and a last entry with count and hash of every
table, by which a restore judges itself. The form is the same for SQLite and PostgreSQL, so a backup of one can be restored into
the other. A file comes in pieces, and after the rows: what a row of that moment refers to is kept for a while when it goes.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.errors import Conflict, Missing
from server.services import content_copies, storages
from server.services.content_copies import Contents
from server.store import copies, schema
from server.store.copies import Tally
from server.system import clock, master_key
from server.system.archives import Reader, Writer
from server.system.paths import PRIVATE_FILE
from server.system.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

    from server.services.content_copies import Place
    from server.store.copies import Side, Table
    from server.system.settings import Settings

    Progress = Callable[[str, int, int], None]

FORMAT: Final = 1
KEY_NAME: Final = "master.key"
_PIECE: Final = 2**20
_PASSING: Final = frozenset({"arriving", storages.THUMBNAILS})


@dataclass(frozen=True, slots=True)
class Summary:
    """What a backup holds: rows by table, files, and where the contents of documents are."""

    file: str
    created_at: str
    migrations: list[str]
    rows: dict[str, int]
    files: int
    contents: Contents


def back_up(settings: Settings, path: Path, passphrase: str, progress: Progress, *, contents: Place | None = None) -> Summary:
    """Write a backup of this process's appliance; the file appears whole or not at all. Raises Conflict when it is there already.

    `progress` is told table, rows done, and rows in all. `contents` is as the settings have it when None.
    """
    place = contents or content_copies.place_of(settings)
    if path.exists():
        raise Conflict(f"{path} is there already; choose another name.", code="file_exists")
    created_at, side = clock.rfc3339(clock.now_ms()), copies.this_side()
    migrations = sorted(schema.applied_names())
    with _appearing(path) as file:
        writer = Writer(file, passphrase)
        _write(
            writer, {"kind": "manifest", "format": FORMAT, "program": VERSION, "created_at": created_at, "migrations": migrations, "contents": place}
        )
        files = _write_keys(writer, settings)
        with side.moment():
            tallies = {table.name: _write_table(writer, side, table, progress) for table in side.tables()}
        files += _write_files(writer, settings)
        if place == "included" and settings.documents.storage != "disk":
            files += sum(_write_pieces(writer, *content) for content in content_copies.files(settings))
        told = content_copies.described(settings, place)
        _write(writer, {"kind": "end", "tables": {name: [tally.count, tally.digest] for name, tally in tallies.items()}})
        writer.finish()
    return Summary(str(path), created_at, migrations, {name: tally.count for name, tally in tallies.items()}, files, told)


@contextmanager
def _appearing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that gets its name only when it is complete and on the disk."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _write(writer: Writer, entry: dict[str, Any], content: bytes = b"") -> None:
    writer.write(orjson.dumps({**entry, "size": len(content)}) + b"\n" + content)


def _write_keys(writer: Writer, settings: Settings) -> int:
    """Write what a restore needs first: the master key, the settings, the certificate."""
    folder = settings.folder
    document = master_key.locate(settings).holder.read()
    if document is None:
        raise Missing("There is no master key to back up.", code="master_key_missing")
    _write(writer, {"kind": "file", "name": KEY_NAME, "from": 0}, document)
    single = [folder.settings, folder.confirmation, folder.tls_certificate, folder.tls_key]
    return 1 + sum(_write_file(writer, path, path.relative_to(folder.root).as_posix()) for path in single)


def _write_files(writer: Writer, settings: Settings) -> int:
    """Write what lies below `files`, but what is only on its way in or can be made again."""
    folder = settings.folder
    stored = [path for path in sorted(folder.files.rglob("*")) if path.is_file() and not _PASSING & set(path.relative_to(folder.files).parts)]
    return sum(_write_file(writer, path, path.relative_to(folder.root).as_posix()) for path in stored)


def _write_file(writer: Writer, path: Path, name: str) -> int:
    """Write a file and return 1, or 0 when it is not there, or not any more."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return 0
    with file:
        return _write_pieces(writer, name, os.fstat(file.fileno()).st_size, iter(lambda: file.read(_PIECE), b""))


def _write_pieces(writer: Writer, name: str, size: int, pieces: Iterator[bytes]) -> int:
    """Write a file of which `size` bytes are wanted and return 1; one that grows meanwhile is cut there. Raises Conflict when it is shorter."""
    done = 0
    for piece in pieces:
        wanted = piece[: size - done]
        if wanted:
            _write(writer, {"kind": "file", "name": name, "from": done}, wanted)
        done += len(wanted)
        if done == size:
            break
    if done < size:
        raise Conflict(f"{name} was cut short while it was read; try again.", code="file_changed")
    if not size:
        _write(writer, {"kind": "file", "name": name, "from": 0})
    return 1


def _write_table(writer: Writer, side: Side, table: Table, progress: Progress) -> Tally:
    tally, total = Tally(), side.count(table.name)
    for rows in side.rows(table):
        tally.add(rows)
        _write(writer, {"kind": "rows", "table": table.name, "columns": table.columns}, orjson.dumps(rows, default=copies.bytes_as_text))
        progress(table.name, tally.count, total)
    return tally


@dataclass(slots=True)
class Opened:
    """A backup that is being read: its manifest, and its entries from the first to the last."""

    manifest: dict[str, Any]
    reader: Reader

    def entries(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Yield every entry with its content; the one that ends the backup is the last."""
        while True:
            entry = orjson.loads(self.reader.line())
            yield entry, self.reader.read(entry["size"])
            if entry["kind"] == "end":
                return


def open_backup(file: IO[bytes], passphrase: str) -> Opened:
    """Read the beginning of a backup. Raises Denied, Unprocessable, or Conflict when a newer program wrote it."""
    reader = Reader(file, passphrase)
    manifest = orjson.loads(reader.line())
    schema.refuse_newer(manifest["migrations"])
    return Opened(manifest, reader)
