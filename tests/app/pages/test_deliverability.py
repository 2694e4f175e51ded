"""Deliverability: reports added up, and a share of nothing that is no number."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.jobs.pool import Jobs
from app.pages.context import Context
from app.pages.deliverability import PATH, Summary
from app.theme.look import Look
from app.widgets.table import Table
from app.widgets.toasts import Toasts
from tests.app.stage import ScriptedApi, settled

SUMMARY = {
    "reports": 2,
    "passed": 90,
    "failed": 10,
    "reporters": {"google.com": 2},
    "days": [{"day": "2026-11-19", "passed": 40, "failed": 10}, {"day": "2026-11-20", "passed": 50, "failed": 0}],
    "sources": [{"source": "203.0.113.7", "passed": 90, "failed": 10, "dispositions": {"none": 100}}],
    "failures": {},
}


def test_reports_are_added_up_in_figures_days_and_sources(qtbot: QtBot, look: Look, jobs: Jobs) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    api = ScriptedApi({PATH: SUMMARY})
    view = Summary(Context(api, jobs, look, Toasts(look, window), window))
    qtbot.addWidget(view)
    view.domain.setText("example.com")
    view.enter()
    settled(qtbot, jobs)
    assert api.calls[-1].query == {"kind": "dmarc", "domain": "example.com"}
    assert {title: figure.number.text() for title, figure in view.figures.items()} == {
        "Messages judged": "100",
        "Passed": "90.00%",
        "Failed": "10.00%",
        "Reports": "2",
    }
    assert [list(series) for series in view.days.series] == [[40, 50], [10, 0]]
    assert view.findChildren(Table)[0].model().index(0, 0).data() == "203.0.113.7"
