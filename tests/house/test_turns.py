"""A test that measures time has the machine for itself."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests import turns


@pytest.mark.parametrize(("first_alone", "second_alone"), [(False, True), (True, False), (True, True)])
def test_a_lone_test_and_another_never_run_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first_alone: bool, second_alone: bool) -> None:
    monkeypatch.setattr(turns, "FOLDER", tmp_path)
    entered = threading.Event()

    def second() -> None:
        with turns.turn(alone=second_alone):
            entered.set()

    thread = threading.Thread(target=second)
    with turns.turn(alone=first_alone):
        thread.start()
        assert not entered.wait(0.2)
    thread.join(5)
    assert entered.is_set()


def test_ordinary_tests_run_beside_one_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "FOLDER", tmp_path)
    with turns.turn(alone=False), turns.turn(alone=False):
        assert sorted(path.name for path in tmp_path.iterdir()) == ["gate", "turn"]
