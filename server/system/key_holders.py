"""Where a key document can be kept: a file of mode 600, the operating system's keyring, or a setting, which cannot be written.

`stamp` changes when the document may have changed, and is cheap enough to be asked every second.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from server.domain.errors import Conflict, Denied
from server.system.paths import require_private, write_private

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

SERVICE: Final = "junction"


class Holder(Protocol):
    """A place for one key document."""

    place: str
    writable: bool

    def read(self) -> bytes | None:
        """Return the document, None when there is none yet."""

    def write(self, document: bytes, *, new: bool = False) -> None:
        """Keep the document, surviving a power cut; with `new`, raise Conflict rather than overwrite one."""

    def stamp(self) -> object:
        """Return something that differs after a change by another process."""


class FileHolder:
    """A file that only its owner may touch."""

    writable = True

    def __init__(self, path: Path) -> None:
        """Keep the document at `path`."""
        self.path = path
        self.place = str(path)

    def read(self) -> bytes | None:
        """Return the document. Raises Denied when others may touch the file."""
        if not self.path.exists():
            return None
        require_private(self.path)
        return self.path.read_bytes()

    def write(self, document: bytes, *, new: bool = False) -> None:
        """Replace the file in one step."""
        try:
            write_private(self.path, document, replace=not new)
        except FileExistsError:
            raise _taken(self.place) from None

    def stamp(self) -> object:
        """Return when the file was last replaced."""
        return file_stamp(self.path)


class KeyringHolder:
    """The operating system's keyring, under the name of the data folder; its stamp is that of the confirmation note."""

    writable = True

    def __init__(self, account: str, note: Path) -> None:
        """Keep the document under `account`; `note` is the file that is rewritten with every change of it."""
        self.account = account
        self.note = note
        self.place = f"this system's keyring ({SERVICE}, {account})"

    def read(self) -> bytes | None:
        """Return the document."""
        with _opened_keyring() as keyring:
            document = keyring.get_password(SERVICE, self.account)
        return None if document is None else document.encode()

    def write(self, document: bytes, *, new: bool = False) -> None:
        """Store the document; the caller holds the data folder's lock."""
        if new and self.read() is not None:
            raise _taken(self.place)
        with _opened_keyring() as keyring:
            keyring.set_password(SERVICE, self.account, document.decode())

    def stamp(self) -> object:
        """Return when the note was last replaced; asking the keyring itself would take milliseconds."""
        return file_stamp(self.note)


class SettingHolder:
    """A document that the operator keeps elsewhere and hands in as `crypto.master_key`."""

    writable = False
    place = "the setting crypto.master_key"

    def __init__(self, value: str) -> None:
        """Hold what the setting says."""
        self.value = value

    def read(self) -> bytes | None:
        """Return what the setting says."""
        return self.value.encode()

    def write(self, document: bytes, *, new: bool = False) -> None:  # noqa: ARG002 - the protocol's signature
        """Refuse: only the operator can change the setting."""
        detail = "The master key comes from the setting crypto.master_key; change it where it is kept."
        raise Denied(detail, code="master_key_read_only")

    def stamp(self) -> object:
        """Return None: a setting does not change while it runs."""
        return None


def file_stamp(path: Path) -> object:
    """Return what tells two versions of a file apart, None when it is not there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


@contextmanager
def _opened_keyring() -> Iterator[ModuleType]:
    import keyring  # 70 ms and a bus connection that few installations need
    from keyring.errors import KeyringError

    try:
        yield keyring
    except KeyringError as error:
        detail = f"This system's keyring cannot be used ({error}); set crypto.keyring to false to keep the key in a file."
        raise Denied(detail, code="keyring_unavailable") from error


def _taken(place: str) -> Conflict:
    return Conflict(f"There is a master key already in {place}.", code="master_key_exists")
