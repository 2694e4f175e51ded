"""The request log over HTTP: found within two seconds, by those it belongs to."""

from __future__ import annotations

import time
from typing import Any, cast

from server.system import ids
from tests.api.appliance import Persona
from tests.api.client import Client
from tests.pace import awaited
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP


def logged(client: Client, address: str, /, **query: Any) -> list[dict[str, Any]]:
    """Return lines as soon as there are any."""
    return awaited(lambda: cast("list[dict[str, Any]]", client.get(address, query=query).json["data"]))


def test_a_request_is_found_by_its_id_within_two_seconds(alice: Persona, charlie: Persona, operator: Client) -> None:
    request_id = ids.new_id("mine")
    alice.client.get("/api/v1/contacts/con_nobody", {"X-Request-Id": request_id})
    (line,) = logged(alice.client, "/api/v1/logs", request_id=request_id)
    assert (line["status"], line["code"], line["route"], line["method"]) == (404, "not_found", "get_contact", "GET")
    assert line["actor"] == {"kind": "key", "id": alice.actor.id}
    assert alice.client.get(f"/api/v1/logs/{line['id']}").json == line | {"request_body": None, "response_body": None}
    assert (line["limit"]["name"], line["limit"]["remaining"]) == ("default", 999_999_999)
    assert charlie.client.get(f"/api/v1/logs/{line['id']}").status == 404
    assert charlie.client.get("/api/v1/logs", query={"request_id": request_id}).json["data"] == []
    assert operator.get("/admin/v1/logs", query={"request_id": request_id, "tenant": alice.tenant_id}).json["data"] == [line]


def test_status_filters_by_number_and_by_class(alice: Persona) -> None:
    alice.client.get("/api/v1/contacts/con_nobody")
    assert logged(alice.client, "/api/v1/logs", status="404")
    assert logged(alice.client, "/api/v1/logs", status="4xx")
    assert alice.client.get("/api/v1/logs", query={"status": "5xx"}).json["data"] == []
    for name, value in (("status", "6xx"), ("status", "ok"), ("since", "yesterday"), ("colour", "red"), ("cursor", "forged")):
        refused = alice.client.get("/api/v1/logs", query={name: value})
        assert refused.status == 400, name
        assert refused.code in {"invalid_request", "unknown_parameter", "invalid_cursor"}


def test_the_log_is_searched_by_address_code_path_and_time_taken(alice: Persona) -> None:
    alice.client.get("/api/v1/contacts/con_nobody")
    alice.client.get("/api/v1/contacts?limit=none")
    assert [line["code"] for line in logged(alice.client, "/api/v1/logs", path="/api/v1/contacts/con_")] == ["not_found"]
    assert logged(alice.client, "/api/v1/logs", code="malformed_limit", address="127.0.0.1")
    for query in ({"path": "/api/v1/contacts/con%"}, {"address": "192.0.2.1"}, {"slower_than_ms": 60_000}, {"code": "rate_limited"}):
        assert alice.client.get("/api/v1/logs", query=query).json["data"] == [], query
    assert logged(alice.client, "/api/v1/logs", slower_than_ms=0)


def test_usage_counts_what_was_called(alice: Persona, charlie: Persona) -> None:
    for _ in range(3):
        alice.client.get("/api/v1/companies")
    logged(alice.client, "/api/v1/logs", route="list_companies")
    time.sleep(0.5)
    counted = {(one["actor"]["id"], one["route"]): one["requests"] for one in logged(alice.client, "/api/v1/usage")}
    assert counted[alice.actor.id, "list_companies"] == 3
    assert "list_companies" not in {one["route"] for one in charlie.client.get("/api/v1/usage").json["data"]}


def test_bob_may_not_look(alice: Persona, bob: Persona, charlie: Persona) -> None:
    for path in ("/api/v1/logs", "/api/v1/logs/log_1", "/api/v1/usage"):
        assert bob.client.get(path).status == 403
    for one in (alice, bob, charlie):
        assert one.client.get("/admin/v1/logs").status == 404
