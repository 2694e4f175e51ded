"""Rate limits over HTTP: exact over processes, edited while serving, and headers that a client can live by."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any

import http_sf
import pytest

from server.system import ids
from tests.api.appliance import Appliance, Persona, process
from tests.api.client import Client, Links, Reply
from tests.api.problems import check_problem
from tests.pace import SOON, until

CONTACTS = "/api/v1/contacts"


def tier(appliance: Appliance, *limits: dict[str, Any], costs: tuple[dict[str, Any], ...] = (), name: str | None = None) -> str:
    """Make a tier, or change the one of this name, and return its name."""
    name = name or ids.new_id("tier")
    reply = appliance.operator().put(f"/admin/v1/tiers/{name}", {"limits": limits, "costs": costs})
    assert reply.status in {200, 201}, reply.body
    return name


def alice_on(appliance: Appliance, *limits: dict[str, Any], costs: tuple[dict[str, Any], ...] = ()) -> Persona:
    return appliance.persona("alice", appliance.tenant(tier(appliance, *limits, costs=costs)))


def statuses(client: Client, count: int, path: str = CONTACTS) -> list[int]:
    return [client.get(path).status for _ in range(count)]


def parsed(text: str) -> dict[str, Any]:
    """Return the members of a list of structured fields (RFC 9651), by name, each with its parameters."""
    found: Any = http_sf.parse(text.encode(), tltype="list")
    return dict(found)


@pytest.fixture(scope="module")
def elsewhere(appliance: Appliance) -> Iterator[Links]:
    """Yield the way to a second process on the same data."""
    with process(appliance.settings) as address:
        links = Links(address)
        yield links
        links.close()


@pytest.mark.criterion("api-15")
def test_every_answer_says_in_structured_fields_what_is_left(appliance: Appliance) -> None:
    client = alice_on(appliance, {"requests": 4, "period": "minute"}, {"requests": 900, "period": "day", "per": "key"}).client
    stranger = appliance.client("jct_live_wrong")
    replies = [client.get(CONTACTS), client.get(f"{CONTACTS}/con_none"), client.get("/api/v1/nowhere"), client.post(CONTACTS, b"{")]
    replies += [client.get(CONTACTS), stranger.get(CONTACTS), appliance.anonymous.get("/healthz")]
    assert [reply.status for reply in replies] == [200, 404, 404, 400, 429, 401, 200]
    for reply in replies:
        policies, limits = parsed(reply.headers["ratelimit-policy"]), parsed(reply.headers["ratelimit"])
        ((name, said),) = limits.items()
        assert set(said) == {"r", "t"}
        assert set(policies[name]) == {"q", "w"}
        assert reply.headers["x-ratelimit-limit"] == str(policies[name]["q"])
        assert reply.headers["x-ratelimit-remaining"] == str(said["r"])
        assert reply.headers["x-ratelimit-reset"] == str(said["t"])
        assert 0 < said["t"] <= policies[name]["w"]


@pytest.mark.criterion("api-15")
def test_a_refusal_names_what_is_used_up_and_when_to_come_back(appliance: Appliance) -> None:
    client = alice_on(appliance, {"requests": 2, "period": "second"}, {"requests": 2, "period": "minute", "per": "key"}).client
    refused = [client.get(CONTACTS) for _ in range(3)][-1]
    check_problem(refused)
    assert (refused.status, refused.code, refused.json["violated-policies"]) == (429, "rate_limited", ["second", "key-minute1"])
    assert int(refused.headers["retry-after"]) >= int(refused.headers["ratelimit"].rpartition("t=")[2]) > 50
    assert refused.headers["ratelimit"].startswith('"key-minute1";r=0;')


@pytest.mark.criterion("api-16")
def test_keys_and_users_of_a_tenant_are_counted_apart(appliance: Appliance) -> None:
    limits = [{"requests": 7, "period": "minute"}, {"requests": 3, "period": "minute", "per": "key"}, {"requests": 2, "period": "day", "per": "user"}]
    alice = alice_on(appliance, *limits)
    bob = appliance.persona("bob", alice.tenant_id, "viewer")
    assert statuses(alice.client, 4) == [200, 200, 200, 429]
    assert statuses(bob.client, 3) == [200, 200, 429]
    other = appliance.persona("carol", alice.tenant_id)
    assert statuses(other.client, 3) == [200, 200, 429]
    assert other.client.get(CONTACTS).json["violated-policies"] == ["minute"]


@pytest.mark.criterion("api-16")
def test_a_key_may_be_given_limits_of_its_own(appliance: Appliance, alice: Persona) -> None:
    body = {"name": "Slow", "scopes": ["contacts:read"], "limits": [{"requests": 1, "period": "minute", "endpoints": [f"{CONTACTS}*"]}]}
    made = alice.client.post("/api/v1/keys", body).json
    assert made["limits"] == body["limits"]
    slow = appliance.client(made["key"])
    assert statuses(slow, 2) == [200, 429]
    assert slow.get("/api/v1/me").status == 200
    assert slow.get("/api/contacts/").json["violated-policies"] == ["own-minute"]
    assert alice.client.get(CONTACTS).status == 200


@pytest.mark.criterion("api-16")
def test_a_tier_is_edited_without_a_restart_in_every_process(appliance: Appliance, elsewhere: Links) -> None:
    name = tier(appliance, {"requests": 2, "period": "day"})
    here = appliance.persona("alice", appliance.tenant(name)).client
    there = Client(elsewhere, here.key)
    assert [here.get(CONTACTS).status, there.get(CONTACTS).status, here.get(CONTACTS).status, there.get(CONTACTS).status] == [200, 200, 429, 429]
    tier(appliance, {"requests": 1000, "period": "day"}, name=name)
    until(lambda: {here.get(CONTACTS).status, there.get(CONTACTS).status} == {200}, SOON)
    assert here.get(CONTACTS).headers["ratelimit-policy"] == '"day";q=1000;w=86400'


@pytest.mark.criterion("api-16")
def test_two_processes_under_load_admit_exactly_the_quota(appliance: Appliance, elsewhere: Links) -> None:
    here = alice_on(appliance, {"requests": 150, "period": "hour"}).client
    there = Client(elsewhere, here.key)
    with ThreadPoolExecutor(4) as pool:
        found = [status for part in pool.map(lambda client: statuses(client, 60), [here, there, here, there]) for status in part]
    assert (found.count(200), found.count(429)) == (150, 90)


@pytest.mark.criterion("api-16")
def test_a_client_that_heeds_the_headers_sees_no_429(appliance: Appliance, elsewhere: Links) -> None:
    here = alice_on(appliance, {"requests": 25, "period": "second"}, {"requests": 400, "period": "minute"}).client
    found = heed([here, Client(elsewhere, here.key)], seconds=4)
    assert {reply.status for reply in found} == {200}
    assert len(found) > 50


def heed(clients: list[Client], seconds: float) -> list[Reply]:
    """Ask each process in turn, as fast as the headers allow."""
    found, ends = [], time.monotonic() + seconds
    for client in cycle(clients):
        found.append(client.get(CONTACTS))
        if found[-1].headers["x-ratelimit-remaining"] == "0":
            time.sleep(int(found[-1].headers["x-ratelimit-reset"]))
        if time.monotonic() > ends:
            return found
    raise AssertionError


@pytest.mark.criterion("api-16")
def test_requests_that_cost_more_use_up_more(appliance: Appliance) -> None:
    client = alice_on(appliance, {"requests": 10, "period": "minute"}, costs=({"endpoints": ["/api/v1/search"], "units": 4},)).client
    assert [client.get("/api/v1/search?q=ada").headers["x-ratelimit-remaining"] for _ in range(2)] == ["6", "2"]
    assert statuses(client, 1, "/api/v1/search?q=ada") == [429]
    assert statuses(client, 3) == [200, 200, 429]


@pytest.mark.criterion("api-16")
def test_addresses_are_counted_only_while_nobody_is_known(appliance: Appliance, alice: Persona) -> None:
    stranger = appliance.client("jct_live_wrong")
    before, after = (int(stranger.get(CONTACTS).headers["x-ratelimit-remaining"]) for _ in range(2))
    assert before - after == 1
    known = alice.client.get(CONTACTS)
    assert known.headers["ratelimit"].startswith('"default";')
    again = int(stranger.get(CONTACTS).headers["x-ratelimit-remaining"])
    assert math.isclose(after - again, 1)
