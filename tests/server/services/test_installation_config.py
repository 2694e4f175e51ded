"""A configuration is taken as people write it, kept apart from its secrets, and shown as it was written."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Unprocessable
from server.outbound import catalogue
from server.services import installation_config
from server.system.crypto import CryptoError
from tests.installed import KEY


@pytest.mark.parametrize("name", ["apiKey", "api_key", "APIKEY", "apikey"])
def test_a_field_is_known_however_it_is_spelled(name: str) -> None:
    found = catalogue.manifest("mailchimp")
    taken = installation_config.take(found, {name: KEY, "list_id": "a1b2c3", "sync_interval": 900})
    assert (taken.secrets, taken.config, taken.interval) == ({"apiKey": KEY}, {"listId": "a1b2c3"}, 900)


def test_a_flat_map_is_that_of_contacts_and_a_nested_one_names_its_resource() -> None:
    found = catalogue.manifest("hubspot")
    flat = installation_config.take(found, {"mappings": {"title": "properties.jobtitle"}})
    nested = installation_config.take(found, {"mappings": {"deals": {"name": "properties.dealname"}}})
    assert (flat.mappings, nested.mappings) == ({"contacts": {"title": "properties.jobtitle"}}, {"deals": {"name": "properties.dealname"}})
    with pytest.raises(Unprocessable) as refused:
        installation_config.take(found, {"mappings": {"deals": {"name": {"convert": "magic"}}}, "resources": ["deals", "dreams"]})
    assert {fault.pointer for fault in refused.value.faults} == {"/config/mappings/deals", "/config/resources"}


def test_secrets_are_sealed_for_their_installation_alone(alice: Actor) -> None:
    sealed = installation_config.sealed("ins_1", {"apiKey": KEY})
    assert sealed is not None
    assert KEY.encode() not in sealed
    assert installation_config.opened({"id": "ins_1", "secrets": sealed}) == {"apiKey": KEY}
    with pytest.raises(CryptoError):
        installation_config.opened({"id": "ins_2", "secrets": sealed})
    assert installation_config.sealed("ins_1", {}) is None


def test_null_takes_a_field_away_and_a_mask_keeps_it(alice: Actor) -> None:
    found = catalogue.manifest("hubspot")
    token = "pat-eu1-00000000-0000-4000-8000-000000000000"
    before = {"id": "ins_1", "config": {}, "secrets": installation_config.sealed("ins_1", {"accessToken": token}), "mappings": {},
              "options": installation_config.DEFAULT_OPTIONS, "sync_interval": 60}  # fmt: skip
    assert installation_config.take(found, {"accessToken": "********"}, before).secrets == {"accessToken": token}
    gone = installation_config.take(found, {"accessToken": None}, before)
    assert (gone.secrets, gone.interval) == ({}, 60)


@pytest.mark.parametrize(
    ("entry", "holds"),
    [
        ("properties.employer", True),
        ({"remote": "properties.employer", "refers": "companies"}, True),
        ({"remote": "properties.employer", "refers": ["contacts"]}, False),
        ({"remote": "properties.employer", "refers": "nobody"}, False),
        (None, True),
    ],
)
def test_a_link_leads_to_a_resource_whose_rows_are_of_its_kind(entry: object, holds: bool) -> None:
    found = catalogue.manifest("hubspot")
    given = {"mappings": {"contacts": {"company_id": entry}}}
    if holds:
        assert installation_config.take(found, given).mappings == given["mappings"]
        return
    with pytest.raises(Unprocessable) as refused:
        installation_config.take(found, given)
    assert [(fault.pointer, "one of companies" in fault.detail) for fault in refused.value.faults] == [("/config/mappings/contacts", True)]


@pytest.mark.parametrize(
    ("key", "resource", "entries", "words"),
    [
        ("hubspot", "contacts", {"phone": {"remote": "properties.phone", "refers": "companies"}}, "phone leads to no other record"),
        ("mailchimp", "members", {"company_id": "merge_fields.FIRM"}, "and there is none"),
    ],
)
def test_nothing_leads_where_no_record_is(key: str, resource: str, entries: dict[str, object], words: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        installation_config.take(catalogue.manifest(key), {"mappings": {resource: entries}})
    assert any(words in fault.detail for fault in refused.value.faults)
