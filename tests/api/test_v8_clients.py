"""A client for SuiteCRM's V8 that others wrote (PySuiteCRM, as it is on PyPI) works against this appliance unmodified."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySuiteCRM.SuiteCRM import SuiteCRM

from tests.api.appliance import Appliance, Persona
from tests.api.v8 import suite


@pytest.fixture(params=["/Api/V8", "/legacy/Api/V8"])
def crm(request: pytest.FixtureRequest, appliance: Appliance, alice: Persona, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the client, signed in; it keeps its token in a file of the folder it is started in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    own = suite(appliance, alice.tenant_id)
    return SuiteCRM(client_id=own.id, client_secret=own.secret, url=f"{appliance.url}{request.param}")


@pytest.mark.criterion("api-5")
@pytest.mark.parametrize("module", ["Accounts", "Opportunities", "Calls", "Meetings", "Tasks", "Notes", "Emails", "Documents"])
def test_records_of_a_module_are_created_read_changed_and_deleted(crm: Any, module: str) -> None:
    found = getattr(crm, module)
    name = "document_name" if module == "Documents" else "name"
    made = found.create(**{name: "First, ünd second", "description": "über"})["data"]
    assert made["attributes"][name] == "First, ünd second"
    assert name in found.fields()
    assert [one["id"] for one in found.get(fields=["description", name], sort="date_entered", **{name: "First, ünd second"})] == [made["id"]]
    assert found.update(made["id"], description="new")["data"]["attributes"]["description"] == "new"
    assert made["id"] in found.delete(made["id"])["meta"]["message"]
    assert found.get(**{name: "First, ünd second"}) == []


@pytest.mark.criterion("api-5")
@pytest.mark.parametrize("module", ["Contacts", "Leads"])
def test_people_are_found_by_operators_and_all_at_once(crm: Any, module: str) -> None:
    found = getattr(crm, module)
    for last in ("Abbott", "Berger", "Costa"):
        found.create(first_name="Ann", last_name=last, email1=f"{last}@example.com")
    assert sorted(one["attributes"]["last_name"] for one in found.get(last_name={"operator": ">", "value": "Abbott"})) == ["Berger", "Costa"]
    assert [one["attributes"]["email1"] for one in found.get(last_name={"operator": "=", "value": "Costa"})] == ["costa@example.com"]
    entered = {"operator": ">=", "value": "2020-05-08T09:59:00+00:00"}
    assert len(found.get(date_entered=entered)) == len(found.get()) == 3
    assert "data" in found.get_all()


@pytest.mark.criterion("api-5")
def test_relationships_are_made_listed_and_ended(crm: Any) -> None:
    account = crm.Accounts.create(name="Maple")["data"]["id"]
    contact = crm.Contacts.create(last_name="Lee")["data"]["id"]
    assert contact in crm.Accounts.create_relationship(account, "Contacts", contact)["meta"]["message"]
    assert [one["id"] for one in crm.Accounts.get_relationship(account, "Contacts")["data"]] == [contact]
    assert [one["id"] for one in crm.Contacts.get_relationship(contact, "Accounts")["data"]] == [account]
    assert "deleted" in crm.Accounts.delete_relationship(account, "Contacts", contact)["meta"]["message"]
    assert crm.Accounts.get_relationship(account, "Contacts")["data"] == []


@pytest.mark.criterion("api-5")
def test_the_client_logs_out_and_signs_in_again_by_itself(crm: Any) -> None:
    before = crm.OAuth2Session.token["access_token"]
    crm._logout()
    # Of what it sends again after a 401, this client loses the body; so it reads.
    assert crm.Accounts.get() == []
    assert crm.OAuth2Session.token["access_token"] != before


def test_a_client_with_a_wrong_secret_ends_with_the_sentence_it_has_for_that(appliance: Appliance, crm: Any) -> None:
    with pytest.raises(SystemExit, match="401"):
        SuiteCRM(client_id=crm._client_id, client_secret="wrong", url=f"{appliance.url}/Api/V8")
