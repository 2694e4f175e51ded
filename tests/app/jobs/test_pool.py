"""The pool: results on the UI thread, overtaken ones dropped, errors where they belong."""

from __future__ import annotations

import threading
from threading import Event
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.client.cancellation import Cancellation
from app.client.errors import ClientError, Unreachable
from app.jobs.pool import Jobs
from tests.app.stage import settled


def refuse(result: object) -> None:
    """Fail: this was not to be called."""
    pytest.fail(str(result))


def test_work_is_done_elsewhere_and_its_result_arrives_here(qtbot: QtBot, jobs: Jobs) -> None:
    threads: list[Any] = []
    jobs.run(lambda _: threading.current_thread(), lambda found: threads.extend((found, threading.current_thread())), refuse)
    settled(qtbot, jobs)
    assert threads[0] is not threads[1]
    assert threads[1] is threading.main_thread()


@pytest.mark.criterion("desktop-6")
def test_an_overtaken_reply_is_never_shown(qtbot: QtBot, jobs: Jobs) -> None:
    first_may_end, shown = threading.Event(), list[str]()
    jobs.run(lambda _: (first_may_end.wait(5), "old")[1], shown.append, refuse, "list")
    jobs.run(lambda _: "new", shown.append, refuse, "list")
    qtbot.waitUntil(lambda: shown == ["new"])
    first_may_end.set()
    settled(qtbot, jobs)
    assert shown == ["new"]


def test_what_was_cancelled_arrives_nowhere(qtbot: QtBot, jobs: Jobs) -> None:
    shown: list[Any] = []
    jobs.run(lambda cancellation: cancellation.sleep(20), shown.append, shown.append, "list")
    jobs.cancel("list")
    settled(qtbot, jobs)
    assert shown == []


def test_a_failure_of_the_client_goes_to_who_asked(qtbot: QtBot, jobs: Jobs) -> None:
    def work(_: Cancellation) -> None:
        raise Unreachable("gone")

    failures: list[ClientError] = []
    jobs.run(work, refuse, failures.append)
    settled(qtbot, jobs)
    assert [str(error) for error in failures] == ["gone"]


def test_what_nobody_foresaw_goes_to_the_report(qtbot: QtBot, qapp: QApplication) -> None:
    jobs, seen = Jobs(), list[BaseException]()
    jobs.unexpected.connect(seen.append)
    jobs.run(lambda _: 1 // 0, refuse, refuse)
    qtbot.waitUntil(lambda: bool(seen))
    assert isinstance(seen[0], ZeroDivisionError)
    jobs.close()


def test_what_has_to_last_is_done_although_the_console_closes(qapp: QApplication) -> None:
    jobs, begun, done = Jobs(), Event(), Event()

    def write(cancellation: Cancellation) -> None:
        begun.wait(5)
        cancellation.check()
        done.set()

    jobs.run(write, refuse, refuse, lasting=True)
    jobs.close()
    begun.set()
    assert done.wait(5)
