"""`junction tenant`."""

from __future__ import annotations

import json

from tests.server.main import program
from tests.server.main.conftest import Fresh


def test_a_tenant_is_made_once_and_known_by_name_and_id(fresh: Fresh) -> None:
    done = program.run("tenant", "create", "Acme", "--tier", "unlimited", data=fresh.data)
    made = json.loads(done.stdout)
    assert set(made) == {"id", "name"}
    assert json.loads(program.run("tenant", "create", "Acme", data=fresh.data).stdout) == made
    assert program.answer("tenant", "suspend", "Acme", data=fresh.data)["status"] == "suspended"
    assert program.answer("tenant", "resume", made["id"], data=fresh.data)["status"] == "active"


def test_an_unknown_tier_is_refused_by_name(fresh: Fresh) -> None:
    done = program.run("tenant", "create", "Acme", "--tier", "gold", data=fresh.data)
    assert done.returncode == 1
    assert "There is no tier 'gold'" in done.stderr


def test_a_tenant_is_exported_as_lines_and_deleted_for_good(fresh: Fresh) -> None:
    program.answer("tenant", "create", "Acme", data=fresh.data)
    program.answer("key", "create", "--tenant", "Acme", "--name", "k", "--scopes", "*", data=fresh.data)
    lines = [json.loads(line) for line in program.run("tenant", "export", "Acme", data=fresh.data).stdout.splitlines()]
    assert lines[0]["kind"] == "archive"
    assert lines[-1]["counts"]["api_key"] == 1
    target = fresh.data.parent / "acme.jsonl"
    assert program.answer("tenant", "export", "Acme", "--output", str(target), data=fresh.data) == {"file": str(target)}
    assert program.run("tenant", "export", "Acme", "--output", str(target), data=fresh.data).returncode == 1
    assert program.answer("tenant", "delete", "Acme", data=fresh.data)["deleted"] is True
    assert program.run("tenant", "export", "Acme", data=fresh.data).returncode == 1
