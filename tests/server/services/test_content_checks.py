"""What a backup holds of contents is what was there, and a check finds what is missing or was changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.main.appliance import open_appliance
from server.services import backups, content_checks, restores
from server.store import database
from server.system import archives, settings
from tests.api.storing import OCTETS, TEXT, Run, content_of, run, stored

__all__ = ["run"]


def test_contents_come_back_from_a_backup_byte_for_byte(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives.Writer.__init__, "__defaults__", ((10, 8, 1),))
    content = content_of(3 * 2**20 + 17)
    with run() as appliance:
        alice = appliance.personas().alice
        document_id, empty = stored(alice, content, OCTETS), stored(alice, b" ", TEXT)
        (appliance.settings.folder.files / "imports" / "arriving").mkdir(parents=True, exist_ok=True)
        (appliance.settings.folder.files / "imports" / "arriving" / "half").write_bytes(b"half")
        backups.back_up(appliance.settings, tmp_path / "copy", "correct horse", lambda *_: None)
        wanted: dict[str, int] = dict(database.rows("SELECT id, size FROM contents"))
    target = f"sqlite:///{tmp_path / 'restored.sqlite3'}"
    restores.restore(tmp_path / "copy", tmp_path / "restored", "correct horse", lambda *_: None, {"JUNCTION_DATABASE__URL": target})
    found = settings.load(tmp_path / "restored", {"JUNCTION_DATABASE__URL": target})
    assert {path.name: path.stat().st_size for path in found.folder.files.glob("contents/**/cnt_*")} == wanted
    assert next(found.folder.files.glob(f"contents/**/{next(key for key in wanted if wanted[key] > 1000)}")).read_bytes() == content
    assert not (found.folder.files / "imports" / "arriving" / "half").exists()
    open_appliance(found)
    assert (content_checks.check(whole=True).broken, content_checks.check(whole=True).read) == ([], 2)
    next(found.folder.files.glob(f"contents/**/{next(key for key in wanted if wanted[key] > 1000)}")).write_bytes(content[::-1])
    assert content_checks.check(whole=True).broken == [document_id]
    next(found.folder.files.glob(f"contents/**/{next(key for key in wanted if wanted[key] == 1)}")).unlink()
    assert set(content_checks.check(whole=True).broken) == {document_id, empty}
    database.close()
