"""`junction legacy`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.server.main import program
from tests.server.main.conftest import Fresh


def test_access_is_switched_on_and_a_password_is_shown_once(fresh: Fresh, tmp_path: Path) -> None:
    program.answer("tenant", "create", "Acme", data=fresh.data)
    secret = tmp_path / "password"
    secret.write_text("only for these tests 7\n")
    user = ("--email", "ann@example.com", "--role", "admin", "--password-file", str(secret))
    program.answer("user", "create", "--tenant", "Acme", *user, data=fresh.data)
    assert program.answer("legacy", "enable", "--tenant", "Acme", data=fresh.data)["enabled"] is True
    made = program.answer("legacy", "password", "create", "--tenant", "Acme", "--user", "Ann@example.com", data=fresh.data)
    assert made["username"] == "ann@example.com"
    assert len(made["password"]) > 20
    again = program.run("legacy", "password", "create", "--tenant", "Acme", "--user", made["user_id"], "--scopes", "contacts:read", data=fresh.data)
    assert len(again.stdout.strip()) == len(made["password"])
    listed = json.loads(program.run("legacy", "password", "list", "--tenant", "Acme", "--json", data=fresh.data).stdout)
    assert [one["scopes"] for one in listed] == [["contacts:read"]]
    assert again.stdout.strip() not in json.dumps(listed)
    assert program.answer("legacy", "password", "delete", "--tenant", "Acme", listed[0]["id"], data=fresh.data)["deleted"] is True
    assert program.answer("legacy", "disable", "--tenant", "Acme", data=fresh.data)["enabled"] is False


def test_a_stranger_gets_no_password(fresh: Fresh) -> None:
    program.answer("tenant", "create", "Acme", data=fresh.data)
    refused = program.run("legacy", "password", "create", "--tenant", "Acme", "--user", "nobody@example.com", data=fresh.data)
    assert refused.returncode == 1
    assert "nobody@example.com" in refused.stderr
