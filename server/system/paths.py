"""The data folder: where each thing lies in it, and who may look: mode 700 for what is made here, mode 600 for keys.

    junction.toml        settings               master.key           the keys of every stored secret
    junction.sqlite3     rows                   recovery.confirmed   which recovery code its owner has typed back
    queue.sqlite3        wake-ups, and its bell tls/                 the self-signed certificate and its key
    files/               documents, uploads     run/                 sockets and process ids of what runs now
    backups/             made by schedule

Modes are checked on POSIX only; on Windows the folder inherits the access list of the user's profile.
"""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from server.domain.errors import Denied

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEFAULT_FOLDER: Final = "junction-data"
PRIVATE_FOLDER: Final = 0o700
PRIVATE_FILE: Final = 0o600
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Folder:
    """Names inside one data folder; making a value touches no disk."""

    root: Path

    @property
    def settings(self) -> Path:
        """The settings file, which need not exist."""
        return self.root / "junction.toml"

    @property
    def database(self) -> Path:
        """The embedded database, unless `database.url` names another."""
        return self.root / "junction.sqlite3"

    @property
    def queue(self) -> Path:
        """The embedded queue, unless `queue.url` names another."""
        return self.root / "queue.sqlite3"

    @property
    def master_key(self) -> Path:
        """The key file, unless `crypto.master_key_file` names another."""
        return self.root / "master.key"

    @property
    def confirmation(self) -> Path:
        """The note of which recovery code was confirmed."""
        return self.root / "recovery.confirmed"

    @property
    def tls_certificate(self) -> Path:
        """The self-signed certificate."""
        return self.root / "tls" / "certificate.pem"

    @property
    def tls_key(self) -> Path:
        """The key of the self-signed certificate."""
        return self.root / "tls" / "key.pem"

    @property
    def files(self) -> Path:
        """Documents and uploads."""
        return self.root / "files"

    @property
    def backups(self) -> Path:
        """Backups made by schedule."""
        return self.root / "backups"

    @property
    def run(self) -> Path:
        """Sockets and process ids of what runs now; may be emptied when nothing runs."""
        return self.root / "run"

    def prepare(self) -> None:
        """Make the folder and its fixed subfolders, mode 700; one that exists keeps the mode its owner gave it."""
        for folder in (self.root, self.files, self.run):
            make_private_folder(folder)


def data_folder(chosen: str | os.PathLike[str] | None, environ: Mapping[str, str] | None = None) -> Folder:
    """Return the data folder for `--data`, else for $JUNCTION_DATA, else ./junction-data."""
    environ = os.environ if environ is None else environ
    return Folder(Path(chosen or environ.get("JUNCTION_DATA") or DEFAULT_FOLDER).absolute())


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter, with its parents; leave one that exists as it is."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=PRIVATE_FOLDER)
    except FileExistsError:
        return
    # mkdir's mode is subject to the umask, which may take rights from the owner as well.
    folder.chmod(PRIVATE_FOLDER)


def require_private(path: Path) -> None:
    """Refuse a file that group or world may touch. Raises Denied (`file_not_private`), saying how to mend it."""
    if os.name == "posix" and path.stat().st_mode & OTHERS:
        detail = f"{path} can be read or changed by others; run: chmod 600 {path}"
        raise Denied(detail, code="file_not_private")


def write_private(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Write a file of mode 600 whole or not at all, surviving a power cut. Raises FileExistsError unless it may `replace`."""
    make_private_folder(path.parent)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            Path(name).replace(path)
        else:
            # A hard link refuses to overwrite, in one step: of two first starts at once, one wins.
            os.link(name, path)
    finally:
        Path(name).unlink(missing_ok=True)
    sync_folder(path.parent)


@contextmanager
def exclusively(folder: Path) -> Iterator[None]:
    """Hold a folder's lock, waiting for it; a process that dies lets go. Only POSIX locks folders: elsewhere nothing is held."""
    if os.name != "posix":
        yield
        return
    import fcntl  # not there on Windows

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Put a rename on the disk; only POSIX lets a folder be opened for that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
