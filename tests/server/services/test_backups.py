"""What a backup holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.domain.errors import Conflict, Denied, Missing
from server.services import backups, setup
from server.store import database, schema
from server.system import archives, settings
from server.system.settings import Settings

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def appliance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setattr(archives.Writer.__init__, "__defaults__", ((10, 8, 1),))
    found = settings.load(tmp_path / "data", {})
    setup.first_start(found, "operator@example.com")
    (found.folder.files / "a").mkdir()
    (found.folder.files / "a" / "document").write_bytes(bytes(range(256)) * 10)
    yield found
    database.close()


def quiet(_table: str, _done: int, _total: int) -> None:
    """Hear of progress and say nothing."""


def test_key_settings_documents_and_every_table_are_in_it(appliance: Settings, tmp_path: Path) -> None:
    (appliance.data / "junction.toml").write_text("")
    made = backups.back_up(appliance, tmp_path / "b", PASSPHRASE, quiet)
    with (tmp_path / "b").open("rb") as file:
        opened = backups.open_backup(file, PASSPHRASE)
        entries = list(opened.entries())
    files = {entry["name"]: content for entry, content in entries if entry["kind"] == "file"}
    assert set(files) == {"master.key", "junction.toml", "recovery.confirmed", "files/a/document"}
    assert files["files/a/document"] == bytes(range(256)) * 10
    assert made.files == 4
    assert opened.manifest["migrations"] == schema.known()
    assert {entry["table"] for entry, _ in entries if entry["kind"] == "rows"} >= {"users", "tiers"}
    assert entries[-1][0]["tables"]["users"][0] == 1


def test_a_backup_of_a_newer_program_is_refused(appliance: Settings, tmp_path: Path) -> None:
    database.run("INSERT INTO schema_migration (name, applied) VALUES ('9999_future', '2030-01-01')")
    backups.back_up(appliance, tmp_path / "b", PASSPHRASE, quiet)
    with (tmp_path / "b").open("rb") as file, pytest.raises(Conflict, match="newer version"):
        backups.open_backup(file, PASSPHRASE)


def test_a_file_that_is_there_is_not_overwritten_and_a_failure_leaves_none(appliance: Settings, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("precious")
    with pytest.raises(Missing, match="no folder"):
        backups.back_up(appliance, tmp_path / "nowhere" / "b", PASSPHRASE, quiet)
    with pytest.raises(Conflict, match="is there already"):
        backups.back_up(appliance, tmp_path / "b", PASSPHRASE, quiet)

    def fail(_table: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backups.back_up(appliance, tmp_path / "c", PASSPHRASE, fail)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "data"]


def test_another_passphrase_opens_nothing(appliance: Settings, tmp_path: Path) -> None:
    backups.back_up(appliance, tmp_path / "b", PASSPHRASE, quiet)
    with (tmp_path / "b").open("rb") as file, pytest.raises(Denied):
        backups.open_backup(file, "another")
