"""A backup says where documents' contents are, and a restore looks for every one of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import system_actor
from server.domain.errors import Later
from server.main.commands.copying import of_contents
from server.services import backup_runs, backups, contents, demo, doctor, records, restores, setup, storages
from server.services.backup_runs import NewBackup
from server.services.contents import Arrived
from server.store import database
from server.system import archives, settings
from server.system.file_storage import DiskStorage
from server.system.settings import Settings
from tests.peers.s3 import Bucket

PASSPHRASE = "correct horse battery staple"
WORDS = b"words of a drawing" * 50_000


def quiet(_table: str, _done: int, _total: int) -> None:
    """Hear of progress and say nothing."""


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(archives.Writer.__init__, "__defaults__", ((10, 8, 1),))
    monkeypatch.setattr(storages, "_installed", None)
    yield
    database.close()


def opened(folder: Path, bucket: Bucket | None = None) -> tuple[Settings, str]:
    """Return the settings of a new appliance whose contents lie on the disk or in a bucket, and the id of a document with content."""
    named = {f"JUNCTION_{name.upper()}": str(value) for name, value in (bucket.settings() if bucket else {}).items()}
    found = settings.load(folder, {**named, "JUNCTION_BACKUP__PASSPHRASE": PASSPHRASE})
    setup.first_start(found, "operator@example.com")
    storages.install(found)
    actor = system_actor(demo.open_tenant("standard").id)
    document = records.create(actor, contents.documents(), {"name": "Drawing"})
    (folder / "arrived").write_bytes(WORDS)
    contents.put(
        actor, contents.documents(), document["id"], Arrived(folder / "arrived", len(WORDS), hashlib.sha256(WORDS).hexdigest(), "a.txt", "text/plain")
    )
    return found, document["id"]


def environment(bucket: Bucket) -> dict[str, str]:
    """Return what makes a restored appliance use a bucket."""
    return {f"JUNCTION_{name.upper()}": str(value) for name, value in bucket.settings().items()}


def in_file(path: Path) -> list[str]:
    """Return the names of the contents that a backup holds."""
    with path.open("rb") as file:
        entries = list(backups.open_backup(file, PASSPHRASE).entries())
    return sorted({entry["name"] for entry, _ in entries if entry["kind"] == "file" and entry["name"].startswith(f"{storages.FOLDER}/")})


def test_contents_on_the_disk_are_always_included_and_looked_for(tmp_path: Path) -> None:
    found, _ = opened(tmp_path / "data")
    made = backups.back_up(found, tmp_path / "b", PASSPHRASE, quiet)
    assert (made.contents.place, made.contents.count, made.contents.bytes, len(in_file(tmp_path / "b"))) == ("included", 1, len(WORDS), 1)
    database.close()
    back = restores.restore(tmp_path / "b", tmp_path / "back", PASSPHRASE, quiet, {}).contents
    assert (back.count, back.missing, back.bucket, of_contents(back)) == (1, 0, None, [])
    kept = next(iter(DiskStorage(tmp_path / "back" / storages.FOLDER).walk()))
    assert kept.size == len(WORDS)


def test_contents_in_a_bucket_stay_there_and_that_is_said_everywhere(tmp_path: Path, bucket: Bucket) -> None:
    found, _ = opened(tmp_path / "data", bucket)
    made = backups.back_up(found, tmp_path / "b", PASSPHRASE, quiet)
    assert (made.contents.place, made.contents.bucket, made.contents.count, in_file(tmp_path / "b")) == ("bucket", bucket.name, 1, [])
    asked = backup_runs.create(system_actor(""), found, NewBackup())
    assert asked["contents"] == "bucket"
    assert "versioning" in asked["advice"]
    contents_said = next(one for one in doctor.examine(found) if one.name == "contents")
    assert contents_said.state == "note"
    assert bucket.name in contents_said.says
    database.close()
    back = restores.restore(tmp_path / "b", tmp_path / "back", PASSPHRASE, quiet, environment(bucket)).contents
    assert (back.count, back.missing, back.put_back) == (1, 0, 0)


def test_a_content_that_neither_bucket_nor_backup_has_is_named(tmp_path: Path, bucket: Bucket) -> None:
    found, document_id = opened(tmp_path / "data", bucket)
    backups.back_up(found, tmp_path / "b", PASSPHRASE, quiet)
    database.close()
    empty(found)
    back = restores.restore(tmp_path / "b", tmp_path / "back", PASSPHRASE, quiet, environment(bucket)).contents
    assert (back.missing, back.examples) == (1, [document_id])
    assert any(document_id in line and line.startswith("1 ") for line in of_contents(back))


def test_contents_in_a_bucket_are_included_when_asked_for_and_put_back_where_they_lack(tmp_path: Path, bucket: Bucket) -> None:
    found, _ = opened(tmp_path / "data", bucket)
    run = backup_runs.create(system_actor(""), found, NewBackup(contents=True))
    backup_runs.make_due(found)
    run = backup_runs.get(system_actor(""), found, run["id"])
    assert (run["state"], run["contents"], run["advice"]) == ("completed", "included", None)
    path = found.folder.backups / run["file"]
    assert in_file(path) == [f"{storages.FOLDER}/{name.removeprefix('junction/')}" for name in bucket.names()]
    names = bucket.names()
    database.close()
    empty(found)
    back = restores.restore(path, tmp_path / "back", PASSPHRASE, quiet, environment(bucket)).contents
    assert (back.put_back, back.missing, bucket.names()) == (1, 0, names)
    assert not (tmp_path / "back" / storages.FOLDER).exists()
    kept = names[0].removeprefix("junction/")
    assert b"".join(storages.open_storage(found).pieces(kept, 0, len(WORDS))) == WORDS


def test_a_bucket_that_cannot_be_reached_leaves_what_the_backup_held_on_the_disk(
    tmp_path: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = opened(tmp_path / "data", bucket)
    made = backups.back_up(found, tmp_path / "b", PASSPHRASE, quiet, contents="included")
    assert made.contents.place == "included"
    database.close()

    def away(_settings: Settings) -> Any:
        raise Later("The store does not answer.")

    monkeypatch.setattr(storages, "open_storage", away)
    back = restores.restore(tmp_path / "b", tmp_path / "back", PASSPHRASE, quiet, environment(bucket)).contents
    assert back.problem == "The store does not answer."
    assert "files/contents" in of_contents(back)[0]
    assert [one.size for one in DiskStorage(tmp_path / "back" / storages.FOLDER).walk()] == [len(WORDS)]


def empty(found: Settings) -> None:
    """Remove everything from the bucket of an appliance."""
    storage = storages.open_storage(found)
    for one in list(storage.walk()):
        storage.remove(one.name)
