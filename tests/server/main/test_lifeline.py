"""The pipes between parent and children."""

from __future__ import annotations

import io
import os
from threading import Event
from typing import Any

import pytest

from server.main import lifeline
from server.main.lifeline import Lifeline


def test_what_a_child_reports_is_heard_and_what_is_no_report_is_passed_over() -> None:
    heard: list[dict[str, Any]] = []
    ended = Event()

    def hear(report: dict[str, Any]) -> None:
        heard.append(report)
        ended.set()

    lifeline.follow(io.BytesIO(b'hello\n[1]\n{"no": 1}\n{"report": "ready", "x": 1}\n'), hear)
    assert ended.wait(5)
    assert heard == [{"report": "ready", "x": 1}]


def test_a_report_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    Lifeline().report("demo", name="Demo", report="not this")
    assert capsys.readouterr().out == '{"name": "Demo", "report": "demo"}\n'


def test_a_child_notices_that_its_parent_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    monkeypatch.setattr(lifeline, "_STANDARD_INPUT", reader)
    gone = Event()
    Lifeline().watch(gone.set)
    assert not gone.wait(0.05)
    os.close(writer)
    assert gone.wait(5)
    os.close(reader)
