"""The catalogue is searched and filtered, shows what each connector asks for, and never a tier that was not shown."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Missing
from server.outbound import catalogue
from server.services import integrations
from tests.installed import Install

PUBLIC = "https://junction.example/"


def keys(actor: Actor, **chosen: str) -> list[str]:
    return [one["key"] for one in integrations.list_page(actor, None, 200, chosen, PUBLIC)[0]]


def test_words_and_filters_narrow_the_catalogue(bob: Actor) -> None:
    assert keys(bob) == sorted(catalogue.manifests())
    assert "hubspot" in keys(bob, search="CRM contacts")
    assert "mailchimp" not in keys(bob, search="CRM contacts hubspot")
    assert set(keys(bob, category="Marketing")) == {key for key, one in catalogue.manifests().items() if one.tables["category"] == "marketing"}
    assert keys(bob, publisher="nobody") == []
    assert keys(bob, search="no such words") == []


def test_pages_lead_through_all_of_it(bob: Actor) -> None:
    found: list[Any] = []
    cursor = None
    while True:
        rows, cursor = integrations.list_page(bob, cursor, 1, {}, PUBLIC)
        found += [one["key"] for one in rows]
        if cursor is None:
            break
    assert found == sorted(catalogue.manifests())


def test_a_connector_shows_what_it_asks_for(alice: Actor, newsletter: Install) -> None:
    newsletter()
    found = integrations.get(alice, "mailchimp", PUBLIC)
    assert found["config_schema"]["type"] == "object"
    assert found["config_schema"]["properties"]["apiKey"]["writeOnly"] is True
    assert found["icon_url"] == "https://junction.example/api/v1/integrations/mailchimp/icon"
    assert [(one["name"], one["kind"]) for one in found["auth"]] == [("key", "basic"), ("oauth", "oauth2")]
    assert [(one["name"], one["local"]) for one in found["resources"]] == [("members", "contact")]
    assert (found["installed"], found["rating"], found["third_party"]) == (1, None, False)
    assert integrations.icon("mailchimp").startswith(b"<svg")
    with pytest.raises(Missing):
        integrations.get(alice, "nothing", PUBLIC)
    with pytest.raises(Missing):
        integrations.require_version("mailchimp", "0.0.1")


def test_categories_count_what_they_have(bob: Actor) -> None:
    found = {one["name"]: one["integrations"] for one in integrations.categories(bob)}
    assert sum(found.values()) == len(catalogue.manifests())
    assert found["marketing"] >= 1
