"""Documents' contents and backups: on the disk they are files like any other; in a bucket they stay there unless they are asked for.

Either way a backup says which, and a restore looks for every content that a row promises: what the bucket lacks and the backup
holds is put back, and what neither has is named.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from server.domain.errors import Later, Missing
from server.services import content_checks, storages
from server.store import contents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.store.contents import Content
    from server.system.file_storage import FileStorage
    from server.system.settings import Settings

Place = Literal["included", "bucket"]
MOST_NAMED: Final = 20


@dataclass(slots=True)
class Contents:
    """Where the contents of a backup are, and how many; after a restore also what became of them.

    `missing` counts those that are nowhere, `examples` names some of their records, `problem` says why the bucket could not be asked.
    """

    place: Place
    bucket: str | None
    count: int
    bytes: int
    put_back: int = 0
    missing: int = 0
    examples: list[str] = field(default_factory=list)
    problem: str | None = None


def place_of(settings: Settings, wanted: bool | None = None) -> Place:  # noqa: FBT001 - what a flag of the command or a member of a request says
    """Return where the contents of a backup will be; None is as the settings have it."""
    included = settings.backup.contents if wanted is None else wanted
    return "included" if included or settings.documents.storage == "disk" else "bucket"


def described(settings: Settings, place: Place) -> Contents:
    """Return what a backup says of its contents."""
    return Contents(place, _bucket(settings), *contents.totals())


def _bucket(settings: Settings) -> str | None:
    return settings.documents.s3_bucket if settings.documents.storage == "s3" else None


def advice(settings: Settings) -> str:
    """Return what to know of contents that stay in their bucket."""
    return (
        f"Documents' contents stay in the bucket '{settings.documents.s3_bucket}': switch its versioning on, and keep old versions for as long as"
        " backups are kept, or have them in backups by backup.contents."
    )


def files(settings: Settings) -> Iterator[tuple[str, int, Iterator[bytes]]]:
    """Yield name below the data folder, size and pieces of everything in the bucket; what goes meanwhile is passed over."""
    storage = storages.open_storage(settings)
    for kept in storage.walk():
        try:
            pieces = storage.pieces(kept.name, 0, kept.size)
        except Missing:
            continue
        yield f"{storages.FOLDER}/{kept.name}", kept.size, pieces


def settle(settings: Settings, place: Place) -> Contents:
    """Look for the contents that the open database promises, after a restore into the settings' folder; put back what the bucket lacks."""
    found = described(settings, place)
    brought = settings.folder.root / storages.FOLDER
    try:
        _look(storages.open_storage(settings), brought, found)
    except Later as error:
        found.problem = error.detail
    if found.bucket and found.problem is None:
        shutil.rmtree(brought, ignore_errors=True)
    return found


def _look(storage: FileStorage, brought: Path, found: Contents) -> None:
    there = {one.name: one.size for one in storage.walk()}
    for content in content_checks.promised():
        if there.get(content.name) == content.size:
            continue
        if found.bucket and _is_brought(brought, content):
            storage.keep(content.name, brought / content.name)
            found.put_back += 1
            continue
        found.missing += 1
        if len(found.examples) < MOST_NAMED:
            found.examples.append(content.record_id)


def _is_brought(brought: Path, content: Content) -> bool:
    path = brought / content.name
    return path.is_file() and path.stat().st_size == content.size
