"""The app definition has the shape that Zapier's validator wants: keys, displays, operations, samples with ids.

The whole validator (zapier-platform-schema 17.9.1) is Zapier's and not ours to copy; what it demands of these parts is written down here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from connectors.catalog.zapier.app import PLATFORM, definition, kind_of

APP = definition(json.loads((Path(__file__).parents[4] / "resources" / "openapi.json").read_text(encoding="utf-8")), "1.2.3")
PARTS = [(kind, key, one) for kind in ("triggers", "creates", "searches") for key, one in APP[kind].items()]
HOOKS = [one["operation"] for one in APP["triggers"].values() if one["operation"]["type"] == "hook"]


def test_versions_are_those_of_the_appliance_and_the_platform() -> None:
    assert (APP["version"], APP["platformVersion"]) == ("1.2.3", PLATFORM)


@pytest.mark.parametrize(("kind", "key", "one"), PARTS, ids=[f"{kind}.{key}" for kind, key, _ in PARTS])
def test_every_part_is_named_as_the_validator_wants(kind: str, key: str, one: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-zA-Z]+[a-zA-Z0-9_]*", key)
    assert one["key"] == key
    assert one["noun"]
    assert re.match(r"[A-Z]", one["display"]["label"])
    assert len(one["display"]["label"]) <= 64
    assert one["display"]["description"].endswith(".")
    assert isinstance(one["operation"]["sample"]["id"], str)
    if kind == "triggers":
        assert one["operation"]["type"] in ("hook", "polling")


def test_a_zap_that_is_switched_on_makes_a_webhook_and_switched_off_removes_it() -> None:
    for hook in HOOKS:
        assert hook["performSubscribe"]["body"]["url"] == "{{bundle.targetUrl}}"
        assert "/api/v1/webhooks/' + bundle.subscribeData.id, method: 'DELETE'" in hook["performUnsubscribe"]["source"]
        assert "sort=-created_at" in hook["performList"]["source"]


def test_no_field_is_asked_for_that_is_no_plain_value() -> None:
    fields = {field["type"] for one in APP["creates"].values() for field in one["operation"]["inputFields"]}
    assert fields <= {"string", "integer", "number", "boolean"}
    assert "email" in [field["key"] for field in APP["creates"]["create_contact"]["operation"]["inputFields"]]


def test_what_a_new_record_has_to_have_is_asked_for_member_by_member() -> None:
    fields = {one["key"]: one for one in APP["creates"]["create_payment"]["operation"]["inputFields"]}
    assert {key for key, one in fields.items() if one["required"]} == {"amount__amount", "amount__currency"}
    assert "EUR" in fields["amount__currency"]["choices"]
    assert fields["status"]["choices"] == ["pending", "succeeded", "failed", "refunded"]


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string"}, "string"),
        ({"type": ["string", "null"]}, "string"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer"),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, ""),
        ({"$ref": "#/x"}, ""),
    ],
)
def test_a_field_may_be_empty(schema: dict[str, Any], kind: str) -> None:
    assert kind_of(schema) == kind
