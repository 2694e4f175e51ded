"""The command line of the console: what it takes, and what it refuses before any window."""

from __future__ import annotations

import os
import subprocess
import sys
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


def test_what_keeps_a_console_from_starting_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    (tmp_path / "brand.toml").write_text('accent = "violet"', encoding="utf-8")
    seen = {"PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen", "JUNCTION_CONSOLE_HOME": str(tmp_path / "home")}
    for environ, more, words in (
        ({"PATH": os.environ["PATH"]}, (), "no screen"),
        (seen, ("--brand", str(tmp_path)), "#rrggbb"),
        ({**seen, "JUNCTION_CONSOLE_HOME": str(tmp_path / "taken")}, (), "taken"),
    ):
        done = subprocess.run([sys.executable, "-m", "app", *more], env=environ, capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert words in done.stderr
