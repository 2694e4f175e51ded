"""`junction doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.main import program
from tests.server.main.conftest import Fresh


def examined(fresh: Fresh, *words: str, **more: str) -> tuple[int, dict[str, Any]]:
    """Run the doctor and return exit status and findings by name."""
    import json

    done = program.run("doctor", "--json", *words, data=fresh.data, **more)
    return done.returncode, {one["name"]: one for one in json.loads(done.stdout)["findings"]}


def test_the_doctor_asks_for_the_recovery_code_until_it_is_confirmed(fresh: Fresh) -> None:
    status, found = examined(fresh)
    assert status == 1
    assert [name for name, one in found.items() if one["state"] == "wrong"] == ["recovery code"]
    assert "--confirm-recovery-code" in found["recovery code"]["mend"]
    wrong = program.run("doctor", "--confirm-recovery-code", "AAAA", data=fresh.data)
    assert (wrong.returncode, wrong.stderr.count("\n")) == (1, 1)
    status, found = examined(fresh, "--confirm-recovery-code", fresh.told["recovery_code"].lower())
    assert status == 0
    assert {one["state"] for one in found.values()} <= {"ok", "note"}
    done = program.run("doctor", data=fresh.data)
    assert done.stdout.endswith("Nothing is wrong.\n")


@pytest.mark.criterion("webhooks-4")
def test_a_weaker_durability_is_shown(fresh: Fresh) -> None:
    _, found = examined(fresh)
    assert found["durability"]["state"] == "ok"
    assert "journal_mode wal, synchronous full" in found["durability"]["says"]
    _, found = examined(fresh, JUNCTION_DATABASE__SYNCHRONOUS="normal")
    assert found["durability"]["state"] == "note"
    assert "a power cut may lose" in found["durability"]["says"]


def test_settings_that_cannot_be_used_are_a_finding(fresh: Fresh) -> None:
    status, found = examined(fresh, JUNCTION_SERVER__LISTENN="x")
    assert status == 1
    assert "did you mean" in found["settings"]["says"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = program.run("doctor", data=tmp_path / "none")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_a_queue_that_cannot_be_reached_is_found(fresh: Fresh) -> None:
    _, found = examined(fresh, JUNCTION_QUEUE__URL="redis://127.0.0.1:1/0")
    assert found["queue"]["state"] == "wrong"
