"""The mock identity provider: codes and refresh tokens work once, PKCE binds, and every token call is counted."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.vendors.client import connected
from tests.vendors.fixtures import MakeVendor
from tests.vendors.identity import CLIENT_ID, CLIENT_SECRET, challenge
from tests.vendors.messages import Call
from tests.vendors.vendor import MockVendor

BACK = "https://junction.example/callback"


@pytest.fixture
def hubspot(mock_vendor: MakeVendor) -> MockVendor:
    return mock_vendor("hubspot")


def consent(vendor: MockVendor, **asked: str) -> dict[str, str]:
    """Return what a person comes back with."""
    query = {"client_id": CLIENT_ID, "response_type": "code", "redirect_uri": BACK, "state": "s1", "scope": "crm.objects.contacts.read", **asked}
    answer = vendor.whole(Call("GET", f"{vendor.identity.facts.authorize}?{urlencode(query)}"))
    assert answer.status == 302
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def tokens(vendor: MockVendor, kind: str, **given: str) -> dict[str, Any]:
    """Return what the token endpoint answers."""
    form = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "grant_type": kind, **given}
    found: dict[str, Any] = vendor.whole(
        Call("POST", vendor.identity.facts.token, {"content-type": "application/x-www-form-urlencoded"}, urlencode(form).encode())
    ).json
    return found


def test_a_code_becomes_tokens_once(hubspot: MockVendor) -> None:
    back = consent(hubspot)
    assert back["state"] == "s1"
    first = tokens(hubspot, "authorization_code", code=back["code"], redirect_uri=BACK)
    assert hubspot.identity.holds(first["access_token"])
    assert (first["expires_in"], first["scope"]) == (1800, "crm.objects.contacts.read")
    assert tokens(hubspot, "authorization_code", code=back["code"], redirect_uri=BACK)["error"] == "invalid_grant"
    assert hubspot.identity.token_calls == 2


def test_a_code_with_a_challenge_needs_its_verifier(hubspot: MockVendor) -> None:
    for verifier, known in (("v" * 43, True), ("w" * 43, False)):
        back = consent(hubspot, code_challenge=challenge("v" * 43), code_challenge_method="S256")
        answer = tokens(hubspot, "authorization_code", code=back["code"], redirect_uri=BACK, code_verifier=verifier)
        assert ("access_token" in answer) == known


def test_a_rotating_refresh_token_works_once_and_its_second_use_ends_the_grant(hubspot: MockVendor) -> None:
    hubspot.identity.rotating()
    _, refresh = hubspot.identity.grant()
    renewed = tokens(hubspot, "refresh_token", refresh_token=refresh)
    assert renewed["refresh_token"] != refresh
    assert tokens(hubspot, "refresh_token", refresh_token=refresh)["error"] == "invalid_grant"
    assert tokens(hubspot, "refresh_token", refresh_token=renewed["refresh_token"])["error"] == "invalid_grant"
    assert (hubspot.identity.refreshes, hubspot.identity.reuses) == (1, 1)
    assert not hubspot.identity.holds(renewed["access_token"])


def test_a_revoked_grant_ends_its_tokens(hubspot: MockVendor) -> None:
    client = connected(hubspot)
    hubspot.faults.play("revoked_grant", first=2)
    assert [client.get("/account-info/v3/details").status for _ in range(2)] == [200, 401]


def test_what_can_go_wrong_goes_wrong_on_request(hubspot: MockVendor) -> None:
    mischief = hubspot.identity.mischief
    mischief.wrong_state, mischief.no_expires_in, mischief.scope = True, True, "oauth"
    back = consent(hubspot)
    assert back["state"] != "s1"
    answer = tokens(hubspot, "authorization_code", code=back["code"], redirect_uri=BACK)
    assert (answer.get("expires_in"), answer["scope"]) == (None, "oauth")
    mischief.denied = True
    assert consent(hubspot)["error"] == "access_denied"


def test_a_client_that_cannot_prove_itself_gets_nothing(hubspot: MockVendor) -> None:
    assert tokens(hubspot, "client_credentials", client_secret="wrong")["error"] == "invalid_client"
    assert tokens(hubspot, "password")["error"] == "unsupported_grant_type"
