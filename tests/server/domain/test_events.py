"""Event types and subscription patterns."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.errors import Unprocessable
from server.domain.events import catalogue, matches, normalise_pattern, normalise_type

NAMED_IN_THE_CONTRACT = [
    "integration.connected",
    "integration.disconnected",
    "integration.failed",
    "sync.completed",
    "sync.failed",
    "lead.pushed",
    "webhook.created",
    "webhook.disabled",
    "webhook.triggered",
    "webhook.attempt_failed",
    "api_key.created",
    "api_key.revoked",
    "api_request.received",
    "user.updated",
    "form.created",
    "payment.succeeded",
    "payment.failed",
    "email.sent",
    "email.delivered",
    "email.opened",
    "email.clicked",
    "email.bounced",
    "email.complained",
    "email.unsubscribed",
    "email.received",
    "import.completed",
    "contact.merged",
    "company.merged",
]
RECORDS = ["contact", "company", "deal", "activity", "product", "order", "invoice", "payment", "document", "object"]
EXPLICIT = ["webhook.triggered", "webhook.attempt_failed", "api_request.received"]
ALIASES = {
    "ZapierIntegrationConnected": "integration.connected",
    "CRMIntegrationConnected": "integration.connected",
    "HubSpotContactCreated": "contact.created",
    "SalesforceLeadCreated": "lead.pushed",
    "LeadsPushedToCRM": "lead.pushed",
    "GoogleAnalyticsConnected": "integration.connected",
    "FacebookPixelInstalled": "integration.connected",
    "WebhookConfigured": "webhook.created",
    "WebhookTriggered": "webhook.triggered",
    "APIKeyGenerated": "api_key.created",
    "APIRequestReceived": "api_request.received",
}


@pytest.mark.parametrize("name", NAMED_IN_THE_CONTRACT)
def test_every_type_of_the_contract_is_in_the_catalogue_with_a_summary(name: str) -> None:
    assert catalogue()[name].summary.endswith(".")


@pytest.mark.parametrize("noun", RECORDS)
@pytest.mark.parametrize("verb", ["created", "updated", "deleted", "restored"])
def test_every_resource_tells_of_its_whole_life(noun: str, verb: str) -> None:
    assert f"{noun}.{verb}" in catalogue()


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_the_older_names_can_be_subscribed_to_and_are_listed_on_their_type(alias: str, name: str) -> None:
    assert normalise_pattern(alias) in (name, alias)
    assert normalise_type(alias) == name
    assert alias in catalogue()[name].aliases


HUBSPOT = {"origin": {"integration": "hubspot", "installation_id": "ins_1"}}
PUSHED_TO_HUBSPOT = {"record": {"integration": "hubspot", "resource": "contacts"}}
SALESFORCE_LEAD = {"origin": {"integration": "salesforce"}, "record": {"lifecycle": "lead"}}


@pytest.mark.parametrize(
    ("alias", "event_type", "detail", "wanted"),
    [
        ("HubSpotContactCreated", "contact.created", HUBSPOT, True),
        ("HubSpotContactCreated", "contact.created", {"record": {}}, False),
        ("HubSpotContactCreated", "contact.created", {"origin": {"integration": "salesforce"}}, False),
        ("HubSpotContactCreated", "contact.updated", HUBSPOT, False),
        ("HubSpotContactCreated", "lead.pushed", PUSHED_TO_HUBSPOT, True),
        ("HubSpotContactCreated", "lead.pushed", {"record": {"integration": "hubspot", "resource": "companies"}}, False),
        ("SalesforceLeadCreated", "contact.created", SALESFORCE_LEAD, True),
        ("SalesforceLeadCreated", "contact.created", {"origin": {"integration": "salesforce"}, "record": {"lifecycle": None}}, False),
        ("SalesforceLeadCreated", "lead.pushed", {"record": {"integration": "salesforce", "resource": "leads"}}, True),
        ("SalesforceLeadCreated", "lead.pushed", PUSHED_TO_HUBSPOT, False),
        ("LeadsPushedToCRM", "lead.pushed", PUSHED_TO_HUBSPOT, True),
        ("CRMIntegrationConnected", "integration.connected", {"record": {"integration": "hubspot", "category": "crm"}}, True),
        ("CRMIntegrationConnected", "integration.connected", {"record": {"integration": "slack", "category": "communication"}}, False),
        ("ZapierIntegrationConnected", "integration.connected", {"record": {"integration": "zapier"}}, True),
        ("GoogleAnalyticsConnected", "integration.connected", {"record": {"integration": "zapier"}}, False),
        ("GoogleAnalyticsConnected", "integration.connected", {"record": None}, False),
    ],
)
def test_an_alias_that_names_a_vendor_wants_what_speaks_of_that_vendor(alias: str, event_type: str, detail: dict[str, Any], wanted: bool) -> None:
    assert matches([normalise_pattern(alias)], event_type, detail) is wanted


def test_the_first_of_several_aliases_stands_for_them_and_a_type_may_have_none() -> None:
    assert catalogue()["lead.pushed"].alias == "LeadsPushedToCRM"
    assert catalogue()["integration.connected"].alias == "ZapierIntegrationConnected"
    assert catalogue()["deal.created"].alias is None


@pytest.mark.parametrize("pattern", ["*", "contact.*", "object.*", "webhook.*", "payment.succeeded", *EXPLICIT])
def test_wildcards_and_exact_names_stay_as_they_are(pattern: str) -> None:
    assert normalise_pattern(pattern) == pattern


@pytest.mark.parametrize("pattern", ["", ".*", "contact", "contact.creatd", "*.created", "contact.**", "Contact.created", " *", "api_request.*"])
def test_a_pattern_that_could_never_match_is_refused(pattern: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        normalise_pattern(pattern)
    assert refused.value.stable_code == "unknown_event_type"


def test_a_near_miss_is_named() -> None:
    with pytest.raises(Unprocessable, match=r"Did you mean 'contact\.created'"):
        normalise_pattern("contact.creatd")


@pytest.mark.parametrize(
    ("patterns", "event_type", "wanted"),
    [
        (["*"], "contact.created", True),
        (["contact.*"], "contact.created", True),
        (["contact.created"], "contact.created", True),
        (["deal.*", "contact.created"], "contact.created", True),
        (["contact.*"], "contact_list.created", False),
        (["deal.*"], "contact.created", False),
        (["contact.updated"], "contact.created", False),
        ([], "contact.created", False),
    ],
)
def test_a_pattern_wants_its_own_types_and_no_others(patterns: list[str], event_type: str, wanted: bool) -> None:
    assert matches(patterns, event_type, {}) is wanted


@pytest.mark.parametrize("event_type", EXPLICIT)
def test_an_event_about_deliveries_is_never_caught_by_a_wildcard(event_type: str) -> None:
    assert catalogue()[event_type].explicit_only
    assert not matches(["*", event_type.partition(".")[0] + ".*"], event_type, {})
    assert matches([event_type], event_type, {})
