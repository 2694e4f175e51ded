"""Files on this machine and in the storage that belong to somebody: swept when nobody refers to them any more.

Below `files/` every kind of file has a folder, and in it every tenant one of its own, named by its id. So the files of a tenant
that is gone can be found on every host, whoever deleted it and wherever that was cut off.
"""

from __future__ import annotations

import shutil
from itertools import islice
from typing import TYPE_CHECKING, Final

from server.services import contents, storages, thumbnails
from server.store import contents as rows
from server.store import database, tenants, uploads
from server.system import clock, ids, logs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from server.system.file_storage import Kept

ORPHAN_MS: Final = 86_400_000
"""How old a file has to be before it is missed by nobody: an upload under way may take so long."""
_BATCH: Final = 200
log = logs.get_logger()


def remove(tenant_id: str) -> None:
    """Remove every file of a tenant. Raises Later when the storage is away; a process without files has nothing to remove."""
    if storages.is_installed():
        for folder in _folders():
            if folder.name == tenant_id:
                shutil.rmtree(folder, ignore_errors=True)
        storages.storage().remove_all(tenant_id)


def _folders() -> Iterator[Path]:
    """Yield every folder that is a tenant's."""
    return (folder for folder in storages.files().glob("*/ten_*") if folder.is_dir() and ids.is_id("ten", folder.name))


def sweep(stopping: Callable[[], bool] = lambda: False) -> dict[str, int]:
    """Remove what belongs to nobody any more, and return how much: of tenants that are gone, uploads that never ended, discarded contents."""
    return {
        "tenants": _sweep_tenants(),
        "arriving": _sweep_arriving(),
        "uploads": _sweep_uploads(stopping),
        "contents": _sweep_contents(stopping),
    }


def _sweep_tenants() -> int:
    gone = [folder for folder in _folders() if tenants.find(folder.name) is None]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return len(gone)


def _sweep_arriving() -> int:
    before = (clock.now_ms() - ORPHAN_MS) / 1000
    old = [path for path in storages.files().glob("**/arriving/*") if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _sweep_uploads(stopping: Callable[[], bool]) -> int:
    count = 0
    while not stopping() and (found := uploads.expired(clock.now_ms(), _BATCH)):
        for upload in found:
            storages.storage().remove_all(upload.folder)
            with database.transaction():
                uploads.delete(upload.tenant_id, upload.mode, upload.id)
        count += len(found)
    return count


def _sweep_contents(stopping: Callable[[], bool]) -> int:
    """Remove the files of contents that were discarded a while ago, each before its row."""
    count = 0
    while not stopping() and (found := rows.discarded(clock.now_ms() - contents.KEPT_MS, _BATCH)):
        for content in found:
            storages.storage().remove(content.name)
            thumbnails.forget(content)
            with database.transaction():
                rows.delete(content.tenant_id, content.id)
        count += len(found)
    return count


def sweep_orphans(stopping: Callable[[], bool] = lambda: False) -> int:
    """Remove files that no row refers to, once they are old enough that their row would be there; returns how many."""
    before, count = clock.now_ms() - ORPHAN_MS, 0
    old = (one for one in storages.storage().walk() if one.modified_ms < before)
    while not stopping() and (batch := list(islice(old, _BATCH))):
        for orphan in _unknown(batch):
            log.info("orphan_removed", name=orphan.name, size=orphan.size)
            storages.storage().remove(orphan.name)
            count += 1
    return count


def _unknown(batch: list[Kept]) -> list[Kept]:
    """Return the files of a batch that belong to no row: contents are named by theirs, parts lie in a folder named by their upload's."""
    names = {one.name: one.name.split("/") for one in batch}
    known = rows.known([parts[-1] for parts in names.values()]) | uploads.known([parts[-2] for parts in names.values() if len(parts) > 1])
    return [one for one in batch if not known & set(names[one.name][-2:])]
