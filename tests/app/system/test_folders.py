"""Folders: what is the user's lies in a folder of the user's, closed to others."""

from __future__ import annotations

import stat
from pathlib import Path

from app.system import folders


def test_the_users_folder_is_closed_to_others(tmp_path: Path) -> None:
    found = folders.configuration({"XDG_CONFIG_HOME": str(tmp_path)})
    assert found.parent == tmp_path
    assert stat.S_IMODE(found.stat().st_mode) == 0o700


def test_a_folder_of_ones_own_is_taken(tmp_path: Path) -> None:
    assert folders.configuration({"JUNCTION_CONSOLE_HOME": str(tmp_path / "mine")}) == tmp_path / "mine"


def test_what_is_shipped_is_there() -> None:
    assert (folders.RESOURCES / "themes" / "console.qss").exists()
