"""Forms of a manifest: what a connector asks for becomes fields, and mappings stay as simple as they are."""

from __future__ import annotations

from app.pages.manifest_forms import change_fields, configuration, install_fields, mapping_fields

CONNECTOR = {
    "name": "Shop",
    "auth": [{"name": "key"}, {"name": "oauth"}],
    "permissions": ["contacts.read"],
    "resources": [
        {"name": "members", "title": "Members", "mapping": [{"field": "email", "path": "mail", "direction": "both", "refers": []}]},
        {"name": "orders", "title": "Orders", "mapping": [{"field": "contact_id", "path": "who", "direction": "in", "refers": ["members"]}]},
    ],
    "config_schema": {
        "required": ["apiKey"],
        "properties": {
            "apiKey": {"type": "string", "title": "API key", "writeOnly": True},
            "region": {"type": "string", "enum": ["eu", "us"], "default": "eu"},
            "validate": {"type": "boolean", "title": "Validate", "default": True},
            "lists": {"type": "array"},
        },
    },
}


def test_each_property_of_a_schema_becomes_a_field_of_its_kind() -> None:
    found = {wanted.key: wanted for wanted in configuration(CONNECTOR)}
    kinds = {key: wanted.kind for key, wanted in found.items()}
    assert kinds == {"config.apiKey": "password", "config.region": "choice", "config.validate": "switch", "config.lists": "lines"}
    assert [key for key, wanted in found.items() if wanted.required] == ["config.apiKey"]
    assert (found["config.apiKey"].label, found["config.region"].choices, found["config.validate"].default) == ("API key", ("eu", "us"), True)


def test_installing_asks_for_a_way_to_sign_in_only_where_there_are_several() -> None:
    assert "auth" in [wanted.key for wanted in install_fields({}, CONNECTOR)]
    assert "auth" not in [wanted.key for wanted in install_fields({}, {**CONNECTOR, "auth": [{"name": "key"}]})]


def test_what_it_may_do_is_asked_when_installing_and_not_when_changing() -> None:
    assert "permissions" in [wanted.key for wanted in install_fields({}, CONNECTOR)]
    assert "permissions" not in [wanted.key for wanted in change_fields({"id": "ins_1"}, CONNECTOR)]


def test_a_mapping_with_more_than_names_is_edited_as_a_document() -> None:
    row = {"id": "ins_1", "mappings": {"members": {"email": "mail"}, "orders": {"number": {"remote": "no"}}}}
    found = {wanted.key: wanted.kind for wanted in mapping_fields(row, CONNECTOR)}
    assert found == {"config.mappings.members": "mapping", "config.mappings.orders": "json"}


def test_what_lies_at_the_vendor_is_offered_as_the_vendor_has_it_now() -> None:
    properties = {"audience": {"type": "string", "x-options": "lists"}, "region": {"type": "string"}}
    connector = {**CONNECTOR, "config_schema": {"properties": properties}}
    changed = {wanted.key: (wanted.kind, wanted.source) for wanted in change_fields({"id": "ins_1"}, connector)}
    assert changed["config.audience"] == ("choice", "/installations/ins_1/options/audience")
    assert changed["config.region"] == ("text", "")
    # Before it is installed nobody can be asked.
    assert {wanted.key: wanted.kind for wanted in install_fields({}, connector)}["config.audience"] == "text"
    (members, _) = mapping_fields({"id": "ins_1", "mappings": {}}, CONNECTOR)
    assert members.source == "/installations/ins_1/fields/members"


def test_a_link_is_told_as_a_link() -> None:
    members, orders = mapping_fields({"id": "ins_1", "mappings": {}}, CONNECTOR)
    assert (members.help, orders.help) == ("", "contact_id is a link to Members.")
