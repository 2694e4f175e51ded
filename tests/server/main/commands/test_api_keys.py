"""`junction key`."""

from __future__ import annotations

import json

from tests.server.main import program
from tests.server.main.conftest import Fresh


def test_keys_open_the_door_they_were_made_for(fresh: Fresh) -> None:
    program.answer("tenant", "create", "Acme", data=fresh.data)
    live = json.loads(program.run("key", "create", "--tenant", "Acme", "--name", "k", "--scopes", "contacts:read deals:read", data=fresh.data).stdout)
    test = program.answer("key", "create", "--tenant", "Acme", "--name", "t", "--scopes", "*", "--test", data=fresh.data)
    operator = program.answer("key", "create", "--operator", "--name", "script", data=fresh.data)
    assert set(live) == {"id", "key"}
    assert live["key"].startswith("jct_live_")
    assert test["key"].startswith("jct_test_")
    with program.serving(fresh.data) as served:
        assert served.get("/api/v1/contacts", X_API_Key=live["key"])[0] == 200
        assert served.get("/api/v1/orders", X_API_Key=live["key"])[0] == 403
        assert served.get("/api/v1/orders", X_API_Key=test["key"])[0] == 200
        assert served.get("/admin/v1/tenants", X_API_Key=operator["key"])[0] == 200


def test_what_does_not_go_together_is_wrong_usage(fresh: Fresh) -> None:
    for words in (["--scopes", "*"], ["--operator", "--test"], ["--tenant", "Acme"]):
        assert program.run("key", "create", "--name", "k", *words, data=fresh.data).returncode == 2


def test_an_unknown_scope_is_named_with_the_near_one(fresh: Fresh) -> None:
    program.answer("tenant", "create", "Acme", data=fresh.data)
    done = program.run("key", "create", "--tenant", "Acme", "--name", "k", "--scopes", "contact:read", data=fresh.data)
    assert "Did you mean 'contacts:read'?" in done.stderr
