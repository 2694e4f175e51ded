"""The door under settings of its own: each test runs an appliance of its own."""

from __future__ import annotations

from pathlib import Path

from tests.api import v4_1
from tests.api.appliance import OPERATOR_EMAIL, OPERATOR_PASSWORD, running
from tests.api.client import Client
from tests.api.problems import check_problem
from tests.api.v8 import suite

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


def test_who_wants_to_read_signs_in_while_the_disk_is_nearly_full(tmp_path: Path) -> None:
    with running(tmp_path, f"sqlite:///{tmp_path / 'junction.sqlite3'}", storage__minimum_free_bytes=2**50) as full:
        credentials = {"email": OPERATOR_EMAIL, "password": OPERATOR_PASSWORD}
        session = full.anonymous.post("/admin/v1/session", credentials)
        assert session.status == 201, session.body
        assert full.client(session.json["token"]).delete("/admin/v1/session").status == 204
        alice = full.personas().alice
        asked = alice.client.post("/api/v1/graphql", {"query": "{contacts {nodes {id}}}"})
        assert (asked.status, asked.json) == (200, {"data": {"contacts": {"nodes": []}}})
        changed = alice.client.post("/api/v1/graphql", {"query": 'mutation {create_contact(input: {last_name: "Lovelace"}) {id}}'})
        assert (changed.status, changed.code) == (507, "disk_full")
        old = suite(full, full.tenant()).as_person()
        assert old.get("/module/Contacts")["data"] == []
        assert old.send("POST", "/module", {"data": {"type": "Contacts", "attributes": {"last_name": "Lovelace"}}}).status == 507
        assert old.send("POST", "/logout").status == 200


def test_reading_methods_of_v4_1_go_on_while_the_disk_is_nearly_full_and_writing_ones_fault(tmp_path: Path) -> None:
    with running(tmp_path, f"sqlite:///{tmp_path / 'junction.sqlite3'}", storage__minimum_free_bytes=2**50) as full:
        client = v4_1.signed_in(full)
        assert client.call("get_entry_list", "Contacts", "", "", 0, [], [], 10)["result_count"] == 0
        for method, *arguments in (
            ("set_entry", "Contacts", {"last_name": "Lovelace"}),
            ("set_entries", "Contacts", [{"last_name": "Lovelace"}]),
            ("set_relationship", "Contacts", "1", "accounts", ["2"]),
            ("set_relationships", ["Contacts"], ["1"], ["accounts"], [["2"]]),
            ("set_note_attachment", {"id": "1", "filename": "a.txt", "file": "YQ=="}),
            ("set_document_revision", {"id": "1", "filename": "a.txt", "file": "YQ==", "revision": "1"}),
        ):
            reply = client.send(method, [client.session, *arguments])
            assert (reply.status, v4_1.fault(reply.json), reply.headers["retry-after"]) == (507, 90, "60"), (method, reply.body)
            assert "disk is nearly full" in reply.json["description"]
        assert client.call("get_entries_count", "Contacts", "", 0) == {"result_count": "0"}
        assert client.call("logout") is None
