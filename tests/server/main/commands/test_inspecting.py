"""`junction mail inspect`."""

from __future__ import annotations

import json
from pathlib import Path

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
