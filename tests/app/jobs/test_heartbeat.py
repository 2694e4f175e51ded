"""The heartbeat: it sees what held the UI thread up."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.jobs.heartbeat import Heartbeat, percentile
from app.models.remote_table import RemoteTable
from app.pages.context import Context
from app.pages.overview import Rates, Reading
from app.pages.overview_view import Overview
from app.pages.records import CONTACTS
from app.shell.window import Window
from app.widgets.table import Table
from app.widgets.text import row
from tests.app.stage import settled

TURNS = 240  # of 25 ms: forty requests a second
READING = Reading(1.0, 100, 0, 10, 0, 5, 1, 0, 0, 1)


@pytest.mark.criterion("desktop-4")
def test_what_held_the_thread_up_is_named(qtbot: QtBot, qapp: QApplication) -> None:
    heart = Heartbeat()
    heart.start()
    QTimer.singleShot(10, hold_up)
    qtbot.waitUntil(lambda: bool(heart.gaps) and max(heart.gaps) > 0.1)
    heart.stop()
    assert any("hold_up" in stack for stack in heart.stacks)


def hold_up() -> None:
    time.sleep(0.15)  # what a request on the UI thread would do


def test_a_percentile_is_not_exceeded_by_that_share() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile([], 0.99) == 0
    assert percentile(list(range(100)), 0.99) == 99


@pytest.mark.alone
@pytest.mark.criterion("desktop-4")
def test_a_tour_with_live_charts_requests_and_a_long_table_holds_nothing_up(
    qtbot: QtBot,
    console: Window,
    figure: Callable[[str], None],
    thorough: bool,
) -> None:
    assert console.workspace is not None
    context = console.workspace.context
    stage, overview, table = QWidget(), Overview(context), long_table(context)
    qtbot.addWidget(stage)
    stage.setLayout(row(overview, table))
    stage.resize(1800, 900)
    stage.show()
    settled(qtbot, console.jobs)
    qtbot.wait(300)
    heart = Heartbeat()
    heart.start()
    for turn in range(TURNS * (10 if thorough else 1)):
        context.jobs.run(lambda cancellation: context.api.page("/contacts", cancellation=cancellation), lambda _: None, lambda _: None)
        if turn % 10 == 0:
            overview.show_numbers(READING, Rates(turn, 1, turn * 2, 1, 5))
        table.verticalScrollBar().setValue(turn * 45)
        qtbot.wait(25)
    heart.stop()
    late, longest, computed = percentile(heart.gaps, 0.99), max(heart.gaps), percentile(heart.work, 0.99)
    figure(f"p99 {late * 1000:.1f} ms, longest {longest * 1000:.0f} ms; computed p99 {computed * 1000:.1f} ms")
    # What others take of the machine is not the console's: the time it computes itself is what holds a frame up.
    assert computed <= 0.016, heart.stacks
    assert max(heart.work) <= 0.05, heart.stacks
    assert not thorough or (late <= 0.016 and longest <= 0.05), heart.stacks


def long_table(context: Context) -> Table:
    """Return a table of a hundred thousand rows whose pages are read in the pool."""
    model = RemoteTable(CONTACTS.columns)

    def read(page: int, _: object) -> None:
        context.jobs.run(lambda _: [contact(place) for place in range(page * 200, page * 200 + 200)], lambda rows: put(page, rows), lambda _: None)

    def put(page: int, rows: list[dict[str, Any]]) -> None:
        model.put(page, rows, str(page + 1) if page < 499 else None)

    model.wanted.connect(read)
    model.begin()
    found = Table(context.look, model, [column.width for column in CONTACTS.columns], "Contacts")
    model.setParent(found)
    return found


def contact(place: int) -> dict[str, Any]:
    """Return a contact as the API shows it."""
    names = {"id": f"con_{place}", "first_name": f"Ada {place}", "last_name": "Berg", "email": f"ada-{place}@example.com"}
    return {**names, "phone": "+49 30 1234567", "title": "Analyst", "lifecycle": "lead", "tags": ["a", "b"], "created_at": "2026-11-20T10:00:00.000Z"}
