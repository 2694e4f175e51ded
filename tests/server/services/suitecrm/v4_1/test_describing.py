"""What clients are told of modules before they ask for records."""

from __future__ import annotations

from server.domain.actor import Actor
from server.services import custom_fields
from server.services.custom_fields import NewField
from server.services.suitecrm.modules import MODULES
from tests.server.crm import limited, viewer
from tests.server.services.suitecrm.v4_1.calls import call


def test_a_module_tells_what_the_caller_may_do_there(suite: Actor) -> None:
    def access(actor: Actor, name: str) -> set[str]:
        found = next(one for one in call(actor, "get_available_modules", "all")["modules"] if one["module_key"] == name)
        return {one["action"] for one in found["acls"] if one["access"]}

    assert access(suite, "Contacts") == {"edit", "delete", "list", "view", "import", "export"}
    assert access(viewer(suite), "Contacts") == access(suite, "Users") == {"list", "view", "export"}
    assert access(limited(suite, "deals:read"), "Contacts") == set()


def test_a_field_of_the_tenants_own_is_described_and_changes_the_digest(suite: Actor) -> None:
    before = call(suite, "get_module_fields_md5", ["Contacts", "Accounts"])
    custom_fields.declare(suite, "contacts", NewField(name="shoe_size", type="number", label="Shoe size"))
    found = call(suite, "get_module_fields", "Contacts", ["shoe_size_c"])
    assert found["module_fields"]["shoe_size_c"]["type"] == "float"
    after = call(suite, "get_module_fields_md5", ["Contacts", "Accounts"])
    assert (before["Contacts"] == after["Contacts"], before["Accounts"] == after["Accounts"]) == (False, True)


def test_every_module_describes_all_of_its_fields_and_links(suite: Actor) -> None:
    for name, module in MODULES.items():
        found = call(suite, "get_module_fields", name)
        assert set(module.fields) <= set(found["module_fields"])
        assert {link["module"] for link in found["link_fields"].values()} <= set(MODULES)
        assert all({"name", "type", "required", "options", "len"} <= set(field) for field in found["module_fields"].values())


def test_layouts_and_labels_come_whole_or_as_digests(suite: Actor) -> None:
    layouts = call(suite, "get_module_layout", ["Contacts"], ["default", "wireless"], ["list", "edit"])["Contacts"]
    assert list(layouts) == ["default", "wireless"]
    assert "LAST_NAME" in layouts["default"]["list"]
    assert [{"name": "last_name", "label": "Last Name"}] in layouts["default"]["edit"]["panels"]
    digests = call(suite, "get_module_layout_md5", ["Contacts"], "", [])["md5"]["Contacts"]["default"]
    assert len(digests["list"]) == 32
    assert len(call(suite, "get_language_definition", ["Contacts"], True)["Contacts"]) == 32
    assert call(suite, "get_language_definition", "Contacts")["Contacts"]["LBL_PHONE_WORK"] == "Phone Work"
