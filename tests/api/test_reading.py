"""Lists: filters, order, cursors, chosen fields, expansions and tags, on both databases alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any
from urllib.parse import quote

import pytest

from server.services import records as record_service
from server.store import database
from server.store.records import by_noun
from tests.api.appliance import Appliance, Persona
from tests.api.client import Client

CONTACTS = "/api/v1/contacts"
DEALS = "/api/v1/deals"
# name, stage, amount, close date, probability, status, tags, the company's name, custom rating
ROWS: tuple[tuple[Any, ...], ...] = (
    ("Alpha", "won", "100.00", "2026-01-10", 10, "won", ["hot"], "Acme", 1),
    ("beta", "offer", "99.99", "2026-02-10", 20.5, "open", ["hot", "new"], "Acme", 2.5),
    ("Gamma", None, None, None, None, "open", [], None, None),
    ("delta%", "offer", "1000.00", "2026-03-10", 30, "lost", ["cold"], "Über AG", -3),
    ("Épsilon", "first_call", "-5.00", "2027-01-01", 0, "open", ["new"], "Über AG", 40),
)


@pytest.fixture(scope="module")
def sales(appliance: Appliance) -> Persona:
    """Return somebody whose tenant has a handful of deals."""
    found = appliance.persona("alice", appliance.tenant())
    assert found.client.post("/api/v1/fields/deals", {"name": "rating", "type": "number"}).status == 201
    companies = {name: found.client.made("companies", name=name)["id"] for name in ("Acme", "Über AG")}
    for name, stage, amount, close, probability, status, tags, company, rating in ROWS:
        value = {"amount": amount, "currency": "EUR"} if amount else None
        found.client.made(
            "deals",
            name=name,
            stage=stage,
            value=value,
            close_date=close,
            probability=probability,
            status=status,
            tags=tags,
            company_id=companies.get(company),
            custom={} if rating is None else {"rating": rating},
            external_ids={"erp": f"{name}/1"},
        )
    return found


def names(client: Client, query: str) -> set[str]:
    """Return the names of the deals that a query finds."""
    reply = client.get(f"{DEALS}?{query}")
    assert reply.status == 200, reply.body
    return {one["name"] for one in reply.json["data"]}


EVERY = {row[0] for row in ROWS}
FILTERS: dict[str, set[str]] = {
    "": EVERY,
    "filter[stage]=offer": {"beta", "delta%"},
    "filter[stage][eq]=offer": {"beta", "delta%"},
    "filter[stage][ne]=offer": {"Alpha", "Gamma", "Épsilon"},
    "filter[stage][in]=won,first_call": {"Alpha", "Épsilon"},
    "filter[stage][nin]=won,first_call": {"beta", "Gamma", "delta%"},
    "filter[stage][null]=true": {"Gamma"},
    "filter[stage][null]=false": EVERY - {"Gamma"},
    "filter[probability][lt]=20.5": {"Alpha", "Épsilon"},
    "filter[probability][lte]=20.5": {"Alpha", "beta", "Épsilon"},
    "filter[probability][gt]=20.5": {"delta%"},
    "filter[probability][gte]=20.5": {"beta", "delta%"},
    "filter[probability][between]=10,30": {"Alpha", "beta", "delta%"},
    "filter[name][like]=%25a": {"Alpha", "beta", "Gamma"},
    "filter[name][like]=B%25": set(),
    "filter[name][ilike]=B%25": {"beta"},
    "filter[name][ilike]=É%25": {"Épsilon"},
    "filter[name][ilike]=éPS%25": {"Épsilon"},
    "filter[name][like]=_eta": {"beta"},
    "filter[name][like]=%25\\%25": {"delta%"},
    "filter[name][ilike]=DELTA\\%25": {"delta%"},
    "filter[value][gt]=99.99": {"Alpha", "delta%"},
    "filter[value][between]=-5,99.99": {"beta", "Épsilon"},
    "filter[value.amount][eq]=100": {"Alpha"},
    "filter[value.currency][eq]=EUR": EVERY - {"Gamma"},
    "filter[close_date][gte]=2026-03-10": {"delta%", "Épsilon"},
    "filter[close_date][between]=2026-01-01,2026-12-31": {"Alpha", "beta", "delta%"},
    "filter[created_at][gt]=2001-01-01T00:00:00Z": EVERY,
    "filter[created_at][lt]=2001-01-01T00:00:00Z": set(),
    "filter[tags]=hot": {"Alpha", "beta"},
    "filter[tags][in]=cold,new": {"beta", "delta%", "Épsilon"},
    "filter[tags][ne]=hot": {"Gamma", "delta%", "Épsilon"},
    "filter[tags][nin]=hot,cold": {"Gamma", "Épsilon"},
    "filter[custom.rating][gte]=2.5": {"beta", "Épsilon"},
    "filter[custom.rating][null]=true": {"Gamma"},
    "filter[external_ids.erp]=beta/1": {"beta"},
    "filter[external_ids.shop][null]=true": EVERY,
    "filter[company.name][eq]=Acme": {"Alpha", "beta"},
    "filter[company.name][ilike]=ÜBER%25": {"delta%", "Épsilon"},
    "filter[status]=open&filter[stage]=offer": {"beta"},
    "filter[or][0][stage][eq]=won&filter[or][1][value][gt]=500": {"Alpha", "delta%"},
    "filter[or][0][stage]=offer&filter[or][0][status]=lost&filter[or][1][name]=Gamma": {"delta%", "Gamma"},
    "filter[and][0][probability][gte]=10&filter[and][1][probability][lt]=30": {"Alpha", "beta"},
    "filter[not][stage][eq]=offer": {"Alpha", "Gamma", "Épsilon"},
    "filter[not][or][0][status]=open&filter[not][or][1][status]=lost": {"Alpha"},
    "filter[status]=open&filter[or][0][tags]=new&filter[or][1][stage][null]=true": {"beta", "Gamma", "Épsilon"},
    "filter[deleted][eq]=true": set(),
    "filter[deleted][eq]=false": EVERY,
    "filter[version]=1": EVERY,
}


@pytest.mark.criterion("api-18")
@pytest.mark.parametrize("query", FILTERS)
def test_a_filter_finds_what_it_says(sales: Persona, query: str) -> None:
    assert names(sales.client, quote(query, safe="=&[]%")) == FILTERS[query]


SORTS: dict[str, list[str]] = {
    "probability": ["Gamma", "Épsilon", "Alpha", "beta", "delta%"],
    "-probability": ["delta%", "beta", "Alpha", "Épsilon", "Gamma"],
    "value": ["Gamma", "Épsilon", "beta", "Alpha", "delta%"],
    "-close_date": ["Épsilon", "delta%", "beta", "Alpha", "Gamma"],
    "status,-probability": ["delta%", "beta", "Épsilon", "Gamma", "Alpha"],
    "-status,stage,-probability": ["Alpha", "Gamma", "Épsilon", "beta", "delta%"],
    "custom.rating": ["Gamma", "delta%", "Alpha", "beta", "Épsilon"],
    "created_at": [row[0] for row in ROWS],
    "-id": [row[0] for row in reversed(ROWS)],
}


@pytest.mark.criterion("api-18")
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [1, 2, 50])
def test_an_order_holds_from_page_to_page_and_nulls_are_the_smallest(sales: Persona, sort: str, limit: int) -> None:
    assert [one["name"] for one in walk(sales.client, f"{DEALS}?sort={sort}&limit={limit}")] == SORTS[sort]


def walk(client: Client, target: str) -> Iterator[dict[str, Any]]:
    """Yield every row of a list, going from page to page as the answers say."""
    following: str | None = target
    while following:
        reply = client.get(following)
        assert reply.status == 200, reply.body
        page = reply.json
        assert (page["object"], page["has_more"]) == ("list", page["next_cursor"] is not None)
        yield from page["data"]
        link = re.fullmatch(r'<(.+)>; rel="next"', reply.headers.get("link", ""))
        assert (link is not None) == page["has_more"]
        following = link[1] if link else None


def test_a_cursor_belongs_to_its_question_and_its_tenant(sales: Persona, charlie: Persona) -> None:
    cursor = sales.client.get(f"{DEALS}?limit=1").json["next_cursor"]
    assert sales.client.get(f"{DEALS}?limit=2&cursor={cursor}").status == 200
    for client, target in (
        (sales.client, f"{DEALS}?sort=name&cursor={cursor}"),
        (sales.client, f"{DEALS}?filter[status]=open&cursor={cursor}"),
        (sales.client, f"{CONTACTS}?cursor={cursor}"),
        (sales.client, f"{DEALS}?cursor={cursor[:-2]}"),
    ):
        reply = client.get(target)
        assert (reply.status, reply.code) == (400, "invalid_cursor")
    assert charlie.client.get(f"{DEALS}?cursor={cursor}").json.get("data", []) == []


@contextmanager
def meddling(persona: Persona) -> Iterator[None]:
    """Insert, change and delete contacts within the block, as fast as one client can."""
    done = Event()

    def meddle() -> None:
        fresh: list[str] = []
        while not done.is_set():
            fresh.append(persona.client.made("contacts", last_name="fleeting")["id"])
            if len(fresh) > 3:
                persona.client.delete(f"{CONTACTS}/{fresh.pop(0)}")

    thread = Thread(target=meddle)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.mark.criterion("api-17")
@pytest.mark.parametrize("sort", ["-created_at", "created_at", "last_name,-created_at", "-last_name,first_name", "phone,id"])
def test_a_walk_beside_writers_returns_what_stays_exactly_once(alice: Persona, sort: str) -> None:
    contact = by_noun()["contact"]
    with database.transaction():
        stay = [
            record_service.create(alice.actor, contact, {"last_name": f"name {number % 7}", "phone": f"12{number}" if number % 3 else None})["id"]
            for number in range(120)
        ]
    with meddling(alice):
        for limit in (7, 40):
            walked = [one["id"] for one in walk(alice.client, f"{CONTACTS}?sort={sort}&limit={limit}")]
            assert sorted(one for one in walked if one in set(stay)) == sorted(stay)
            assert len(walked) == len(set(walked))


def test_fields_are_chosen(sales: Persona) -> None:
    found = sales.client.get(f"{DEALS}?fields=name,value&limit=1&sort=name").json["data"][0]
    assert set(found) == {"id", "object", "name", "value"}
    one = sales.client.get(f"{DEALS}/{found['id']}?fields=stage")
    assert set(one.json) == {"id", "object", "stage"}


@pytest.fixture
def family(appliance: Appliance, alice: Persona) -> dict[str, Any]:
    """Return a deal with its contact, company and owner."""
    owner = appliance.user("ann", alice.tenant_id, "member")
    company = alice.client.made("companies", name="Acme", owner_id=owner)
    contact = alice.client.made("contacts", first_name="Ada", company_id=company["id"])
    return alice.client.made("deals", name="D", contact_id=contact["id"], company_id=company["id"], owner_id=owner)


def test_references_are_put_in_to_two_levels(alice: Persona, family: dict[str, Any]) -> None:
    found = alice.client.get(f"{DEALS}/{family['id']}?expand=contact.company,company.owner,owner").json
    assert found["contact"]["first_name"] == "Ada"
    assert found["contact"]["company"]["name"] == "Acme"
    assert found["company"]["owner"]["object"] == "user"
    assert found["owner"]["id"] == family["owner_id"]
    alice.client.delete(f"{CONTACTS}/{family['contact_id']}")
    assert alice.client.get(f"{DEALS}/{family['id']}?expand=contact").json["contact"] is None


@pytest.mark.parametrize("expand", ["contact.company.owner", "name", "contact.name", ""])
def test_what_is_no_reference_or_too_deep_cannot_be_expanded(alice: Persona, family: dict[str, Any], expand: str) -> None:
    assert alice.client.get(f"{DEALS}/{family['id']}?expand={expand}").status == 400


def test_expanding_needs_the_scope_of_what_is_put_in(appliance: Appliance, alice: Persona, family: dict[str, Any]) -> None:
    narrow = appliance.persona("narrow", alice.tenant_id, scopes=("deals:read",)).client
    assert narrow.get(f"{DEALS}/{family['id']}").status == 200
    reply = narrow.get(f"{DEALS}/{family['id']}?expand=contact")
    assert (reply.status, reply.code) == (403, "insufficient_scope")


def test_a_filter_over_a_reference_needs_the_scope_of_what_it_looks_at(appliance: Appliance, alice: Persona, family: dict[str, Any]) -> None:
    narrow = appliance.persona("narrow", alice.tenant_id, scopes=("deals:read",)).client
    reply = narrow.get(f"{DEALS}?filter[company.name][ilike]=a%25")
    assert (reply.status, reply.code) == (403, "insufficient_scope")


@pytest.mark.criterion("api-18")
def test_expanding_costs_the_same_number_of_queries_for_one_and_for_fifty(alice: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    statements: list[str] = []
    execute = database.execute

    def counted(sql: str, values: Any = ()) -> Any:
        statements.append(sql)
        return execute(sql, values)

    def cost(limit: int) -> int:
        statements.clear()
        reply = alice.client.get(f"{DEALS}?expand=contact.company,company&limit={limit}")
        assert len(reply.json["data"]) == limit
        return len([sql for sql in statements if "FROM deals" in sql or "FROM contacts" in sql or "FROM companies" in sql])

    for number in range(50):
        company = alice.client.made("companies", name=f"C{number}")["id"]
        contact = alice.client.made("contacts", company_id=company)["id"]
        alice.client.made("deals", name=f"D{number}", contact_id=contact, company_id=company)
    monkeypatch.setattr(database, "execute", counted)
    assert cost(1) == cost(50) == 4


@pytest.mark.criterion("api-19")
def test_what_is_unchanged_is_304(alice: Persona) -> None:
    made = alice.client.made("contacts", first_name="A")
    here = f"{CONTACTS}/{made['id']}"
    for condition in ('"1"', 'W/"1"', '"0", "1"', "*"):
        reply = alice.client.get(here, {"If-None-Match": condition})
        assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", '"1"')
        assert "content-type" not in reply.headers
    for condition in ('"2"', "garbage", "", '"1-00"'):
        assert alice.client.get(here, {"If-None-Match": condition}).status == 200
    alice.client.patch(here, {"first_name": "B"})
    assert alice.client.get(here, {"If-None-Match": '"1"'}).status == 200


@pytest.mark.criterion("api-19")
def test_an_expanded_record_has_changed_when_what_is_in_it_has(alice: Persona) -> None:
    company = alice.client.made("companies", name="Old")["id"]
    here = f"{CONTACTS}/{alice.client.made('contacts', company_id=company)['id']}"
    tag = alice.client.get(f"{here}?expand=company").headers["etag"]
    assert alice.client.get(f"{here}?expand=company", {"If-None-Match": tag}).status == 304
    alice.client.patch(f"/api/v1/companies/{company}", {"name": "New"})
    assert alice.client.get(f"{here}?expand=company", {"If-None-Match": tag}).json["company"]["name"] == "New"
    assert alice.client.patch(here, {"first_name": "A"}, {"If-Match": tag}).status == 200


@pytest.mark.criterion("api-19")
@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_a_change_of_something_stale_is_refused_with_the_current_tag(alice: Persona, method: str) -> None:
    made = alice.client.made("contacts", first_name="A")
    here = f"{CONTACTS}/{made['id']}"
    alice.client.patch(here, {"first_name": "B"})
    body = None if method == "DELETE" else {"first_name": "C"}
    stale = alice.client.send(method, here, body, {"If-Match": '"1"'})
    assert (stale.status, stale.code, stale.headers["etag"]) == (412, "stale_version", '"2"')
    assert alice.client.get(here).json["first_name"] == "B"
    assert alice.client.send(method, here, body, {"If-Match": stale.headers["etag"]}).status in {200, 204}


@pytest.mark.criterion("api-19")
def test_what_has_no_version_is_changed_only_as_it_was_read(alice: Persona) -> None:
    here = f"/api/v1/keys/{alice.client.post('/api/v1/keys', {'name': 'k', 'scopes': ['contacts:read']}).json['id']}"
    seen = alice.client.get(here).headers["etag"]
    assert alice.client.patch(here, {"name": "renamed"}, {"If-Match": seen}).status == 200
    for condition in (seen, '"7"'):
        stale = alice.client.delete(here, {"If-Match": condition})
        assert (stale.status, stale.code, stale.headers["etag"]) == (412, "stale_version", alice.client.get(here).headers["etag"])
    assert alice.client.delete(here, {"If-Match": "garbage, and more"}).code == "invalid_if_match"
    assert alice.client.delete(here, {"If-Match": alice.client.get(here).headers["etag"]}).status == 204
    assert alice.client.delete(here, {"If-Match": seen}).status == 404


@pytest.mark.criterion("api-19")
def test_every_single_resource_has_a_tag(appliance: Appliance, alice: Persona) -> None:
    key = alice.client.post("/api/v1/keys", {"name": "k", "scopes": ["contacts:read"]}).json["id"]
    hook = alice.client.post("/api/v1/webhooks", {"name": "w", "url": "https://example.com/h", "events": ["*"]}).json["id"]
    for target in (f"/api/v1/keys/{key}", f"/api/v1/webhooks/{hook}", "/api/v1/me"):
        reply = alice.client.get(target)
        assert alice.client.get(target, {"If-None-Match": reply.headers["etag"]}).status == 304
