"""The data folder: only its owner may look into it, and its files are written whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from server.domain.errors import Denied
from server.system.paths import Folder, data_folder, make_private_folder, require_private, write_private

posix = pytest.mark.skipif(os.name != "posix", reason="modes are checked on POSIX only")


def mode(path: Path) -> int:
    """Return the permission bits of a path."""
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_a_new_data_folder_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o277)
    try:
        Folder(tmp_path / "deep" / "data").root.parent.mkdir(mode=0o700)
        (tmp_path / "deep").chmod(0o700)
        Folder(tmp_path / "deep" / "data").prepare()
    finally:
        os.umask(before)
    assert mode(tmp_path / "deep" / "data") == 0o700
    assert mode(tmp_path / "deep" / "data" / "files") == 0o700


@posix
def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    make_private_folder(tmp_path)
    assert mode(tmp_path) == 0o750


def test_preparing_twice_changes_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "data")
    folder.prepare()
    folder.settings.write_text("")
    folder.prepare()
    assert folder.settings.exists()


def test_everything_lies_in_the_data_folder(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    lies = [getattr(folder, name) for name, member in vars(Folder).items() if isinstance(member, property)]
    assert len(lies) == len(set(lies)) >= 8
    assert all(path.is_relative_to(tmp_path) for path in lies)


def test_the_command_line_goes_over_the_environment_and_that_over_the_default(tmp_path: Path) -> None:
    there = {"JUNCTION_DATA": str(tmp_path / "there")}
    assert data_folder(tmp_path / "here", there).root == tmp_path / "here"
    assert data_folder(None, there).root == tmp_path / "there"
    assert data_folder(None, {}).root == Path.cwd() / "junction-data"


@posix
@pytest.mark.parametrize("bits", [0o604, 0o640, 0o620, 0o602, 0o601])
def test_a_key_that_others_may_touch_is_refused_with_the_remedy(tmp_path: Path, bits: int) -> None:
    key = tmp_path / "master.key"
    key.write_bytes(b"x")
    key.chmod(bits)
    with pytest.raises(Denied, match=f"chmod 600 {key}") as refused:
        require_private(key)
    assert refused.value.stable_code == "file_not_private"
    key.chmod(0o600)
    require_private(key)


@posix
def test_a_private_file_is_for_its_owner_alone_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write_private(tmp_path / "key", b"one")
    write_private(tmp_path / "key", b"two")
    assert mode(tmp_path / "key") == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert (tmp_path / "key").read_bytes() == b"two"


def test_a_file_is_not_overwritten_unless_asked(tmp_path: Path) -> None:
    write_private(tmp_path / "key", b"one", replace=False)
    with pytest.raises(FileExistsError):
        write_private(tmp_path / "key", b"two", replace=False)
    assert (tmp_path / "key").read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_write_that_fails_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_private(tmp_path / "key", b"one")

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_private(tmp_path / "key", b"two")
    assert (tmp_path / "key").read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
