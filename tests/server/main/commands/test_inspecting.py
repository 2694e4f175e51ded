"""`junction mail inspect`."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from server.domain.mail.judging import KINDS
from server.domain.mail.zone import Answer
from server.main.commands.inspecting import Inspector
from server.outbound import dns
from tests.mangling import mangled
from tests.server.main import program

BOUNCE = (
    b"From: MAILER-DAEMON@mx.example.com\nSubject: failure notice\n\nHi. This is the qmail-send program at mx.example.com.\n\n"
    b"<bob@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nTo: bob@example.com\n"
)


def test_every_file_is_an_entry_in_order_and_no_data_folder_is_made(tmp_path: Path) -> None:
    names = [tmp_path / name for name in ("bounce.eml", "plain.eml", "noise.bin", "missing.eml")]
    for path, raw in zip(names, (BOUNCE, b"From: alice@example.com\n\nHello", b"\0\xff" * 50), strict=False):
        path.write_bytes(raw)
    done = program.run("mail", "inspect", *map(str, names), data=tmp_path / "none")
    found = json.loads(done.stdout)
    assert (done.returncode, [entry["file"] for entry in found]) == (0, list(map(str, names)))
    assert [entry["kind"] for entry in found] == ["bounce", "ordinary", "ordinary", "ordinary"]
    assert found[0]["recipients"] == [{"address": "bob@example.com", "action": "failed", "status": "5.1.1", "reason": "userunknown", "hard": True}]
    assert set(found[1]["authentication"]) == {"spf", "dkim", "dmarc", "arc"}
    assert [entry.get("problem") is not None for entry in found] == [False, False, True, True]
    assert not (tmp_path / "none").exists()


@pytest.mark.criterion("email-18")
def test_each_message_of_a_mailbox_file_is_judged(tmp_path: Path) -> None:
    path, line = tmp_path / "two.mbox", b"From MAILER-DAEMON Thu Apr 29 23:34:45 2015\n"
    path.write_bytes(line + b"From: alice@example.com\n\nHello\n\n" + line + BOUNCE + b"\n" + line + BOUNCE.replace(b"bob@", b"eve@"))
    (entry,) = json.loads(program.run("mail", "inspect", str(path), data=tmp_path / "none").stdout)
    assert (entry["file"], entry["kind"]) == (str(path), "bounce")
    assert [one["address"] for one in entry["recipients"]] == ["bob@example.com", "eve@example.com"]
    assert [(one["kind"], len(one["recipients"])) for one in entry["messages"]] == [("ordinary", 0), ("bounce", 1), ("bounce", 1)]
    assert [one["identity"] for one in entry["messages"]] == [None, None, None]


@pytest.mark.criterion("email-13", "email-18")
def test_two_thousand_broken_messages_are_entries_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Callable[[str], None]) -> None:
    monkeypatch.setattr(dns, "lookup", lambda _name, _kind: Answer("absent"))
    path, slowest, inspector = tmp_path / "broken.eml", 0.0, Inspector()
    for raw in mangled(random.Random(20261121), 2000):
        path.write_bytes(raw)
        began = time.thread_time()
        entry = inspector.entry(str(path))
        slowest = max(slowest, time.thread_time() - began)
        assert entry["kind"] in KINDS
        assert json.dumps(entry).encode()
    figure(f"slowest of 2,000 broken messages {slowest * 1000:.0f} ms")
    assert slowest < 5


@pytest.mark.criterion("email-22")
def test_parts_without_end_are_an_entry_that_says_so(tmp_path: Path) -> None:
    path = tmp_path / "parts.eml"
    path.write_bytes(b"From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_000 + b"--b--")
    (entry,) = json.loads(program.run("mail", "inspect", str(path), data=tmp_path / "none").stdout)
    assert (entry["kind"], entry["problem"]) == ("ordinary", "only the first 2000 parts were read")
