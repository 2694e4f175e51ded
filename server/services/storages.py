"""The storage of documents' contents, the rules for them, and the folder for what stays on this machine; installed once at the start.

files/contents/<tenant>/…     contents, and the parts of uploads, unless an S3-compatible store has them
files/thumbnails/<tenant>/…   made when asked for, and made again when they are gone
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.errors import Bug
from server.system.file_storage import DiskStorage

if TYPE_CHECKING:
    from pathlib import Path

    from server.system.file_storage import FileStorage
    from server.system.settings import Settings
    from server.system.settings_table import Documents

CONTENTS = "contents"
FOLDER = f"files/{CONTENTS}"
"""Where contents lie below the data folder, and in a backup."""
THUMBNAILS = "thumbnails"
_installed: tuple[FileStorage, Documents, Path] | None = None


def install(settings: Settings) -> None:
    """Take the settings of this appliance; nothing is connected or made yet."""
    global _installed  # noqa: PLW0603 - the process has one storage
    _installed = (open_storage(settings), settings.documents, settings.folder.files)


def open_storage(settings: Settings) -> FileStorage:
    """Return the storage that the settings name; nothing is connected or made yet."""
    if settings.documents.storage == "disk":
        return DiskStorage(settings.folder.files / CONTENTS)
    from server.outbound.object_storage import ObjectStorage

    return ObjectStorage(settings.documents)


def _parts() -> tuple[FileStorage, Documents, Path]:
    if _installed is None:
        message = "no storage is installed"
        raise Bug(message)
    return _installed


def storage() -> FileStorage:
    """Return where contents are kept. Raises Bug before `install`."""
    return _parts()[0]


def rules() -> Documents:
    """Return how much content of which types is taken, and who looks at it."""
    return _parts()[1]


def files() -> Path:
    """Return the folder of this machine's files."""
    return _parts()[2]


def is_installed() -> bool:
    """Tell whether this process has a storage."""
    return _installed is not None
