"""What is printed at a start."""

from __future__ import annotations

from pathlib import Path

from server.main import banner
from server.system import settings

CODE = "-".join(["ABCD"] * 22)
FIRST = {"operator_email": "operator@example.com", "one_time_password": "aaaa-bbbb", "recovery_code": CODE}


def test_the_greeting_says_where_everything_is(tmp_path: Path) -> None:
    shown = "\n".join(banner.ready_lines(settings.load(tmp_path, {}), "http://127.0.0.1:8080", {"prepared": {"first": None}, "ready": {}}))
    for part in ("/api/v1", "/openapi.json", "/admin/v1", "/readyz", "/metrics", str(tmp_path)):
        assert part in shown
    assert "Recovery" not in shown


def test_a_first_start_shows_password_and_recovery_code_in_lines_to_be_copied(tmp_path: Path) -> None:
    lines = banner.first_start_lines(FIRST, settings.load(tmp_path, {}))
    assert any(line.endswith("aaaa-bbbb") for line in lines)
    assert sum(line.count("ABCD") for line in lines) == 22
    assert max(len(line) for line in lines if str(tmp_path) not in line) < 110


def test_a_chosen_password_and_a_key_from_before_are_not_shown(tmp_path: Path) -> None:
    shown = "\n".join(banner.first_start_lines({**FIRST, "one_time_password": None, "recovery_code": None}, settings.load(tmp_path, {})))
    assert "password" not in shown
    assert "Recovery" not in shown


def test_a_certificate_of_our_own_comes_with_its_fingerprint(tmp_path: Path) -> None:
    reports = {"prepared": {"first": None}, "ready": {"fingerprint": ":".join(["0A"] * 32)}}
    shown = "\n".join(banner.ready_lines(settings.load(tmp_path, {}), "https://127.0.0.1:8080", reports))
    assert shown.count("0A") == 32


def test_the_demo_says_its_keys_once_and_afterwards_how_to_make_another() -> None:
    known = {"id": "ten_1", "name": "Demo", "live": None, "test": None}
    assert "key create --tenant Demo" in "\n".join(banner.demo_lines(known, "http://x"))
    shown = "\n".join(banner.demo_lines({**known, "live": "jct_live_a", "test": "jct_test_b"}, "http://x"))
    assert "curl -H 'X-API-Key: jct_live_a' 'http://x/api/v1/contacts?limit=3'" in shown
