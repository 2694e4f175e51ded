"""Providers that take mail over HTTP: where they listen, by region, and what an account has to name besides its key. Data.

They sign what they send with keys of their own, so what they are given carries no signature of ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from server.domain.errors import Fault

_AWS_REGION: Final = re.compile(r"[a-z]{2}(?:-[a-z]+){1,3}-\d")
_DEFAULT: Final = "default"


class ProviderApi(NamedTuple):
    """A provider: `regions` are addresses by region, "default" where none is named; with `any_region` the region stands in the address."""

    title: str
    regions: Mapping[str, str]
    any_region: str = ""
    needs_domain: bool = False
    needs_key_id: bool = False


APIS: Final = {
    "sendgrid": ProviderApi("SendGrid", {_DEFAULT: "https://api.sendgrid.com", "eu": "https://api.eu.sendgrid.com"}),
    "ses": ProviderApi("Amazon SES", {}, "https://email.{region}.amazonaws.com", needs_key_id=True),
    "mailgun": ProviderApi("Mailgun", {_DEFAULT: "https://api.mailgun.net", "eu": "https://api.eu.mailgun.net"}, needs_domain=True),
}


def endpoint(provider: str, region: str | None) -> str | None:
    """Return the address of a provider's API in a region; None where there is no such region."""
    known = APIS[provider]
    if known.any_region:
        return known.any_region.format(region=region) if region and _AWS_REGION.fullmatch(region) else None
    return known.regions.get(region or _DEFAULT)


def lacking(provider: str | None, region: str | None, domain: str | None) -> list[Fault]:
    """Return what keeps an account from sending through a provider's API."""
    known = APIS.get(provider or "")
    if provider is None or known is None:
        return [Fault("/provider", "unknown_provider", f"Mail is handed over an API to {', '.join(sorted(APIS))}.")]
    found = []
    if endpoint(provider, region) is None:
        listed = "such as eu-central-1" if known.any_region else "eu, or none"
        found.append(Fault("/api/region", "invalid_account", f"{known.title} needs its region here: {listed}."))
    if known.needs_domain and not domain:
        found.append(Fault("/api/domain", "missing", f"{known.title} sends from a domain that is set up there; name it."))
    return found
