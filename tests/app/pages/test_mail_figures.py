"""How mail fares: shares of what was tried, the reasons in their order, and two requests for two views of the same days."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.jobs.pool import Jobs
from app.pages.context import Context
from app.pages.mail_figures import MailFigures, reasons, share
from app.theme.look import Look
from app.widgets.table import Table
from app.widgets.toasts import Toasts
from tests.app.stage import ScriptedApi, settled

COUNTED = ("sent", "delivered", "deferred", "bounced", "complained")


def counts(key: str = "", why: dict[str, dict[str, int]] | None = None, **more: int) -> dict[str, Any]:
    return {"key": key, **dict.fromkeys(COUNTED, 0), **more, "reasons": why or {}}


STATS = {
    "total": counts(sent=10, delivered=8, bounced=2, complained=1),
    "groups": [counts("google", {"bounced": {"mailbox_full": 1, "no_such_user": 3}}, sent=10, delivered=8, bounced=2, complained=1)],
}


def test_figures_charts_and_groups_are_shown(qtbot: QtBot, look: Look, jobs: Jobs) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    api = ScriptedApi({"/email/stats": STATS})
    view = MailFigures(Context(api, jobs, look, Toasts(look, window), window))
    qtbot.addWidget(view)
    view.enter()
    settled(qtbot, jobs)
    assert [(call.query["by"], call.query["days"]) for call in api.calls] == [("day", 7), ("provider", 7)]
    assert (view.figures["Delivered"].number.text(), view.figures["Complained"].number.text()) == ("80.00%", "12.50%")
    assert [list(series) for series in view.fared.series] == [[8], [2]]
    table = view.findChildren(Table)[0]
    assert table.model().index(0, 6).data() == "no such user 3, mailbox full 1"


def test_nothing_of_nothing_is_a_dash_and_has_no_reason() -> None:
    assert (share(0, 0), share(1, 8)) == ("—", "12.50%")
    assert reasons(counts()) == ""
