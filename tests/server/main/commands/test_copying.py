"""`junction backup`, `restore` and `move`, beside a running appliance and without one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.pace import until
from tests.server.main import program
from tests.server.main.conftest import Fresh


@pytest.fixture
def passphrase(tmp_path: Path) -> str:
    """Return a file with a passphrase."""
    (tmp_path / "passphrase").write_text("a long enough passphrase")
    return str(tmp_path / "passphrase")


def test_a_backup_made_while_serving_comes_back_with_its_keys(fresh: Fresh, passphrase: str, tmp_path: Path) -> None:
    key = program.answer("demo", data=fresh.data)["live"]
    file = tmp_path / "backup"
    with program.serving(fresh.data):
        made = program.answer("backup", str(file), "--passphrase-file", passphrase, data=fresh.data)
    assert made["rows"]["contacts"] == 200
    assert oct(file.stat().st_mode)[-3:] == "600"
    assert b"example.com" not in file.read_bytes()
    back = program.answer("restore", str(file), "--passphrase-file", passphrase, data=tmp_path / "back")
    assert back["rows"] == made["rows"]
    with program.serving(tmp_path / "back") as served:
        assert len(served.get("/api/v1/contacts?limit=200", X_API_Key=key)[1]["data"]) == 200


def test_a_restore_refuses_used_folders_and_wrong_passphrases_and_leaves_nothing(fresh: Fresh, passphrase: str, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    program.answer("backup", str(file), data=fresh.data, JUNCTION_BACKUP__PASSPHRASE="a long enough passphrase")
    assert "is there already" in program.run("backup", str(file), "--passphrase-file", passphrase, data=fresh.data).stderr
    assert "is not an empty folder" in program.run("restore", str(file), "--passphrase-file", passphrase, data=fresh.data).stderr
    wrong = program.run("restore", str(file), data=tmp_path / "back", JUNCTION_BACKUP__PASSPHRASE="another")
    assert (wrong.returncode, "passphrase is wrong" in wrong.stderr) == (1, True)
    assert not (tmp_path / "back").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert "needs a passphrase" in program.run("backup", str(tmp_path / "other"), data=fresh.data).stderr


def test_a_move_needs_the_appliance_stopped_and_an_empty_target(fresh: Fresh, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/moved.sqlite3"
    with program.serving(fresh.data):
        assert "stop it first" in program.run("move", "--to", url, data=fresh.data).stderr
    # The parent has ended; the last of its children may need a moment more.
    until(lambda: "stop it first" not in program.run("move", "--to", f"sqlite:///{tmp_path}/tried.sqlite3", data=fresh.data).stderr)
    moved = program.answer("move", "--to", url, data=fresh.data)
    with sqlite3.connect(tmp_path / "moved.sqlite3") as connection:
        assert connection.execute("SELECT COUNT(*) FROM users").fetchone() == (moved["rows"]["users"],)
    connection.close()
    assert "is not empty" in program.run("move", "--to", url, data=fresh.data).stderr
    with program.serving(fresh.data, JUNCTION_DATABASE__URL=url) as served:
        assert served.get("/readyz")[0] == 200
