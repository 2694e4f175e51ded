"""What V8 says about modules is what they are."""

from __future__ import annotations

import orjson
import pytest

from server.domain.actor import Actor
from server.services.suitecrm.declaration import Module
from server.services.suitecrm.modules import CONTACTS, MODULES
from server.web.suitecrm import v8_descriptions


@pytest.mark.parametrize("module", MODULES.values(), ids=lambda module: module.name)
def test_every_field_and_link_of_a_module_is_described(module: Module) -> None:
    found = v8_descriptions.fields_document(module, module.fields)["data"]["attributes"]
    assert set(found) == {*module.fields, *module.links}
    assert {"type", "dbType", "required"} <= set.intersection(*(set(one) for one in found.values()))
    assert v8_descriptions.columns(module, module.fields)
    assert v8_descriptions.search_document(module, module.fields)["data"]["attributes"]["module"] == module.name


def test_what_is_no_column_says_so() -> None:
    found = v8_descriptions.fields_document(CONTACTS, CONTACTS.fields)["data"]["attributes"]
    assert (found["full_name"]["source"], found["account_name"]["source"]) == ("non-db", "non-db")
    assert "source" not in found["last_name"]
    assert found["accounts"]["type"] == "link"


def test_preferences_are_the_tenants(alice: Actor) -> None:
    assert v8_descriptions.preferences(alice)["currency"] == "EUR"


def test_the_document_names_every_address_with_its_parameters() -> None:
    found = orjson.loads(v8_descriptions.swagger("/Api/V8", (("GET", "/module/{module}", None, "List"), ("POST", "/module", None, "Create"))))
    assert (found["openapi"], found["servers"]) == ("3.0.0", [{"url": "/Api/V8"}])
    assert [one["name"] for one in found["paths"]["/module/{module}"]["get"]["parameters"]] == ["module"]
    assert "post" in found["paths"]["/module"]
