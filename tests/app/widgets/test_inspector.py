"""The inspector: texts to copy, and a tree of everything."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QTreeView, QWidget
from pytestqt.qtbot import QtBot

from app.client.api import Api
from app.client.transport import Transport
from app.jobs.heartbeat import Heartbeat
from app.jobs.pool import Jobs
from app.models.json_tree import JsonTree
from app.widgets.inspector import Inspector
from tests.app.stage import settled
from tests.pace import quickest


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    """Return a window that outlives the inspector."""
    found = QWidget()
    qtbot.addWidget(found)
    return found


def test_a_text_is_copied_and_the_tree_shows_everything(parent: QWidget) -> None:
    inspector = Inspector(parent, "att_1", JsonTree({"status": 500}), {"Request": "POST /hooks"}, lambda *_: None)
    inspector.show()
    copy = next(button for button in inspector.findChildren(QPushButton) if button.text() == "Copy")
    copy.click()
    assert QGuiApplication.clipboard().text() == "POST /hooks"
    assert [inspector.tabs.tabText(place) for place in range(2)] == ["Request", "Everything"]
    model = inspector.findChildren(QTreeView)[0].model()
    assert model.index(0, 1).data() == "500"


def inspected(parent: QWidget, body: str, kept: list[tuple[str, str]]) -> Inspector:
    """Open a row with such a body and paint it."""
    found = Inspector(parent, "att_1", JsonTree({"body": body}), {"Response": body}, lambda name, text: kept.append((name, text)))
    found.show()
    found.repaint()
    return found


@pytest.mark.alone
@pytest.mark.criterion("desktop-7")
def test_a_body_of_ten_megabytes_is_painted_at_once_and_can_be_copied_whole(parent: QWidget, figure: Callable[[str], None]) -> None:
    body = '{"id": 4711, "name": "Ada"}, ' * 360_000
    took = quickest(lambda: inspected(parent, body, []), 0.3, clock=time.thread_time)
    inspector = inspected(parent, body, [])
    figure(f"{took * 1000:.0f} ms computed to the first paint of {len(body) / 1e6:.0f} MB")
    assert took <= 0.3
    assert "The first 100.0 KB of 10.4 MB." in [label.text() for label in inspector.findChildren(QLabel)]
    next(button for button in inspector.findChildren(QPushButton) if button.text() == "Copy").click()
    assert QGuiApplication.clipboard().text() == body


# An appliance with one thing that is ten megabytes large, in a process of its own: writing it would hold this one up.
SOURCE = """
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
parts = [{"id": place, "name": "Ada", "tags": ["a", "b"], "note": "x" * 60} for place in range(90_000)]
said = json.dumps({"id": "evt_1", "data": {"record": {"parts": parts}}, "response": {"body": json.dumps(parts[:1000])}}).encode()
class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)
server = HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], len(said), flush=True)
server.serve_forever()
"""


@pytest.fixture
def source() -> Iterator[tuple[str, int]]:
    """Return the address of such an appliance, and how many bytes its thing has."""
    with subprocess.Popen([sys.executable, "-c", SOURCE], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        port, size = child.stdout.readline().split()
        yield f"http://127.0.0.1:{port}", int(size)
        child.terminate()


@pytest.mark.alone
@pytest.mark.criterion("desktop-7")
@pytest.mark.usefixtures("collected")
def test_ten_megabytes_come_and_are_opened_and_no_frame_waits_for_them(
    qtbot: QtBot, parent: QWidget, jobs: Jobs, source: tuple[str, int], figure: Callable[[str], None], thorough: bool
) -> None:
    address, size = source
    api = Api(Transport(address))
    painted: list[float] = []

    def show(found: dict[str, Any]) -> None:
        inspector = Inspector(parent, "evt_1", JsonTree(found), {"Response": found["response"]["body"]}, lambda *_: None)
        inspector.show()
        inspector.tabs.setCurrentIndex(1)
        painted.append(time.perf_counter())

    jobs.run(lambda cancellation: api.get("/healthz", cancellation=cancellation), lambda _: None, lambda _: None)  # a line that is there already
    settled(qtbot, jobs)
    heart = Heartbeat()
    heart.start()
    qtbot.wait(20)
    begun = time.perf_counter()
    jobs.run(lambda cancellation: api.get("/admin/v1/thing", cancellation=cancellation), show, lambda _: None)
    qtbot.waitUntil(lambda: bool(painted))
    qtbot.wait(100)
    heart.stop()
    own = max(gap - queued for gap, queued in zip(heart.gaps, heart.queued, strict=True))
    took = painted[0] - begun
    gap = max(heart.gaps)
    figure(
        f"{size / 1e6:.0f} MB came and were painted in {took * 1000:.0f} ms; longest gap {gap * 1000:.0f} ms, {own * 1000:.0f} ms of a free processor"
    )
    assert max(heart.work) <= 0.05, heart.stacks
    assert not thorough or (own <= 0.05 and took <= 0.3), heart.stacks


@pytest.mark.criterion("desktop-7")
def test_a_body_of_a_hundred_megabytes_is_refused_and_goes_to_a_file(parent: QWidget) -> None:
    kept: list[tuple[str, str]] = []
    body = "x" * 100_000_000
    inspector = inspected(parent, body, kept)
    assert inspector.findChildren(QPlainTextEdit) == []
    assert "100.0 MB are too much to be shown here. Save them to a file and open that." in [label.text() for label in inspector.findChildren(QLabel)]
    next(button for button in inspector.findChildren(QPushButton) if button.text() == "Save to file…").click()
    assert kept == [("Response", body)]
