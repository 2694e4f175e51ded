"""The sheet about a certificate: shown to compare, and typed when it has changed."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.client import trust
from app.shell.trusting import TrustDialog

SEEN, PINNED = "ab" * 30 + "12cd", "cd" * 32
SEEN = SEEN.ljust(64, "0")


@pytest.mark.criterion("desktop-10")
def test_an_unknown_certificate_is_shown_with_its_fingerprint(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = TrustDialog(parent, "https://a", SEEN)
    shown = "".join(found.text() for found in dialog.findChildren(QLabel)).replace("\n", "")
    assert trust.grouped(SEEN) in shown
    assert dialog.act.isEnabled()


@pytest.mark.criterion("desktop-10")
def test_a_changed_certificate_is_blocked_until_it_is_typed(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = TrustDialog(parent, "https://a", SEEN, PINNED)
    assert not dialog.act.isEnabled()
    dialog.line.setText(PINNED[-8:])
    assert not dialog.act.isEnabled()
    dialog.line.setText(SEEN[-8:])
    assert dialog.act.isEnabled()
