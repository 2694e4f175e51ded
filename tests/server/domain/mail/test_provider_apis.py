"""Where providers take mail over HTTP, and what an account has to name for it."""

from __future__ import annotations

import pytest

from server.domain.mail import presets, provider_apis


@pytest.mark.parametrize(
    ("provider", "region", "address"),
    [
        ("sendgrid", None, "https://api.sendgrid.com"),
        ("sendgrid", "eu", "https://api.eu.sendgrid.com"),
        ("mailgun", "eu", "https://api.eu.mailgun.net"),
        ("ses", "eu-central-1", "https://email.eu-central-1.amazonaws.com"),
        ("ses", None, None),
        ("ses", "evil.example/", None),
        ("sendgrid", "mars", None),
    ],
)
def test_a_region_names_an_address_of_the_provider_and_nobody_elses(provider: str, region: str | None, address: str | None) -> None:
    assert provider_apis.endpoint(provider, region) == address


@pytest.mark.parametrize(
    ("provider", "region", "domain", "pointers"),
    [
        ("sendgrid", None, None, []),
        ("ses", None, None, ["/api/region"]),
        ("mailgun", None, None, ["/api/domain"]),
        ("mailgun", "mars", None, ["/api/region", "/api/domain"]),
        ("fastmail", None, None, ["/provider"]),
        (None, None, None, ["/provider"]),
    ],
)
def test_what_is_lacking_is_pointed_at(provider: str | None, region: str | None, domain: str | None, pointers: list[str]) -> None:
    assert [one.pointer for one in provider_apis.lacking(provider, region, domain)] == pointers


def test_every_provider_with_an_api_is_among_those_that_are_known() -> None:
    assert {key for key, preset in presets.BY_KEY.items() if "api_key" in preset.auth} == provider_apis.APIS.keys()
