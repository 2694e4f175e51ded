"""Encrypted fields on the wire: every protocol shows the mask, none compares with the value, and revealing is an act of its own."""

from __future__ import annotations

import json

import pytest

from server.store import database
from tests.api.appliance import Appliance, Persona
from tests.api.client import Reply
from tests.api.problems import check_problem
from tests.api.v4_1 import fault, login, signed_in
from tests.api.v8 import suite

CONTACTS = "/api/v1/contacts"
SECRET = "4111111111111234"


@pytest.fixture
def contact(alice: Persona) -> str:
    """Declare the field `pan`, make a contact with a value in it, and return the contact's address."""
    assert alice.client.post("/api/v1/fields/contacts", {"name": "pan", "type": "encrypted"}).status == 201
    return f"{CONTACTS}/{alice.client.made('contacts', first_name='Ada', custom={'pan': SECRET})['id']}"


def reveals(persona: Persona) -> list[str]:
    """Return what kinds of callers have revealed something in a tenant."""
    return [row[0] for row in database.rows("SELECT actor_kind FROM audit WHERE action = 'field.revealed' AND tenant_id = ?", (persona.tenant_id,))]


def refused(reply: Reply, status: int, code: str) -> None:
    check_problem(reply)
    assert (reply.status, reply.code) == (status, code)
    assert SECRET not in reply.body.decode()


def test_revealing_is_never_kept_and_told_each_time(alice: Persona, contact: str) -> None:
    for count in (1, 2):
        found = alice.client.post(f"{contact}/reveal", {"fields": ["pan"]}, {"Idempotency-Key": "same"})
        assert (found.status, found.json["fields"]) == (200, {"pan": SECRET})
        assert (found.headers["cache-control"], "idempotency-replayed" in found.headers) == ("no-store", False)
        assert reveals(alice) == ["key"] * count
    assert database.rows("SELECT 1 FROM idempotency WHERE tenant_id = ?", (alice.tenant_id,)) == []
    seen = alice.client.events("field.revealed", 2)
    assert [event["data"]["record"]["fields"] for event in seen] == [["pan"]] * 2
    assert SECRET not in json.dumps([seen, alice.client.get(contact).json, alice.client.get("/api/v1/audit").json])


def test_who_may_not_reveal_is_refused(appliance: Appliance, alice: Persona, bob: Persona, charlie: Persona, contact: str) -> None:
    refused(bob.client.post(f"{contact}/reveal", {"fields": ["pan"]}), 403, "insufficient_role")
    refused(charlie.client.post(f"{contact}/reveal", {"fields": ["pan"]}), 404, "not_found")
    narrow = alice.client.post("/api/v1/keys", {"name": "n", "scopes": ["contacts:read", "contacts:write"]}).json["key"]
    with_key = {"Authorization": f"Bearer {narrow}"}
    refused(alice.client.post(f"{contact}/reveal", {"fields": ["pan"]}, with_key), 403, "insufficient_scope")
    refused(alice.client.post(f"{contact}/reveal", {"fields": ["first_name"]}), 422, "not_encrypted")
    batch = {"operations": [{"method": "POST", "path": f"{contact}/reveal", "body": {"fields": ["pan"]}}]}
    assert alice.client.post("/api/v1/batch", batch).json["results"][0]["status"] == 404
    assert reveals(alice) == []


@pytest.mark.parametrize(
    "query",
    [
        {"filter[custom.pan][eq]": SECRET}, {"filter[or][0][custom.pan][like]": "4%"}, {"filter[not][custom.pan][gt]": "4"}, {"sort": "custom.pan"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", [CONTACTS, f"{CONTACTS}/export"])
def test_lists_and_exports_refuse_to_compare(alice: Persona, contact: str, path: str, query: dict[str, str]) -> None:
    reply = alice.client.get(path, query=query)
    refused(reply, 400, "encrypted_field")
    assert "custom.pan" in reply.json["detail"]


def test_other_questions_refuse_to_compare_too(alice: Persona, contact: str) -> None:
    saved = {"name": "cards", "resource": "contacts", "filter": {"custom.pan": {"eq": SECRET}}}
    refused(alice.client.post("/api/v1/custom-endpoints", saved), 422, "validation_failed")
    text = '{contacts(filter: {custom: [{field: "pan", eq: "4111"}]}) {nodes {id}}}'
    assert "custom.pan" in alice.client.post("/api/v1/graphql", {"query": text}).json["errors"][0]["message"]
    shown = alice.client.post("/api/v1/graphql", {"query": "{contacts {nodes {custom}}}"}).json["data"]["contacts"]["nodes"]
    assert shown == [{"custom": {"pan": "••••1234"}}]
    alice.client.post("/api/v1/custom-endpoints", saved | {"filter": {}})
    assert alice.client.get("/api/v1/custom/cards").json["data"][0]["custom"] == {"pan": "••••1234"}


def test_suitecrms_clients_see_the_mask_and_may_write(appliance: Appliance, alice: Persona, contact: str) -> None:
    crm = suite(appliance, alice.tenant_id).sign_in()
    [bean] = crm.get("/module/Contacts")["data"]
    assert bean["attributes"]["pan_c"] == "••••1234"
    assert crm.send("GET", "/module/Contacts", **{"filter[pan_c][eq]": SECRET}).status == 400
    body = {"data": {"type": "Contacts", "id": bean["id"], "attributes": {"pan_c": "5500005555555559", "title": "Dr"}}}
    assert crm.send("PATCH", "/module", body).json["data"]["attributes"]["pan_c"] == "••••5559"
    assert alice.client.post(f"{contact}/reveal", {"fields": ["pan"]}).json["fields"] == {"pan": "5500005555555559"}


def test_the_old_interface_refuses_to_compare(appliance: Appliance, alice: Persona, contact: str) -> None:
    crm = signed_in(appliance, login(appliance, alice.tenant_id))
    assert fault(crm.call("get_entry_list", "Contacts", "contacts_cstm.pan_c = '4111111111111234'", "", 0, ["pan_c"])) == 40
    [entry] = crm.call("get_entry_list", "Contacts", "", "", 0, ["pan_c"])["entry_list"]
    assert entry["name_value_list"]["pan_c"]["value"] == "••••1234"


def test_the_tenants_document_says_what_such_a_field_takes_and_shows(alice: Persona, contact: str) -> None:
    schemas = alice.client.get("/api/v1/openapi.json").json["components"]["schemas"]
    described = schemas["ContactCustom"]["properties"]["pan"]
    assert (described["type"], described["format"]) == ("string", "password")
    assert "mask" in described["description"]


def test_an_operator_may_reveal_and_is_named(appliance: Appliance, alice: Persona, contact: str) -> None:
    path = f"{contact}/reveal".replace("/api/v1/", f"/admin/v1/tenants/{alice.tenant_id}/")
    assert appliance.operator().post(path, {"fields": ["pan"]}).json["fields"] == {"pan": SECRET}
    assert reveals(alice) == ["operator"]
