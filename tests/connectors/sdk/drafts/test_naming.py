"""Names of vendors become names of ours."""

from __future__ import annotations

import pytest

from connectors.sdk.drafts.naming import camel, singular, snake, steps, words


@pytest.mark.parametrize(
    ("name", "made"),
    [("AccountSid", "accountSid"), ("xero-tenant-id", "xeroTenantId"), ("calendarId", "calendarId"), ("token", "tokenValue"), ("{}", "value")],
)
def test_placeholders_become_fields_that_no_secret_has(name: str, made: str) -> None:
    assert camel(name) == made


@pytest.mark.parametrize(
    ("path", "made"),
    [
        ("/contacts", ["contacts"]),
        ("/v3/marketing/segments/2.0", ["v3", "marketing", "segments"]),
        ("/2010-04-01/Accounts/{Sid}/Messages.json", ["2010_04_01", "accounts", "messages"]),
        ("/conversations.list", ["conversations"]),
        ("/contactGroups", ["contact_groups"]),
        ("/list", ["list"]),
    ],
)
def test_a_path_names_what_it_lists(path: str, made: list[str]) -> None:
    assert steps(path) == made


def test_names_are_written_as_people_do() -> None:
    assert [words(name) for name in ("apiKey", "sales_orders")] == ["Api key", "Sales orders"]
    assert [singular(name) for name in ("companies", "contacts", "address")] == ["company", "contact", "address"]
    assert snake("TaxRates") == "tax_rates"
