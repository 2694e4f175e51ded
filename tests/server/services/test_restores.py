"""Restores: between both databases, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.domain.errors import Conflict, Unprocessable
from server.services import backups, demo, restores, setup
from server.store import database, schema
from server.system import archives, settings

PASSPHRASE = "correct horse battery staple"


def quiet(_table: str, _done: int, _total: int) -> None:
    """Hear of progress and say nothing."""


@pytest.fixture
def backup(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make a backup of an appliance with the demo, of SQLite and of PostgreSQL."""
    monkeypatch.setattr(archives.Writer.__init__, "__defaults__", ((10, 8, 1),))
    found = settings.load(tmp_path / "data", {"JUNCTION_DATABASE__URL": database_url})
    setup.first_start(found, "operator@example.com")
    demo.fill(demo.open_tenant("standard").id)
    backups.back_up(found, tmp_path / "backup", PASSPHRASE, quiet)
    database.close()
    yield tmp_path / "backup"
    database.close()


def test_a_backup_comes_back_as_a_folder_of_its_own(backup: Path, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "back"
    made = restores.restore(backup, target, PASSPHRASE, quiet, {})
    assert made.rows["activities"] == 300
    assert oct(target.stat().st_mode)[-3:] == "700"
    assert (target / "master.key").read_bytes() == (tmp_path / "data" / "master.key").read_bytes()
    assert oct((target / "master.key").stat().st_mode)[-3:] == "600"
    database.open_database(f"sqlite:///{target}/junction.sqlite3")
    assert database.row("SELECT COUNT(*) FROM activities") == (300,)
    assert schema.pending() == []


def test_it_comes_back_into_postgresql_where_the_settings_say_so(backup: Path, tmp_path: Path, fresh_postgres: Callable[[], str]) -> None:
    url = fresh_postgres()
    restores.restore(backup, tmp_path / "back", PASSPHRASE, quiet, {"JUNCTION_DATABASE__URL": url})
    database.open_database(url)
    assert database.row("SELECT COUNT(*) FROM activities") == (300,)
    database.close()
    with pytest.raises(Conflict, match="is not empty"):
        restores.restore(backup, tmp_path / "again", PASSPHRASE, quiet, {"JUNCTION_DATABASE__URL": url})
    assert not (tmp_path / "again").exists()


def test_the_key_goes_where_the_settings_keep_it(backup: Path, tmp_path: Path) -> None:
    kept = tmp_path / "keys" / "junction.key"
    restores.restore(backup, tmp_path / "back", PASSPHRASE, quiet, {"JUNCTION_CRYPTO__MASTER_KEY_FILE": str(kept)})
    assert kept.read_bytes() == (tmp_path / "data" / "master.key").read_bytes()
    assert not (tmp_path / "back" / "master.key").exists()


def test_a_damaged_backup_leaves_nothing(backup: Path, tmp_path: Path) -> None:
    content = backup.read_bytes()
    (tmp_path / "cut").write_bytes(content[: len(content) - 100])
    with pytest.raises(Exception, match=r"damaged|passphrase"):
        restores.restore(tmp_path / "cut", tmp_path / "back", PASSPHRASE, quiet, {})
    assert not (tmp_path / "back").exists()
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".back")] == []


def test_a_folder_in_use_is_refused_and_an_empty_one_taken(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "file").write_text("")
    with pytest.raises(Conflict, match="not an empty folder"):
        restores.restore(backup, tmp_path / "used", PASSPHRASE, quiet, {})
    (tmp_path / "empty").mkdir()
    restores.restore(backup, tmp_path / "empty", PASSPHRASE, quiet, {})
    assert (tmp_path / "empty" / "master.key").exists()


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "files/../../x", ""])
def test_no_file_is_written_outside_the_folder(name: str, tmp_path: Path) -> None:
    restoring = restores._Restore(None, tmp_path / "draft", tmp_path / "target", quiet, {})  # type: ignore[arg-type]
    with pytest.raises(Unprocessable, match="outside the data folder"):
        restoring._keep_piece(name, 0, b"")
