"""The page on which a person decides; the whole way is in tests/api/test_oauth_flow.py."""

from __future__ import annotations

from tests.api.appliance import Appliance
from tests.api.oauth import Browser, app, person
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP


def test_signing_in_leads_back_to_the_question_and_out_again(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client, email, browser = app(appliance, tenant), person(tenant), Browser(appliance.anonymous)
    browser.open(client.request())
    assert 'name="password"' in browser.page
    assert browser.press("sign_in", email=email, password="").status == 200
    assert "Give your e-mail address" in browser.page
    browser.sign_in(client, email)
    assert email in browser.page
    assert browser.press("dance").status == 200
    assert email in browser.page
    browser.press("sign_out")
    assert email not in browser.page
    assert appliance.client(browser.cookies.get("junction_session")).get("/api/v1/me").status == 401
