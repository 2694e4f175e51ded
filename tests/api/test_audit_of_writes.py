"""Every write that succeeds is in the audit trail with its request, whatever route it took."""

from __future__ import annotations

import pytest

from server.system import clock, ids
from server.web.routes import Route, Runs
from tests.api.appliance import Appliance, Persona, Personas
from tests.api.client import Reply
from tests.api.routes import Things, all_routes, body_of, furnish, named

WRITES = named(tuple(route for route in all_routes() if route.access == "tenant" and route.method != "GET"))
# Operations that change nothing, by name, and why.
CHANGE_NOTHING = {
    "preview_import": "it only looks at a file",
    "preview_email_template": "it only shows what would be sent",
    "discover_email_servers": "it only looks servers up",
    "test_email_account": "it only asks the servers",
    "test_installation": "it only asks the vendor",
    "run_graphql": "what a mutation does is told as the same act of the service; a query changes nothing",
}


@pytest.fixture(scope="module")
def house(appliance: Appliance) -> tuple[Personas, Things]:
    """Return people whose tenant A has one of everything."""
    people = appliance.personas()
    return people, furnish(people.alice)


def sent(alice: Persona, route: Route, target: str) -> tuple[Reply, str]:
    """Call a route by its example, and return the answer and what the request is called."""
    request_id = ids.new_id("mine")
    body = body_of(route) or {} if route.method != "DELETE" else None
    return alice.client.send(route.method, target, body, {"X-Request-Id": request_id}), request_id


def changed_nothing(reply: Reply, began: str) -> bool:
    """Tell whether what was sent was there already: then nothing is written, and the version stays as it was."""
    return reply.status == 200 and str(reply.json.get("updated_at") or began) < began


@pytest.mark.criterion("api-25")
def test_every_write_that_succeeds_is_told_with_its_request(appliance: Appliance, house: tuple[Personas, Things]) -> None:
    people, things = house
    operator = appliance.operator()
    order = {"POST": 1, "PUT": 2, "PATCH": 0, "DELETE": 3}
    silent, succeeded = [], set()
    # Alice's own key, which may be the one that is found, goes last of all.
    for name, route in sorted(WRITES.items(), key=lambda pair: (pair[1].scope == "keys:write", order[pair[1].method])):
        if name in CHANGE_NOTHING or route.runs is Runs.UPLOAD or things.missing(route):
            continue
        began = clock.rfc3339(clock.now_ms())
        reply, request_id = sent(people.alice, route, things.address(route))
        if reply.status < 300 and not changed_nothing(reply, began):
            succeeded.add(name)
            if not operator.get("/admin/v1/audit", query={"request_id": request_id}).json["data"]:
                silent.append((name, reply.status))
    assert silent == []
    assert len(succeeded) > 50, sorted(set(WRITES) - succeeded)


@pytest.mark.criterion("api-25")
@pytest.mark.parametrize(
    ("plural", "noun", "field"), [("contacts", "contact", "last_name"), ("companies", "company", "name"), ("deals", "deal", "name")]
)
def test_a_record_s_life_is_told_with_who_from_where_and_what_was_before(alice: Persona, plural: str, noun: str, field: str) -> None:
    here = f"/api/v1/{plural}/{alice.client.made(plural, **{field: 'old'})['id']}"
    alice.client.patch(here, {field: "new"})
    alice.client.delete(here)
    alice.client.post(f"{here}/restore", None)
    found = alice.client.get("/api/v1/audit", query={"object": noun, "object_id": here.rpartition("/")[2]}).json["data"]
    told = {one["action"].rpartition(".")[2]: one["changes"] for one in found}
    assert told["created"][field] == [None, "old"]
    assert told["updated"] == {field: ["old", "new"]}
    assert (told["deleted"], told["restored"]) == ({"deleted": [False, True]}, {"deleted": [True, False]})
    me = alice.client.get("/api/v1/me").json["id"]
    assert {(one["actor"]["kind"], one["actor"]["id"], one["address"]) for one in found} == {("key", me, "127.0.0.1")}
    assert len({one["request_id"] for one in found}) == 4
