"""The pages that mails lead to: opened by anybody who holds the link, changing nothing until the form is sent."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from server.system import ids
from tests.api.appliance import Appliance, Persona
from tests.api.client import Reply
from tests.server.web.handlers.people import OVER_HTTP, made, mailed_to, sign_in

alice, appliance, bob, charlie, operator, personas = OVER_HTTP

PAGES = ("/account/invitation", "/account/password-reset")
CHOSEN = "another phrase altogether"


def send(appliance: Appliance, page: str, token: str, password: str) -> Reply:
    form = urlencode({"token": token, "password": password}).encode()
    return appliance.anonymous.send("POST", page, form, {"Content-Type": "application/x-www-form-urlencoded"})


def asked(alice: Persona, appliance: Appliance, page: str) -> tuple[str, str]:
    """Return who was mailed the link to a page, and the token in it."""
    email = f"{ids.new_id('ada')}@example.com"
    if page.endswith("invitation"):
        assert alice.client.post("/api/v1/users", {"email": email, "role": "member"}).status == 201
    else:
        made(alice.client, email)
        appliance.anonymous.post("/admin/v1/password-reset", {"email": email})
    return email, mailed_to(email)


@pytest.mark.parametrize("page", PAGES)
def test_the_link_of_a_mail_leads_to_a_password_that_signs_in(alice: Persona, appliance: Appliance, page: str) -> None:
    email, token = asked(alice, appliance, page)
    shown = appliance.anonymous.get(f"{page}?token={token}")
    assert shown.status == 200
    assert shown.headers["content-type"].startswith("text/html")
    assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]
    assert token.encode() in shown.body
    assert b"Your password is set" in send(appliance, page, token, CHOSEN).body
    assert sign_in(appliance, email, CHOSEN).get("/api/v1/me").status == 200


@pytest.mark.parametrize("page", PAGES)
def test_what_is_wrong_is_said_on_the_page_and_can_be_mended(alice: Persona, appliance: Appliance, page: str) -> None:
    _, token = asked(alice, appliance, page)
    weak = send(appliance, page, token, "short")
    assert weak.status == 422
    assert b'role="alert"' in weak.body
    assert send(appliance, page, token, CHOSEN).status == 200
    used = send(appliance, page, token, CHOSEN)
    assert used.status == 422
    assert b"was used before" in used.body


@pytest.mark.parametrize("page", PAGES)
def test_a_hostile_token_is_shown_as_text(appliance: Appliance, page: str) -> None:
    shown = appliance.anonymous.get(f"{page}?{urlencode({'token': chr(34) + '><script>alert(1)</script>'})}")
    assert b"<script>" not in shown.body
