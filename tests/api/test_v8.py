"""V8 on the wire: the shapes, quirks and parameters that SuiteCRM's clients know, and refusals in the same shape from every door."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

import pytest

from server.domain.actor import system_actor
from server.services.suitecrm.ids import inside
from server.services.suitecrm.modules import MODULES
from tests.api.appliance import Appliance, Persona
from tests.api.client import Reply
from tests.api.v8 import Suite, suite

VND = "application/vnd.api+json"
NOBODYS = "0b9e3a6c-5a0e-4c1e-9c3b-2f6f0d6a7b11"


@pytest.fixture
def crm(appliance: Appliance, alice: Persona) -> Suite:
    """Return a client of alice's tenant that has signed in by itself."""
    return suite(appliance, alice.tenant_id).sign_in()


def refused(reply: Reply, status: int = 400) -> str:
    """See that a refusal has its shape, and return what it says."""
    assert reply.status == status, reply.body
    found = reply.json["errors"]
    assert set(found) == {"status", "code", "title", "detail"}
    assert found["status"] == status
    assert found["code"] == found["code"].lower()
    return str(found["detail"])


@pytest.mark.criterion("api-5")
def test_a_record_is_shown_as_its_singular_with_text_attributes_and_its_relationships(crm: Suite, alice: Persona) -> None:
    company = alice.client.made("companies", name="Maple", address={"city": "Berlin"})
    contact = alice.client.made("contacts", first_name="Ann", last_name="Lee", company_id=company["id"], email="ann@example.com")
    listed = crm.get("/module/Contacts")["data"][0]
    bean_id = listed["id"]
    reply = crm.send("GET", f"/module/Contacts/{bean_id}")
    assert reply.headers["content-type"] == VND
    found = reply.json["data"]
    assert found == listed
    assert (found["type"], str(uuid.UUID(found["id"]))) == ("Contact", bean_id)
    attributes = found["attributes"]
    assert (attributes["full_name"], attributes["email1"], attributes["account_name"], attributes["deleted"]) == (
        "Ann Lee",
        "ann@example.com",
        "Maple",
        "0",
    )
    assert attributes["date_entered"] == contact["created_at"][:19] + "+00:00"
    assert "id" not in attributes
    assert {type(value) for value in attributes.values()} == {str}
    assert found["relationships"]["Accounts"] == {"links": {"related": f"/V8/module/Contacts/{bean_id}/relationships/accounts"}}
    assert set(reply.json) == {"data"}
    assert b"\n  " in reply.body


@pytest.mark.criterion("api-5")
def test_what_v8_writes_the_native_api_shows_and_the_other_way_round(crm: Suite, alice: Persona) -> None:
    bean_id = crm.made("Opportunities", name="Big", amount="1200.5", sales_stage="Prospecting", description="why", date_closed="2026-12-01")
    worth = crm.get("/module/Opportunities", **{"fields[Opportunities]": "amount,currency_name,currency_symbol"})["data"][0]["attributes"]
    assert (worth["currency_name"], worth["currency_symbol"]) == ("EUR", "€")
    deal = alice.client.get("/api/v1/deals").json["data"][0]
    assert (deal["name"], deal["value"], deal["status"]) == ("Big", {"amount": "1200.50", "currency": "EUR"}, "open")
    assert deal["custom"]["description"] == "why"
    alice.client.patch(f"/api/v1/deals/{deal['id']}", {"status": "won"})
    assert crm.get(f"/module/Opportunities/{bean_id}")["data"]["attributes"]["sales_stage"] == "Closed Won"
    reply = crm.send(
        "PATCH", "/module", {"data": {"type": "Opportunity", "id": bean_id, "attributes": {"sales_stage": "Negotiation/Review", "amount": 7}}}
    )
    assert (reply.status, reply.json["data"]["type"]) == (201, "Opportunity")
    after = alice.client.get(f"/api/v1/deals/{deal['id']}").json
    assert (after["status"], after["stage"], after["value"]["amount"]) == ("open", "Negotiation/Review", "7.00")


def test_an_id_may_be_brought_and_only_once(crm: Suite) -> None:
    bean_id = str(uuid.uuid4())
    body = {"data": {"type": "Accounts", "id": bean_id, "attributes": {"name": "Maple"}}}
    assert crm.send("POST", "/module", body).json["data"]["id"] == bean_id
    assert "already exist" in refused(crm.send("POST", "/module", body))
    assert crm.get(f"/module/Accounts/{bean_id}")["data"]["attributes"]["name"] == "Maple"
    inside_attributes: dict[str, Any] = {"type": "Accounts", "attributes": {"id": str(uuid.uuid4()), "name": "Oak"}}
    assert crm.send("POST", "/module", {"data": inside_attributes}).json["data"]["id"] == inside_attributes["attributes"]["id"]
    refused(crm.send("POST", "/module", {"data": {"type": "Accounts", "attributes": {"id": "seven", "name": "Oak"}}}))


def test_deleting_says_so_and_the_record_is_found_among_the_deleted_alone(crm: Suite) -> None:
    bean_id, kept = crm.made("Accounts", name="Maple"), crm.made("Accounts", name="Oak")
    reply = crm.send("DELETE", f"/module/Accounts/{bean_id}")
    assert (reply.status, reply.json) == (200, {"meta": {"message": f"Record with id {bean_id} is deleted"}, "data": []})
    refused(crm.send("DELETE", f"/module/Accounts/{bean_id}"))
    refused(crm.send("GET", f"/module/Accounts/{bean_id}"))
    assert [one["id"] for one in crm.get("/module/Accounts", **{"filter[deleted][eq]": "1"})["data"]] == [bean_id]
    assert [one["id"] for one in crm.get("/module/Accounts")["data"]] == [kept]


def test_a_list_has_pages_and_links_only_when_a_page_size_is_asked_for(crm: Suite) -> None:
    for name in "edcba":
        crm.made("Accounts", name=name)
    assert set(crm.get("/module/Accounts")) == {"data"}
    first = crm.get("/module/Accounts", **{"page[size]": "2", "sort": "name", "fields[Accounts]": "name"})
    assert first["meta"] == {"total-pages": 3, "records-on-this-page": 2}
    assert [one["attributes"] for one in first["data"]] == [{"name": "a"}, {"name": "b"}]
    base = "/V8/module/Accounts?page[size]=2&sort=name&fields[Accounts]=name&page[number]="
    assert first["links"] == {"first": None, "prev": None, "next": f"{base}2", "last": f"{base}3"}
    last = crm.get("/module/Accounts", **{"page[size]": "2", "page[number]": "3", "sort": "name"})
    assert [one["attributes"]["name"] for one in last["data"]] == ["e"]
    assert (last["links"]["next"], last["links"]["prev"][-1], last["links"]["first"][-1]) == (None, "2", "1")
    nothing = crm.get("/module/Accounts", **{"page[size]": "2", "page[number]": "4"})
    assert (nothing["data"], nothing["meta"]["message"]) == ([], "Request was successful, but there is no result")


FILTERS = [
    ({"filter[name][eq]": "b"}, "b"),
    ({"filter[name][NEQ]": "b"}, "acd"),
    ({"filter[name][gt]": "b"}, "cd"),
    ({"filter[name][gte]": "b"}, "bcd"),
    ({"filter[name][lt]": "b"}, "a"),
    ({"filter[name][lte]": "b"}, "ab"),
    ({"filter[name][like]": "%B%"}, "b"),
    ({"filter[name][eq]": "a", "filter[employees][eq]": "2"}, ""),
    ({"filter[operator]": "or", "filter[name][eq]": "a", "filter[employees][eq]": "2"}, "ab"),
    ({"filter[operator]": "AND", "filter[name][gt]": "a", "filter[name][lt]": "c"}, "b"),
    ({"filter[account_type][eq]": "Customer"}, "c"),
    ({"filter[email1][eq]": "d@example.com"}, "d"),
    ({"filter[date_entered][gte]": "2020-01-01T00:00:00 00:00"}, "abcd"),
    ({"filter[date_entered][lt]": "2020-01-01 00:00:00"}, ""),
    ({"filter[employees][eq]": ""}, "cd"),
]


@pytest.mark.parametrize(("query", "names"), FILTERS)
def test_filters_select(crm: Suite, query: dict[str, str], names: str) -> None:
    for name, more in (("a", {"employees": "1"}), ("b", {"employees": "2"}), ("c", {"account_type": "Customer"}), ("d", {"email1": "D@example.com"})):
        crm.made("Accounts", name=name, **more)
    assert "".join(one["attributes"]["name"] for one in crm.get("/module/Accounts", sort="name", **query)["data"]) == names


def test_a_second_of_theirs_is_a_thousand_moments_of_ours(crm: Suite, alice: Persona) -> None:
    alice.client.made("activities", type="task", subject="Do", due_at="2026-11-20T12:00:00.700Z")
    for operator, found in (("eq", 1), ("gte", 1), ("lte", 1), ("gt", 0), ("lt", 0), ("neq", 0)):
        assert len(crm.get("/module/Tasks", **{f"filter[date_due][{operator}]": "2026-11-20 12:00:00"})["data"]) == found, operator


BAD_QUERIES = [
    ({"foo": "bar"}, 'The option "foo" does not exist'),
    ({"page[size]": "0"}, "page"),
    ({"page[size]": "x"}, "page"),
    ({"page[size]": "5001"}, "at most"),
    ({"page[foo]": "1"}, "page"),
    ({"sort": "nmae"}, "nmae"),
    ({"sort": "name,date_entered"}, "not found"),
    ({"sort": "account_name"}, "not found"),
    ({"fields[Accounts]": "nmae"}, "The following field in Account module is not found: nmae"),
    ({"fields[Accounts]": "na me"}, "fields"),
    ({"fields": "name"}, "fields"),
    ({"filter[nmae][eq]": "x"}, "Filter field nmae in Account module is not found"),
    ({"filter[name][foo]": "x"}, "Filter operator foo is invalid"),
    ({"filter[name]": "x"}, "filter"),
    ({"filter[operator]": "xor"}, "operator"),
    ({"filter[date_entered][eq]": "yesterday"}, "date_entered"),
    ({"filter[annual_revenue][eq]": "a\0b"}, "filter"),
]


@pytest.mark.parametrize(("query", "words"), BAD_QUERIES)
def test_a_parameter_that_is_not_understood_is_refused_by_name(crm: Suite, query: dict[str, str], words: str) -> None:
    assert words in refused(crm.send("GET", "/module/Accounts", **query))


BAD_BODIES = [
    ([], "object"),
    ({}, "data"),
    ({"data": []}, "object"),
    ({"data": {"type": "Accounts"}, "x": 1}, "x"),
    ({"data": {"attributes": {"name": "a"}}}, "type"),
    ({"data": {"type": "Account", "attributes": {"name": "a"}, "relationships": {}}}, "relationships"),
    ({"data": {"type": "Cases", "attributes": {"name": "a"}}}, "Cases"),
    ({"data": {"type": "Accounts", "attributes": []}}, ""),
    ({"data": {"type": "Accounts", "attributes": ["a"]}}, "attributes"),
    ({"data": {"type": "Accounts", "id": "seven", "attributes": {"name": "a"}}}, "id"),
    ({"data": {"type": "Accounts", "attributes": {"nmae": "a"}}}, "Property nmae in Account module is invalid"),
    ({"data": {"type": "Accounts", "attributes": {"name": {"a": 1}}}}, "name"),
    ({"data": {"type": "Accounts", "attributes": {}}}, "name"),
    ({"data": {"type": "Contacts", "attributes": {"last_name": "a", "email1": "nobody"}}}, "email"),
    ({"data": {"type": "Users", "attributes": {"user_name": "a"}}}, "console"),
    ({"data": {"type": "Calls", "attributes": {"name": "a", "date_start": "soon"}}}, "soon"),
    ({"data": {"type": "Notes", "attributes": {"name": "a", "parent_type": "Cases", "parent_id": NOBODYS}}}, "parent_type"),
]


@pytest.mark.parametrize(("body", "words"), BAD_BODIES)
def test_a_body_that_is_not_understood_is_refused_and_writes_nothing(crm: Suite, body: Any, words: str) -> None:
    assert words in refused(crm.send("POST", "/module", body))
    for module in ("Accounts", "Contacts", "Calls", "Notes"):
        assert crm.get(f"/module/{module}")["data"] == []


@pytest.mark.parametrize("bean_id", ["x", "usr_1", "1'; --", "../Accounts", NOBODYS, "17"])
def test_an_id_that_is_none_or_nobodys_is_refused(crm: Suite, bean_id: str) -> None:
    from urllib.parse import quote

    for method in ("GET", "DELETE"):
        refused(crm.send(method, f"/module/Accounts/{quote(bean_id, safe='')}"))
    refused(crm.send("PATCH", "/module", {"data": {"type": "Accounts", "id": bean_id, "attributes": {"name": "a"}}}))


@pytest.mark.criterion("api-5")
def test_relationships_are_added_listed_by_pages_and_removed(crm: Suite) -> None:
    account = crm.made("Accounts", name="Maple")
    contacts = [crm.made("Contacts", last_name=name) for name in ("Abbott", "Berger", "Costa")]
    base = f"/module/Accounts/{account}/relationships"
    assert crm.get(f"{base}/contacts")["meta"]["message"] == "There is no relationship set in Account module with contacts link field"
    by_type = crm.send("POST", base, {"data": {"type": "Contacts", "id": contacts[0]}})
    assert (by_type.status, by_type.json["data"]) == (201, [])
    assert by_type.json["meta"] == {"message": f"Contact with id {contacts[0]} has been added to Account with id {account}"}
    named = crm.send("POST", f"{base}/contacts", {"data": {"type": "Contact", "id": contacts[1]}}).json["meta"]
    assert (named["sourceModule"], named["sourceId"], named["relatedModule"], named["relatedId"], named["relationshipLink"]) == (
        "Accounts",
        account,
        "Contacts",
        contacts[1],
        "contacts",
    )
    crm.send("POST", f"/module/Contacts/{contacts[2]}/relationships/accounts", {"data": {"type": "Accounts", "id": account}})
    page = crm.get(f"{base}/contacts", **{"page[size]": "2", "sort": "last_name"})
    assert page["meta"] == {"total-pages": 2, "records-on-this-page": 2, "total-records": 3}
    assert [one["id"] for one in page["data"]] == contacts[:2]
    assert page["data"][0]["links"] == {"self": f"V8/module/Contact/{contacts[0]}"}
    assert [one["id"] for one in crm.get(f"{base}/contacts", **{"filter[last_name][eq]": "Costa"})["data"]] == [contacts[2]]
    gone = crm.send("DELETE", f"{base}/contacts/{contacts[0]}")
    assert gone.json["meta"]["message"].startswith("Relationship has been deleted between Account")
    assert "is not related to Account" in refused(crm.send("DELETE", f"{base}/contacts/{contacts[0]}"))
    assert {one["id"] for one in crm.get(f"{base}/contacts")["data"]} == set(contacts[1:])


def test_relationships_that_cannot_be_are_refused(crm: Suite) -> None:
    account, other = crm.made("Accounts", name="Maple"), crm.made("Accounts", name="Oak")
    call, first, second = crm.made("Calls", name="Ring"), crm.made("Contacts", last_name="Lee"), crm.made("Contacts", last_name="Low")
    base = f"/module/Accounts/{account}/relationships"
    for path, kind, related in (
        (base, "Accounts", other),
        (f"{base}/friends", "Contacts", first),
        (f"{base}/contacts", "Accounts", other),
        (f"{base}/contacts", "Contacts", str(uuid.uuid4())),
        (f"{base}/assigned_user_link", "Users", str(uuid.uuid4())),
    ):
        refused(crm.send("POST", path, {"data": {"type": kind, "id": related}}))
    assert crm.send("POST", f"/module/Calls/{call}/relationships", {"data": {"type": "Contacts", "id": first}}).status == 201
    assert crm.send("POST", f"/module/Calls/{call}/relationships", {"data": {"type": "Contacts", "id": first}}).status == 201
    assert crm.send("POST", f"/module/Calls/{call}/relationships", {"data": {"type": "Contacts", "id": second}}).status == 201
    assert {one["id"] for one in crm.get(f"/module/Calls/{call}/relationships/contacts")["data"]} == {first, second}
    refused(crm.send("GET", f"{base}/friends"))
    refused(crm.send("GET", f"{base}/contacts", **{"fields[Contacts]": "name"}))


def test_a_person_is_assigned_and_is_the_current_user(crm: Suite) -> None:
    crm.as_person()
    me = crm.get("/current-user")["data"]
    assert (me["type"], me["attributes"]["user_name"], me["attributes"]["is_admin"]) == ("User", crm.username, "1")
    assert "password" not in json.dumps(me)
    account = crm.made("Accounts", name="Maple", assigned_user_id=me["id"])
    assert crm.get(f"/module/Accounts/{account}")["data"]["attributes"]["assigned_user_name"] == "alice"
    assert [one["id"] for one in crm.get("/module/Accounts", **{"filter[assigned_user_id][eq]": me["id"]})["data"]] == [account]
    assert crm.get(f"/module/Accounts/{account}/relationships/assigned_user_link")["data"][0]["id"] == me["id"]
    assert crm.get(f"/module/Users/{me['id']}")["data"]["attributes"]["status"] == "Active"
    assert crm.get(f"/user-preferences/{me['id']}")["data"]["type"] == "UserPreference"


@pytest.mark.parametrize("module", ["Notes", "Documents"])
def test_a_file_comes_with_its_note_or_document(crm: Suite, module: str) -> None:
    content = base64.b64encode(b"%PDF-1.4 contents").decode()
    bean_id = crm.made(module, name="Paper", filename="folder/paper.pdf", filecontents=content)
    found = crm.get(f"/module/{module}/{bean_id}")["data"]["attributes"]
    assert (found["filename"], found["file_mime_type"]) == ("paper.pdf", "application/pdf")
    record_id = inside(system_actor(crm.tenant_id), MODULES[module].noun, bean_id)
    owner = crm.appliance.persona("owner", crm.tenant_id)
    kept = owner.client.get(f"/api/v1/{MODULES[module].scope}/{record_id}/content")
    assert (kept.body, kept.headers["content-type"]) == (b"%PDF-1.4 contents", "application/pdf")
    again = {"type": module, "id": bean_id, "attributes": {"filename": "b.txt", "filecontents": base64.b64encode(b"b").decode()}}
    assert crm.send("PATCH", "/module", {"data": again}).json["data"]["attributes"]["filename"] == "b.txt"
    broken = {"data": {"type": module, "attributes": {"name": "Broken", "filename": "x", "filecontents": "not base64!"}}}
    refused(crm.send("POST", "/module", broken))
    assert len(crm.get(f"/module/{module}")["data"]) == 1, "nothing is half-written"
    refused(crm.send("POST", "/module", {"data": {"type": "Accounts", "attributes": {"name": "a", "filecontents": content}}}))


def test_a_client_without_a_person_is_its_own_current_user(crm: Suite) -> None:
    me = crm.get("/current-user")["data"]
    assert (me["type"], me["attributes"]["name"]) == ("User", "Old CRM")


def test_modules_and_fields_describe_themselves(crm: Suite, alice: Persona) -> None:
    assert alice.client.post("/api/v1/fields/companies", {"name": "plate", "type": "text"}).status == 201
    modules = crm.get("/meta/modules")["data"]
    assert modules["type"] == "modules"
    assert {"view", "list", "edit", "delete"} <= set(modules["attributes"]["Accounts"]["access"])
    assert "edit" not in modules["attributes"]["Users"]["access"]
    fields = crm.get("/meta/fields/Accounts")["data"]
    assert fields["type"] == "fields"
    assert fields["attributes"]["name"] == {"type": "name", "dbType": "varchar", "required": True, "len": 150}
    assert fields["attributes"]["plate_c"]["source"] == "custom_fields"
    assert crm.made("Accounts", name="Maple", plate_c="B-XY 1")
    assert len(crm.get("/module/Accounts", **{"filter[plate_c][like]": "b-xy%"})["data"]) == 1
    for path in ("/listview/columns/Accounts", "/search-defs/module/Accounts"):
        assert crm.get(path)
    swagger = crm.get("/meta/swagger.json")
    assert (swagger["openapi"], swagger["info"]["version"]) == ("3.0.0", "8.1")
    refused(crm.send("GET", "/meta/fields/Cases"))


@pytest.mark.criterion("api-24")
def test_another_tenant_finds_and_changes_nothing(crm: Suite, appliance: Appliance, charlie: Persona) -> None:
    account, contact = crm.made("Accounts", name="Maple"), crm.made("Contacts", last_name="Lee")
    theirs = suite(appliance, charlie.tenant_id).sign_in()
    own = theirs.made("Contacts", last_name="Low")
    base = f"/module/Accounts/{account}"
    for method, path, body in (
        ("GET", base, None),
        ("DELETE", base, None),
        ("PATCH", "/module", {"data": {"type": "Accounts", "id": account, "attributes": {"name": "Oak"}}}),
        ("GET", f"{base}/relationships/contacts", None),
        ("POST", f"{base}/relationships", {"data": {"type": "Contacts", "id": contact}}),
        ("POST", f"/module/Contacts/{own}/relationships", {"data": {"type": "Accounts", "id": account}}),
        ("DELETE", f"{base}/relationships/contacts/{contact}", None),
        ("POST", "/module", {"data": {"type": "Contacts", "attributes": {"last_name": "x", "account_id": account}}}),
    ):
        reply = theirs.send(method, path, body)
        refused(reply)
        assert b"Maple" not in reply.body
    assert len(theirs.get("/module/Contacts")["data"]) == 1
    assert crm.get(base)["data"]["attributes"]["name"] == "Maple"
    # Whoever brings an id that somebody else has learns nothing of it: ids are a tenant's own.
    assert theirs.send("POST", "/module", {"data": {"type": "Accounts", "id": account, "attributes": {"name": "Oak"}}}).status == 201


def test_the_sandbox_and_the_live_tenant_do_not_meet(appliance: Appliance, crm: Suite) -> None:
    crm.made("Accounts", name="Maple")
    sandbox = suite(appliance, crm.tenant_id, mode="test").sign_in()
    assert sandbox.get("/module/Accounts")["data"] == []
    sandbox.made("Accounts", name="Oak", description="in the sandbox")
    assert len(crm.get("/module/Accounts")["data"]) == 1


def test_a_viewer_reads_and_writes_nothing_and_scopes_bound_everybody(appliance: Appliance, alice: Persona) -> None:
    account = suite(appliance, alice.tenant_id).sign_in().made("Accounts", name="Maple")
    viewer = suite(appliance, alice.tenant_id, "viewer").as_person()
    assert viewer.get(f"/module/Accounts/{account}")["data"]["id"] == account
    assert "edit" not in viewer.get("/meta/modules")["data"]["attributes"]["Accounts"]["access"]
    narrow = suite(appliance, alice.tenant_id, scopes=["contacts:read"]).sign_in()
    assert set(narrow.get("/meta/modules")["data"]["attributes"]) == {"Contacts", "Leads"}
    for caller in (viewer, narrow):
        refused(caller.send("DELETE", f"/module/Accounts/{account}"))
        refused(caller.send("POST", "/module", {"data": {"type": "Accounts", "attributes": {"name": "Oak"}}}))
    refused(narrow.send("GET", f"/module/Accounts/{account}"))
    refused(narrow.send("GET", "/module/Contacts", **{"filter[account_name][eq]": "Maple"}))


def test_every_door_refuses_in_the_same_shape(crm: Suite) -> None:
    refused(crm.send("GET", "/nothing/here"), 404)
    refused(crm.appliance.anonymous.get("/legacy/Api/V9/module/Accounts"), 404)
    wrong = crm.send("PUT", "/module")
    refused(wrong, 405)
    assert "PATCH" in wrong.headers["allow"]
    refused(crm.send("POST", "/module", b"{"))
    refused(crm.send("POST", "/module", b'{"data": {"type": "\\ud800"}}'))
    send = crm.appliance.client(crm.token).send
    refused(send("POST", "/Api/V8/module", b"a=b", {"Content-Type": "text/plain"}), 415)
    large = crm.appliance.settings.server.body_limit_bytes + 1
    refused(send("POST", "/Api/V8/module", b'"' + b"a" * large + b'"'), 413)
    for reply in (wrong, crm.send("GET", "/nothing")):
        assert reply.headers["x-request-id"]


def test_a_secret_in_a_bad_request_never_comes_back(crm: Suite) -> None:
    secret = base64.b64encode(b"never to be seen").decode()
    for body in (f'{{"password": "{secret}"', f'{{"client_secret": ["{secret}"]}}', secret):
        reply = crm.appliance.anonymous.send("POST", "/Api/access_token", body.encode(), {"Content-Type": "application/json"})
        assert reply.status == 400
        assert secret.encode() not in reply.body


def test_more_than_one_answer_holds_is_refused_instead_of_cut(crm: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    from server.web.suitecrm import parameters

    monkeypatch.setattr(parameters, "MOST", 2)
    for name in "abc":
        crm.made("Accounts", name=name)
    assert "page[size]" in refused(crm.send("GET", "/module/Accounts"))
    assert len(crm.get("/module/Accounts", **{"page[size]": "2"})["data"]) == 2
