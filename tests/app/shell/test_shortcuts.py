"""Shortcuts: one table, no key twice, a sheet that shows all of them."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.shell.shortcuts import SHORTCUTS, Sheet, bindings, words


@pytest.mark.criterion("desktop-16")
def test_no_two_shortcuts_share_a_key_and_every_key_is_one() -> None:
    keys = [shortcut.keys for shortcut in SHORTCUTS]
    assert len(set(keys)) == len(keys)
    assert all(not QKeySequence(one).isEmpty() for one in keys)


@pytest.mark.criterion("desktop-16")
@pytest.mark.parametrize("changed", [{"palette": "Ctrl+P"}, {"palette": "F5"}, {"lock": "Ctrl+K", "palette": "Ctrl+L"}])
def test_keys_of_ones_own_never_make_two_acts_share_one(changed: dict[str, str]) -> None:
    found = bindings(changed)
    used = [keys for keys in found.values() if keys]
    assert len(set(used)) == len(used)
    assert all(found[key] == keys for key, keys in changed.items())


@pytest.mark.criterion("desktop-16")
def test_the_sheet_shows_every_shortcut(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    texts = {found.text() for found in Sheet(parent, {}).findChildren(QLabel)}
    assert {words(shortcut) for shortcut in SHORTCUTS} <= texts
