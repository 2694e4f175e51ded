"""The addresses in mails over HTTP: asking changes nothing, and what was not given out leads nowhere."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from server.domain.mail import tracking_links
from server.domain.mail.tracking_links import Kind, Link
from server.services.email import tracking
from server.store import database
from server.system import ids
from tests.api.appliance import Appliance, Persona
from tests.mailing import verified
from tests.pace import quickest
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TARGET = "https://shop.example/?a=1&amp;b=2"
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
ONE_CLICK = {
    "urlencoded": (b"List-Unsubscribe=One-Click", FORM),
    "multipart": (MULTIPART, {"Content-Type": "multipart/form-data; boundary=x"}),
}


@pytest.fixture
def message(alice: Persona) -> dict[str, Any]:
    """Return a message of a stream that people subscribe to."""
    domain = f"{ids.new_id('d').replace('_', '-')}.example"
    verified(alice.tenant_id, domain)
    body = {"from": f'"<b>Shop</b>" <shop@{domain}>', "to": f"bob@{domain}", "subject": "News", "text": "Hi\n", "stream": "broadcast"}
    made = alice.client.post("/api/v1/email/messages", body)
    assert made.status == 202, made.body
    found: dict[str, Any] = made.json
    return found


def path(message: dict[str, Any], kind: Kind, **rest: Any) -> str:
    return tracking_links.path(tracking.key(), Link(kind, message["recipients"][0]["id"], **rest))


def hits(message: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in database.rows("SELECT kind, method FROM email_hits WHERE message_id = ? ORDER BY at, id", (message["id"],))]


def suppressed(alice: Persona, message: dict[str, Any]) -> list[tuple[str, str | None]]:
    found = alice.client.get("/api/v1/email/suppressions", query={"value": message["recipients"][0]["address"]}).json["data"]
    return [(one["scope"], one["stream"]) for one in found]


@pytest.mark.criterion("email-27")
def test_a_link_leads_where_it_led_and_leaves_a_hit(appliance: Appliance, message: dict[str, Any]) -> None:
    found = appliance.anonymous.get(path(message, "click", place=1, links=1, target=TARGET))
    assert (found.status, found.headers["location"]) == (302, "https://shop.example/?a=1&b=2")
    assert appliance.anonymous.send("HEAD", path(message, "click", place=1, links=1, target=TARGET)).status == 302
    pixel = appliance.anonymous.get(path(message, "open"))
    assert (pixel.status, pixel.headers["content-type"], pixel.body[:3]) == (200, "image/gif", b"GIF")
    assert appliance.anonymous.get(path(message, "trap")).status == 204
    assert sorted(hits(message)) == [("click", "GET"), ("click", "HEAD"), ("open", "GET"), ("trap", "GET")]


@pytest.mark.criterion("email-27")
def test_there_is_no_way_to_be_led_anywhere_else(appliance: Appliance, message: dict[str, Any]) -> None:
    good = path(message, "click", place=1, links=1, target=TARGET)
    evil = tracking_links.path(b"guess", Link("click", message["recipients"][0]["id"], 1, 1, "https://evil.example/")).rpartition("/")[2]
    for forged in (f"{good.rpartition('/')[0]}/{evil}", good[:-3], good.replace("/t/c/", "/t/o/"), "/t/c/x/https:%2f%2fevil.example"):
        found = appliance.anonymous.get(forged)
        assert (found.status, "location" in found.headers) == (404, False)
    assert hits(message) == []


@pytest.mark.criterion("email-26")
def test_a_scanner_that_asks_for_everything_unsubscribes_nobody(alice: Persona, appliance: Appliance, message: dict[str, Any]) -> None:
    for method in ("GET", "HEAD"):
        for kind in ("unsubscribe", "open", "trap"):
            assert appliance.anonymous.send(method, path(message, kind)).status < 300
    assert suppressed(alice, message) == []


@pytest.mark.criterion("email-26")
@pytest.mark.parametrize("form", ONE_CLICK)
def test_one_click_unsubscribes_within_a_second_without_cookie_or_redirect(
    alice: Persona, appliance: Appliance, message: dict[str, Any], form: str
) -> None:
    raw, headers = ONE_CLICK[form]
    replies = []
    click = partial(appliance.anonymous.send, "POST", path(message, "unsubscribe"), raw, headers)
    assert quickest(lambda: replies.extend([click(), click()]), 1) < 1
    assert {(one.status, one.body) for one in replies} == {(200, b"")}
    assert suppressed(alice, message) == [("stream", "broadcast")]
    types = [one["type"] for one in alice.client.get(f"/api/v1/email/messages/{message['id']}/events").json["data"]]
    assert types == ["queued", "unsubscribed"]


@pytest.mark.criterion("email-26")
def test_the_page_says_how_it_stands_and_takes_every_choice(alice: Persona, appliance: Appliance, message: dict[str, Any]) -> None:
    address = path(message, "unsubscribe")
    page = appliance.anonymous.get(address)
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "set-cookie" not in page.headers
    assert b"<script" not in page.body
    assert b"<b>" not in page.body
    assert message["recipients"][0]["address"].encode() in page.body
    for choice, expected in (("stream", [("stream", "broadcast")]), ("again", []), ("everything", [("tenant", None)])):
        assert appliance.anonymous.send("POST", address, f"choice={choice}".encode(), FORM).status == 200
        assert suppressed(alice, message) == expected
    assert b"Subscribe again" in appliance.anonymous.get(address).body


def test_a_page_that_nobody_gave_out_is_not_there(appliance: Appliance) -> None:
    for method in ("GET", "POST"):
        found = appliance.anonymous.send(method, "/t/u/00000000000000000000000000.xxxxxxxxxxxxxxxxxxxx", b"" if method == "POST" else None, FORM)
        assert (found.status, found.json["code"]) == (404, "invalid_link")
