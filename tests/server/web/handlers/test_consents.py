"""The page of a person's applications: signing in, what it shows, and what withdrawing ends."""

from __future__ import annotations

import pytest

from server.system.ids import new_id
from tests.api.appliance import Appliance
from tests.api.oauth import Browser, app, person, service_app, tokens_of
from tests.server.web.handlers.people import OVER_HTTP, soon

alice, appliance, bob, charlie, operator, personas = OVER_HTTP

PAGE = "/oauth/consents"


@pytest.fixture
def tenant(appliance: Appliance) -> str:
    return appliance.tenant()


def signed_in(appliance: Appliance, email: str) -> Browser:
    browser = Browser(appliance.anonymous)
    assert "Sign in" in browser.open(PAGE).body.decode()
    browser.press("sign_in", email=email, password="correct horse battery staple")
    return browser


def test_a_person_sees_what_they_allowed_and_withdraws_it(appliance: Appliance, tenant: str) -> None:
    first, second, email = (
        app(appliance, tenant, name="First <app>"),
        app(appliance, tenant, name="Second", scopes=["contacts:read", "companies:read"]),
        person(tenant),
    )
    service_app(appliance, tenant, name="Machine")
    mine, other = tokens_of(first, email), tokens_of(second, email, scope="companies:read contacts:read")
    browser = signed_in(appliance, email)
    assert "First &lt;app&gt;" in browser.page
    assert "read companies" in browser.page
    assert "Machine" not in browser.page
    browser.press("withdraw", client=first.id)
    assert "First" not in browser.page
    assert "Second" in browser.page
    soon(lambda: first.use(mine["access_token"]), 401)
    assert first.refresh(mine["refresh_token"]).json["error"] == "invalid_grant"
    assert second.use(other["access_token"]).status == 200
    told = [one["action"] for one in appliance.persona("alice", tenant).client.get("/api/v1/audit").json["data"]]
    assert "authorization.withdrawn" in told


def test_nobody_withdraws_for_somebody_else(appliance: Appliance, tenant: str) -> None:
    client, email, colleague = app(appliance, tenant), person(tenant), person(tenant)
    token = tokens_of(client, email)["access_token"]
    browser = signed_in(appliance, colleague)
    assert "There are none." in browser.page
    browser.press("withdraw", client=client.id)
    assert "allow this application nothing" in browser.page
    stranger = Browser(appliance.anonymous)
    stranger.open(PAGE)
    stranger.cookies["junction_session"] = browser.cookies["junction_session"]
    assert "out of date" in stranger.press("withdraw", client=client.id).body.decode(), "a form of another browser decides nothing"
    assert client.use(token).status == 200


def test_a_wrong_password_is_said_and_signing_out_ends_the_page(appliance: Appliance, tenant: str) -> None:
    email = person(tenant)
    browser = Browser(appliance.anonymous)
    browser.open(PAGE)
    assert 'role="alert"' in browser.press("sign_in", email=email, password=new_id("wrong")).body.decode()
    assert "e-mail address and your password" in browser.press("sign_in", email="", password="").body.decode()
    browser = signed_in(appliance, email)
    browser.press("sign_out")
    assert "Sign in" in browser.page
