"""Backups on demand and by schedule: made by a worker, to be restored, downloaded, removed; the oldest of a schedule go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.domain.actor import Actor, system_actor
from server.domain.errors import Conflict, Denied, Missing, Unprocessable
from server.services import backup_runs, backups, setup
from server.services.backup_runs import NewBackup
from server.store import database
from server.system import archives, clock, settings
from server.system.settings import Settings

PASSPHRASE = "correct horse battery staple"
OPERATOR = system_actor("")


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives.Writer.__init__, "__defaults__", ((10, 8, 1),))


def opened(folder: Path, **more: str) -> Settings:
    """Return the settings of a new appliance."""
    found = settings.load(folder, {"JUNCTION_BACKUP__PASSPHRASE": PASSPHRASE, **more})
    setup.first_start(found, "operator@example.com")
    return found


@pytest.fixture
def appliance(tmp_path: Path) -> Iterator[Settings]:
    yield opened(tmp_path / "data", JUNCTION_BACKUP__KEEP="2")
    database.close()


def test_what_was_asked_for_is_made_by_a_worker_and_can_be_opened(appliance: Settings) -> None:
    made = backup_runs.create(OPERATOR, appliance, NewBackup())
    assert (made["state"], made["file"]) == ("pending", None)
    with pytest.raises(Conflict):
        backup_runs.create(OPERATOR, appliance, NewBackup())
    with pytest.raises(Conflict):
        backup_runs.content(OPERATOR, made["id"], appliance)
    backup_runs.make_due(appliance)
    found = backup_runs.get(OPERATOR, appliance, made["id"])
    assert found["state"] == "completed", found
    assert found["restore"] == f"junction restore {found['file']} --data DIR --passphrase-file FILE"
    path = appliance.folder.backups / found["file"]
    assert path.stat().st_size == found["bytes"]
    with path.open("rb") as file:
        assert backups.open_backup(file, PASSPHRASE).manifest["kind"] == "manifest"
    pieces, name, _ = backup_runs.content(OPERATOR, made["id"], appliance)
    assert (b"".join(pieces), name) == (path.read_bytes(), found["file"])
    backup_runs.remove(OPERATOR, made["id"], appliance)
    assert not path.exists()
    assert backup_runs.list_page(OPERATOR, appliance, None, 50) == ([], None)
    with pytest.raises(Missing):
        backup_runs.get(OPERATOR, appliance, made["id"])


def test_a_file_that_was_taken_away_is_said(appliance: Settings) -> None:
    made = backup_runs.create(OPERATOR, appliance, NewBackup())
    backup_runs.make_due(appliance)
    (appliance.folder.backups / backup_runs.get(OPERATOR, appliance, made["id"])["file"]).unlink()
    with pytest.raises(Missing, match="another host"):
        backup_runs.content(OPERATOR, made["id"], appliance)


def test_without_a_passphrase_none_is_made(tmp_path: Path) -> None:
    bare = settings.load(tmp_path / "bare", {"JUNCTION_BACKUP__EVERY_HOURS": "1"})
    setup.first_start(bare, "operator@example.com")
    with pytest.raises(Unprocessable, match="passphrase"):
        backup_runs.create(OPERATOR, bare, NewBackup())
    backup_runs.make_due(bare)
    assert backup_runs.list_page(OPERATOR, bare, None, 50) == ([], None)
    database.close()


def test_the_schedule_makes_one_in_its_time_and_keeps_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    appliance = opened(tmp_path / "timed", JUNCTION_BACKUP__KEEP="2", JUNCTION_BACKUP__EVERY_HOURS="24")
    begun = clock.now_ms()
    for hour in (0, 1, 24, 48, 72):
        monkeypatch.setattr(clock, "now_ms", lambda hour=hour: begun + hour * 3_600_000)
        backup_runs.make_due(appliance)
    found = backup_runs.list_page(OPERATOR, appliance, None, 50)[0]
    assert [(one["cause"], one["state"]) for one in found] == [("schedule", "completed")] * 2
    assert sorted(path.name for path in appliance.folder.backups.iterdir()) == sorted(one["file"] for one in found)
    database.close()


def test_a_failure_is_told_and_the_next_one_is_made(appliance: Settings) -> None:
    made = backup_runs.create(OPERATOR, appliance, NewBackup())
    appliance.folder.backups.parent.mkdir(exist_ok=True)
    appliance.folder.backups.write_text("in the way")
    backup_runs.make_due(appliance)
    assert backup_runs.get(OPERATOR, appliance, made["id"])["state"] == "failed"
    appliance.folder.backups.unlink()
    again = backup_runs.create(OPERATOR, appliance, NewBackup())
    backup_runs.make_due(appliance)
    assert backup_runs.get(OPERATOR, appliance, again["id"])["state"] == "completed"


def test_nobody_but_operators_may(alice: Actor, tmp_path: Path) -> None:
    with pytest.raises(Denied):
        backup_runs.list_page(alice, settings.load(tmp_path, {}), None, 50)
