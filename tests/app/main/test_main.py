"""The command line of the console: what it takes, and what it refuses before any window."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import main
from app.system import guard


def test_the_command_line_takes_pictures_and_a_brand(tmp_path: Path) -> None:
    given = main.parser().parse_args(["--screenshots", str(tmp_path), "--brand", "b"])
    assert (given.screenshots, given.brand, given.probe_keyring) == (tmp_path, Path("b"), False)


@pytest.mark.criterion("desktop-1")
def test_a_pair_that_aborts_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(guard, "refusal", lambda: "PySide6 6.12.0 aborts on Python 3.11.")
    assert main.main([]) == 1
    assert capsys.readouterr().err == "PySide6 6.12.0 aborts on Python 3.11.\n"
