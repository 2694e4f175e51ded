"""Reports of what nobody foresaw: shown, kept, and without a secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.main.crash import Crashes, redacted, report


@pytest.mark.criterion("desktop-11")
@pytest.mark.parametrize(
    "text",
    [
        "jct_live_key_canary4711",
        "whsec_canary4711==",
        "Authorization: Bearer canary4711",
        "password='canary4711'",
        '{"totp": "canary4711"}',
        "token: canary4711",
    ],
)
def test_nothing_that_looks_like_a_secret_is_in_a_report(text: str) -> None:
    assert "canary4711" not in redacted(f"KeyError: {text}")


def test_a_report_says_what_happened_and_where(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    crashes = Crashes(tmp_path, window)
    with pytest.raises(KeyError) as raised:
        dict[str, str]()["missing"]
    crashes.take(raised.value)
    assert "KeyError" in report(raised.value)
    assert crashes.dialog is not None
    assert "test_crash.py" in crashes.dialog.text.toPlainText()
    assert (tmp_path / "last-report.txt").read_text(encoding="utf-8") == crashes.dialog.text.toPlainText()
