"""What every answer carries: request id, limits, security headers."""

from __future__ import annotations

import time

import pytest

from server.store import database
from server.system import ids
from tests.api.appliance import Appliance, Persona
from tests.api.problems import check_headers, check_problem
from tests.pace import awaited, best, seconds, until

CONTACTS = "/api/v1/contacts"


@pytest.mark.criterion("api-9")
@pytest.mark.parametrize("given", ["req-1", "7d6a3f0e-3c5b-4c5e-9d53-0b8f4f0f6a1c", "x" * 128])
def test_the_caller_s_request_id_comes_back_and_is_found_in_the_log(alice: Persona, given: str) -> None:
    own = f"{given[:100]}{alice.tenant_id}"[-128:]
    assert alice.client.get(CONTACTS, {"X-Request-Id": own}).headers["x-request-id"] == own
    found = awaited(lambda: alice.client.get("/api/v1/logs", query={"request_id": own}).json["data"])
    assert [(one["method"], one["path"], one["status"]) for one in found] == [("GET", CONTACTS, 200)]


@pytest.mark.criterion("api-9")
def test_the_caller_s_request_id_is_found_in_the_audit_trail_within_two_seconds(alice: Persona) -> None:
    def found_after() -> float:
        own = ids.new_id("mine")
        made = alice.client.post(CONTACTS, {"first_name": "A"}, {"X-Request-Id": own}).json

        def entries() -> list[tuple[str, str]]:
            kept = alice.client.get("/api/v1/audit", query={"request_id": own}).json["data"]
            return [(one["action"], one["target"]["id"]) for one in kept]

        return seconds(lambda: until(lambda: entries() == [("contact.created", made["id"])]))

    assert best(found_after, 2) < 2


@pytest.mark.criterion("api-9")
def test_every_answer_has_a_request_id_of_its_own(alice: Persona, appliance: Appliance) -> None:
    replies = [alice.client.get(CONTACTS), alice.client.get("/nowhere"), appliance.anonymous.get(CONTACTS), appliance.anonymous.get("/healthz")]
    assert len({reply.headers["x-request-id"] for reply in replies}) == len(replies)
    for reply in replies:
        check_headers(reply)


@pytest.mark.criterion("api-8")
@pytest.mark.parametrize(
    "target",
    ["/", "/nowhere", "/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/contacts", "/admin/v1/nothing", "/api/v1/contacts/a/b/c", "/oauth"],
)
def test_an_unknown_address_is_a_problem(alice: Persona, appliance: Appliance, target: str) -> None:
    for client in (alice.client, appliance.anonymous):
        reply = client.get(target)
        check_problem(reply)
        assert (reply.status, reply.code) == (404, "unknown_route")
        assert reply.json["instance"] == target


@pytest.mark.criterion("api-8")
def test_the_type_of_a_problem_leads_to_what_to_do_about_it(alice: Persona, appliance: Appliance) -> None:
    problem = alice.client.get(f"{CONTACTS}?limit=0").json
    page = appliance.anonymous.get(problem["type"])
    assert (page.status, page.json["code"]) == (200, problem["code"])
    assert page.json["remedy"]
    html = appliance.anonymous.get(problem["type"], {"Accept": "text/html,*/*;q=0.8"})
    assert html.headers["content-type"] == "text/html; charset=utf-8"
    assert problem["code"].encode() in html.body
    everything = appliance.anonymous.get("/developers/errors").json["data"]
    assert {one["code"] for one in everything} >= {problem["code"], "internal_error"}
    missing = appliance.anonymous.get("/developers/errors/validation_faild")
    assert (missing.status, "validation_failed" in missing.json["detail"]) == (404, True)


@pytest.mark.criterion("api-15")
def test_the_limits_are_on_every_answer_and_heeding_them_suffices(appliance: Appliance) -> None:
    database.run(
        "INSERT INTO tiers (name, limits, version, created_at, updated_at) VALUES ('narrow', ?, 1, 0, 0) ON CONFLICT DO NOTHING",
        ('[{"requests":5,"period":"second"},{"requests":1000,"period":"hour"}]',),
    )
    client = appliance.persona("alice", appliance.tenant("narrow")).client
    seen = [client.get(CONTACTS) for _ in range(8)]
    first, refused = seen[0], seen[-1]
    assert first.headers["ratelimit-policy"] == '"second";q=5;w=1, "hour1";q=1000;w=3600'
    assert first.headers["ratelimit"] == '"second";r=4;t=1'
    assert [first.headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining", "reset")] == ["5", "4", "1"]
    assert [reply.status for reply in seen[:5]] == [200] * 5
    check_problem(refused)
    assert (refused.status, refused.code, refused.json["violated-policies"]) == (429, "rate_limited", ["second"])
    assert int(refused.headers["retry-after"]) >= int(refused.headers["ratelimit"].rpartition("t=")[2])
    time.sleep(int(refused.headers["retry-after"]))
    assert client.get(CONTACTS).status == 200


def test_pages_of_other_origins_are_kept_out_by_default(alice: Persona) -> None:
    origin = {"Origin": "https://app.example.com"}
    reply = alice.client.get(CONTACTS, origin)
    preflight = alice.client.send("OPTIONS", CONTACTS, headers={**origin, "Access-Control-Request-Method": "POST"})
    assert [name for one in (reply, preflight) for name in one.headers if name.startswith("access-control-")] == []


@pytest.mark.criterion("api-1")
def test_the_document_is_served_to_anyone(appliance: Appliance) -> None:
    reply = appliance.anonymous.get("/openapi.json")
    assert reply.status == 200
    assert reply.json["openapi"] == "3.1.0"
    assert "/api/v1/contacts" in reply.json["paths"]
