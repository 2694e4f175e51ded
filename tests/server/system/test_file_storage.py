"""What was kept on the disk is there, whole and alone, and no name leads out of its folder."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from server.domain.errors import Bug, Missing
from server.system.file_storage import PIECE, DiskStorage


@pytest.fixture
def storage(tmp_path: Path) -> DiskStorage:
    """Return a storage whose folder is not there yet."""
    return DiskStorage(tmp_path / "kept")


def keep(storage: DiskStorage, folder: Path, name: str, content: bytes) -> Path:
    """Keep a file, and return where it came from."""
    path = folder / "coming"
    path.write_bytes(content)
    storage.keep(name, path)
    return path


def test_a_kept_file_is_read_in_whole_and_in_part(storage: DiskStorage, tmp_path: Path) -> None:
    content = bytes(range(256)) * 2000
    came = keep(storage, tmp_path, "ten_a/xy/cnt_1", content)
    assert not came.exists()
    assert b"".join(storage.pieces("ten_a/xy/cnt_1", 0, len(content))) == content
    assert b"".join(storage.pieces("ten_a/xy/cnt_1", PIECE - 5, PIECE + 5)) == content[PIECE - 5 : PIECE + 5]
    assert storage.size("ten_a/xy/cnt_1") == len(content)
    assert [(one.name, one.size) for one in storage.walk()] == [("ten_a/xy/cnt_1", len(content))]
    assert (storage.path("ten_a/xy/cnt_1").parent.stat().st_mode & 0o777) == 0o700


def test_what_is_not_there_is_missing_at_once(storage: DiskStorage) -> None:
    with pytest.raises(Missing):
        storage.pieces("ten_a/cnt_1", 0, 1)
    assert storage.size("ten_a/cnt_1") is None
    assert list(storage.walk()) == []
    storage.remove("ten_a/cnt_1")


def test_a_removal_takes_nothing_from_who_reads(storage: DiskStorage, tmp_path: Path) -> None:
    keep(storage, tmp_path, "ten_a/cnt_1", b"words")
    reading = storage.pieces("ten_a/cnt_1", 0, 5)
    storage.remove("ten_a/cnt_1")
    assert b"".join(reading) == b"words"
    assert not storage.path("ten_a/cnt_1").parent.exists()


def test_a_folder_goes_with_everything_in_it_and_nothing_else(storage: DiskStorage, tmp_path: Path) -> None:
    for name in ("ten_a/1", "ten_a/b/2", "ten_ab/3"):
        keep(storage, tmp_path, name, b"x")
    storage.remove_all("ten_a")
    assert [one.name for one in storage.walk()] == ["ten_ab/3"]


@pytest.mark.parametrize("name", ["../outside", "a/../../b", "/etc/passwd", "", "a//b", "..", "a\\b", "a\0b", "./a"])
def test_a_name_that_leads_elsewhere_is_our_own_fault(storage: DiskStorage, name: str) -> None:
    with pytest.raises(Bug):
        storage.path(name)


def test_a_file_on_another_disk_is_copied(storage: DiskStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if self.name == "coming":
            raise OSError(errno.EXDEV, "another disk")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    came = keep(storage, tmp_path, "ten_a/cnt_1", b"words")
    assert not came.exists()
    assert [one.name for one in storage.walk()] == ["ten_a/cnt_1"]
    monkeypatch.setattr(Path, "replace", lambda _self, _target: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(OSError, match="full"):
        keep(storage, tmp_path, "ten_a/cnt_2", b"words")
