"""Every route of the table, called by those who may not: another tenant, the other mode, nobody, and keys that lack scope or role.

The calls are made from the route table, so a new route is among them by being there.
"""

from __future__ import annotations

import pytest

from server.domain.permissions import ROLES, SCOPES, grants
from server.web.routes import Route, Runs
from tests.api.appliance import Appliance, Persona, Personas
from tests.api.client import Client, Reply
from tests.api.problems import check_problem
from tests.api.routes import Things, all_routes, body_of, furnish, leaks, named, names_things

TENANTS = named(tuple(route for route in all_routes() if route.access == "tenant"))
OPERATORS = named(tuple(route for route in all_routes() if route.access == "operator"))
CLOSED = named(tuple(route for route in all_routes() if route.access != "anyone"))
SCOPED = named(tuple(route for route in all_routes() if route.access == "tenant" and route.scope))
# Their answers never end; tests of their own look at them.
ENDLESS = {name for name, route in CLOSED.items() if route.runs is Runs.STREAM and route.path.endswith("/stream")}
# People, and the trail of what they do, belong to the tenant in both modes.
IN_BOTH_MODES = {name for name, route in TENANTS.items() if route.scope and route.scope.startswith(("users:", "audit:", "logs:"))}

# What is made comes last, so that a thing of the same name in the sandbox is not taken for the live one.
SANDBOXED = [
    name for last in (False, True) for name, route in TENANTS.items() if (route.method == "POST") is last and name not in ENDLESS | IN_BOTH_MODES
]


@pytest.fixture(scope="module")
def house(appliance: Appliance) -> tuple[Personas, Things]:
    """Return people whose tenant A has one of everything."""
    people = appliance.personas()
    return people, furnish(people.alice)


def call(client: Client, route: Route, target: str) -> Reply:
    """Call a route with a body that it takes."""
    if route.method not in {"POST", "PUT", "PATCH"}:
        return client.send(route.method, target)
    if route.media_types[0].startswith("multipart/"):
        return client.send(route.method, target, b"--x--\r\n", {"Content-Type": "multipart/form-data; boundary=x"})
    return client.send(route.method, target, body_of(route) or {})


def test_the_sweep_has_things_to_go_for(house: tuple[Personas, Things]) -> None:
    assert [name for name, route in TENANTS.items() if house[1].missing(route)] == []


@pytest.mark.criterion("api-24", "webhooks-19", "connectors-26")
@pytest.mark.parametrize("name", sorted(set(TENANTS) - ENDLESS))
def test_another_tenant_finds_nothing_and_learns_nothing(appliance: Appliance, house: tuple[Personas, Things], name: str) -> None:
    things = house[1]
    # A fresh one each time: the own log rightly holds the addresses that were asked for.
    charlie = appliance.persona("charlie", appliance.tenant())
    _nothing(charlie.client, TENANTS[name], things)


@pytest.mark.criterion("api-24", "api-28")
@pytest.mark.parametrize("name", SANDBOXED)
def test_the_sandbox_of_the_same_tenant_finds_nothing_live(appliance: Appliance, house: tuple[Personas, Things], name: str) -> None:
    people, things = house
    sandbox = appliance.persona("sandbox", people.alice.tenant_id, mode="test")
    _nothing(sandbox.client, TENANTS[name], things, shared=people.alice.tenant_id)


def _nothing(client: Client, route: Route, things: Things, shared: str = "") -> None:
    target = things.address(route)
    reply = call(client, route, target)
    assert [mark for mark in leaks(reply, things, target) if mark != shared] == [], reply.body
    check_problem(reply)
    assert reply.status < 500
    # What is named and not numbered may be made in the sandbox too.
    if names_things(route) and not (shared and route.method == "POST" and "{id}" not in route.path):
        assert reply.status == 404, reply.body
    elif route.listed:
        assert reply.status == 200


def test_after_the_sweep_everything_is_as_it_was(house: tuple[Personas, Things]) -> None:
    people, things = house
    # Times of use, and what is shown once: secrets and signed addresses.
    changing = {"last_used_at", "key", "secret", "client_secret", "waiting", "part_url", "progress_url", "complete_url", "url_expires_at"}
    for route in TENANTS.values():
        known = things.found.get(route.path.rpartition("/")[0], {})
        if route.method == "GET" and route.path.endswith("}") and not route.listed and known and names_things(route):
            reply = people.alice.client.get(things.address(route))
            assert reply.status == 200, route.path
            kept = set(known) - changing - ({"url"} if "part_url" in known else set())
            assert {name: reply.json.get(name) for name in kept} == {name: known[name] for name in kept}


@pytest.mark.parametrize("name", OPERATORS)
def test_no_tenant_finds_what_is_for_operators(house: tuple[Personas, Things], name: str) -> None:
    people, things = house
    target = things.address(OPERATORS[name], fallback=people.alice.tenant_id)
    for persona in (people.alice, people.charlie):
        reply = call(persona.client, OPERATORS[name], target)
        assert (reply.status, reply.code) == (404, "unknown_route")
        check_problem(reply)


@pytest.mark.parametrize("name", ["list_contacts", "get_contact", "list_webhooks", "create_key", "get_me"])
def test_no_tenant_comes_in_through_the_operators_mirror(house: tuple[Personas, Things], name: str) -> None:
    people, things = house
    route = TENANTS[name]
    target = things.address(route).replace("/api/v1", f"/admin/v1/tenants/{people.alice.tenant_id}")
    for persona in (people.alice, people.charlie):
        assert (reply := call(persona.client, route, target)).status == 404, reply.body


@pytest.mark.parametrize("name", sorted(CLOSED))
def test_without_a_credential_nobody_gets_past_the_door(appliance: Appliance, house: tuple[Personas, Things], name: str) -> None:
    things = house[1]
    reply = call(appliance.anonymous, CLOSED[name], things.address(CLOSED[name]))
    assert (reply.status, reply.code) == (401, "unauthenticated")
    assert reply.headers["www-authenticate"].startswith("Bearer ")
    check_problem(reply)


@pytest.mark.criterion("api-14")
@pytest.mark.parametrize("name", sorted(SCOPED))
def test_a_key_without_the_scope_is_refused(appliance: Appliance, house: tuple[Personas, Things], name: str) -> None:
    people, things = house
    route = SCOPED[name]
    assert route.scope
    others = tuple(sorted(scope for scope in SCOPES if not grants(frozenset({scope}), route.scope)))
    reply = call(_with_scopes(appliance, people.alice, others), route, things.address(route))
    assert (reply.status, reply.code) == (403, "insufficient_scope"), reply.body
    check_problem(reply)


@pytest.mark.criterion("api-14")
@pytest.mark.parametrize("name", sorted(name for name, route in SCOPED.items() if route.scope and not grants(ROLES["viewer"], route.scope)))
def test_a_key_of_a_viewer_is_refused_whatever_its_scopes(house: tuple[Personas, Things], name: str) -> None:
    people, things = house
    reply = call(people.bob.client, SCOPED[name], things.address(SCOPED[name]))
    assert (reply.status, reply.code) == (403, "insufficient_role"), reply.body
    check_problem(reply)


_clients: dict[tuple[str, tuple[str, ...]], Client] = {}


def _with_scopes(appliance: Appliance, alice: Persona, scopes: tuple[str, ...]) -> Client:
    key = (alice.tenant_id, scopes)
    if key not in _clients:
        _clients[key] = appliance.persona("narrow", alice.tenant_id, scopes=scopes).client
    return _clients[key]


LISTS = named(tuple(route for route in all_routes() if route.listed and any(one.name == "cursor" for one in route.query)))


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_list_refuses_a_forged_cursor(appliance: Appliance, house: tuple[Personas, Things], name: str) -> None:
    people, things = house
    route = LISTS[name]
    client = appliance.operator() if route.access == "operator" else people.alice.client
    target = things.address(route)
    reply = client.get(f"{target}{'&' if '?' in target else '?'}cursor=bm8gY3Vyc29yIG9mIG91cnMgYXQgYWxs")
    assert (reply.status, reply.code) == (400, "invalid_cursor"), reply.body
    check_problem(reply)


# A custom endpoint's parameters are known once the endpoint is found.
ANY_PARAMETER = {name for name, route in TENANTS.items() if route.any_query}


@pytest.mark.parametrize("name", sorted(set(TENANTS) - ENDLESS - ANY_PARAMETER))
def test_every_route_refuses_a_parameter_nobody_knows(house: tuple[Personas, Things], name: str) -> None:
    people, things = house
    route = TENANTS[name]
    target = things.address(route)
    reply = people.charlie.client.send(route.method, f"{target}{'&' if '?' in target else '?'}surprise=1", body_of(route))
    assert (reply.status, reply.code) == (400, "unknown_parameter"), reply.body


SINGLE = {name: route for name, route in TENANTS.items() if route.conditional and route.path.endswith("}")}
READ = {route.path for route in SINGLE.values()}
CHANGES = {name: route for name, route in TENANTS.items() if route.method in {"PUT", "PATCH", "DELETE"} and route.path in READ}


@pytest.mark.criterion("api-19")
@pytest.mark.parametrize("name", sorted(SINGLE))
def test_every_single_resource_has_a_tag_by_which_it_is_unchanged(house: tuple[Personas, Things], name: str) -> None:
    people, things = house
    target = things.address(SINGLE[name])
    reply = people.alice.client.get(target)
    assert reply.status == 200, reply.body
    assert people.alice.client.get(target, {"If-None-Match": reply.headers["etag"]}).status == 304


@pytest.mark.criterion("api-19")
@pytest.mark.parametrize("name", sorted(CHANGES))
def test_every_change_of_something_stale_is_refused_with_the_current_tag(house: tuple[Personas, Things], name: str) -> None:
    people, things = house
    route, target = CHANGES[name], things.address(CHANGES[name])
    tag = people.alice.client.get(target).headers["etag"]
    reply = people.alice.client.send(route.method, target, body_of(route), {"If-Match": '"999"'})
    assert (reply.status, reply.code) == (412, "stale_version"), reply.body
    # When something was last used may change meanwhile.
    told = {reply.headers["etag"], people.alice.client.get(target).headers["etag"]}
    assert {one.strip('"').partition("-")[0] for one in told} == {tag.strip('"').partition("-")[0]}
