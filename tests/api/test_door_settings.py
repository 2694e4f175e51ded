"""The door under settings of its own: each test runs an appliance of its own."""

from __future__ import annotations

from pathlib import Path

from tests.api.appliance import running
from tests.api.client import Client
from tests.api.problems import check_problem

CONTACTS = "/api/v1/contacts"


def test_strangers_are_counted_by_their_address(tmp_path: Path) -> None:
    with running(tmp_path, f"sqlite:///{tmp_path / 'junction.sqlite3'}", limits__unauthenticated_per_minute=3) as narrow:
        alice = narrow.personas().alice
        replies = [narrow.client("jct_wrong").get(CONTACTS) for _ in range(5)]
        assert [reply.status for reply in replies] == [401, 401, 401, 429, 429]
        assert replies[-1].headers["ratelimit-policy"] == '"address";q=3;w=60'
        assert int(replies[-1].headers["retry-after"]) > 1
        assert alice.client.get(CONTACTS).status == 429, "an unknown credential is not even looked up"
        narrow_again = Client(narrow.links, alice.key)
        assert narrow_again.get("/healthz").status == 429


def test_pages_of_named_origins_are_let_in(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'junction.sqlite3'}"
    with running(tmp_path, url, server__cors_origins=["https://app.example.com"]) as open_to_some:
        alice = open_to_some.personas().alice
        ours, other = {"Origin": "https://app.example.com"}, {"Origin": "https://evil.example.com"}
        ask = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,if-match"}
        preflight = open_to_some.anonymous.send("OPTIONS", f"{CONTACTS}/x", headers={**ours, **ask})
        assert preflight.status == 204
        assert preflight.headers["access-control-allow-origin"] == "https://app.example.com"
        assert "PATCH" in preflight.headers["access-control-allow-methods"]
        assert {"authorization", "if-match"} <= set(preflight.headers["access-control-allow-headers"].lower().split(", "))
        for reply in (alice.client.get(CONTACTS, ours), alice.client.get("/nowhere", ours), open_to_some.anonymous.get(CONTACTS, ours)):
            assert reply.headers["access-control-allow-origin"] == "https://app.example.com"
            assert "ETag" in reply.headers["access-control-expose-headers"]
            assert reply.headers["vary"] == "Origin"
        for reply in (alice.client.get(CONTACTS, other), alice.client.send("OPTIONS", CONTACTS, headers={**other, **ask})):
            assert "access-control-allow-origin" not in reply.headers
            assert "access-control-allow-methods" not in reply.headers


def test_a_write_is_refused_while_the_disk_is_nearly_full_and_reads_go_on(tmp_path: Path) -> None:
    with running(tmp_path, f"sqlite:///{tmp_path / 'junction.sqlite3'}", storage__minimum_free_bytes=2**50) as full:
        alice = full.personas().alice
        reply = alice.client.post(CONTACTS, {})
        check_problem(reply)
        assert (reply.status, reply.code, reply.headers["retry-after"]) == (507, "disk_full", "60")
        assert alice.client.get(CONTACTS).status == 200
