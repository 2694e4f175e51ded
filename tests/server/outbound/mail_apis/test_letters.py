"""An account's key stays out of what is written to logs and tracebacks."""

from __future__ import annotations

from server.outbound.mail_apis.letters import ApiAccount


def test_a_key_is_not_shown() -> None:
    assert "a-secret" not in repr(ApiAccount("ses", "https://api.example.com", "a-secret", "AKIAEXAMPLE"))
