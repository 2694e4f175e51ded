"""Each recipient's own copy: what is asked for is in it, and nothing else has changed."""

from __future__ import annotations

import email
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from server.domain.actor import Actor
from server.domain.mail import tracking_links
from server.services import vaults
from server.services.email import routing, signing, streams, templates, tracking
from server.services.email.desk import MailDesk, Room
from server.services.email.streams import NewStream, StreamChange
from server.services.email.templates import NewTemplate, Preview
from server.store import database, email_messages
from server.store.email_queue import TakenRecipient
from server.system import crypto
from server.system.crypto import Vault
from tests.mailing import sending_settings, submit, verified
from tests.tenants import MASTER_KEY

PUBLIC = "https://crm.example.org"
HTML = '<html><body><p>Grüße <a href="https://shop.example/?a=1&amp;b=2">shop</a> <a href="mailto:a@example.com">us</a></p></body></html>'
FILE = {"filename": "a.bin", "content": "AAECAwQ=", "content_type": "application/octet-stream"}
_ADDRESS = re.compile(rf"{PUBLIC}(/t/[^\"> ]+)")


@pytest.fixture(autouse=True)
def _domain(alice: Actor) -> None:
    verified(alice.tenant_id, "example.com")


def copies(actor: Actor, folder: Path, **parts: Any) -> list[tuple[TakenRecipient, bytes, bytes]]:
    """Submit a message, and return of each recipient what was composed and what is sent."""
    settings = sending_settings(folder)
    made = submit(actor, settings, **parts)
    works = [work for lot in MailDesk(lease_ms=60_000).take(Room(6, 6)) for work in lot.works]
    message, body = email_messages.contents([made["id"]])[made["id"]]
    asked = routing.plan(message, settings.email).wanted
    return [(work, body, tracking.copy_for(work, message, body, asked, PUBLIC)) for work in works]


def html_of(body: bytes) -> str:
    part = next(one for one in email.message_from_bytes(body).walk() if one.get_content_type() == "text/html")
    return bytes(part.get_payload(decode=True)).decode()


def read(path: str) -> tracking_links.Link | None:
    _, _, letter, token, *rest = path.split("/")
    kind = next(kind for kind, known in tracking_links.LETTERS.items() if known == letter)
    return tracking_links.read(tracking.key(), kind, token, rest[0] if rest else "")


@pytest.mark.criterion("email-27")
def test_nothing_is_tracked_unless_it_was_asked_for(alice: Actor, tmp_path: Path) -> None:
    ((_, composed, sent),) = copies(alice, tmp_path, html=HTML)
    assert sent == composed


@pytest.mark.criterion("email-27")
def test_each_recipient_gets_own_links_and_a_pixel_and_every_other_byte_as_it_was(alice: Actor, tmp_path: Path) -> None:
    both = {"opens": True, "clicks": True}
    found = copies(alice, tmp_path, html=HTML, to=["bob@customer.test", "carl@customer.test"], tracking=both, attachments=[FILE])
    assert len(found) == 2
    for work, composed, sent in found:
        html = html_of(sent)
        links = [read(path) for path in _ADDRESS.findall(html)]
        assert [(one.kind, one.recipient_id) for one in links if one] == [(kind, work.id) for kind in ("click", "trap", "open")]
        undone = _ADDRESS.sub(lambda match: getattr(read(match[1]), "target", ""), html)
        assert re.sub(r'<a href="" style=[^>]*></a><img src=""[^>]*>', "", undone) == HTML
        before, after = (whole.partition(b"Content-Type: text/html")[0] for whole in (composed, sent))
        assert before == after
        assert sent.endswith(composed[composed.index(b"Content-Type: application/octet-stream") :])
    assert found[0][2] != found[1][2]


def test_a_switch_of_the_stream_holds_until_the_message_says_otherwise(alice: Actor, tmp_path: Path) -> None:
    streams.create(alice, NewStream(name="news", kind="transactional"))
    one = next(row for row in streams.list_page(alice, None, 9)[0] if row["name"] == "news")
    changed = streams.update(alice, one["id"], StreamChange(tracking=streams.Tracking(opens=True)))
    assert changed["tracking"] == {"opens": True, "clicks": False}
    ((_, _, sent),) = copies(alice, tmp_path, html=HTML, stream="news")
    assert [link.kind for link in map(read, _ADDRESS.findall(html_of(sent))) if link] == ["open"]
    ((_, composed, same),) = copies(alice, tmp_path, html=HTML, stream="news", tracking={}, to=["x@customer.test"])
    assert same == composed


@pytest.mark.criterion("email-26")
def test_mail_that_people_subscribe_to_can_be_unsubscribed_from_under_its_signature(alice: Actor, tmp_path: Path) -> None:
    ((work, _, sent),) = copies(alice, tmp_path, html=HTML, stream="broadcast")
    headers = email.message_from_bytes(sent)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = urlsplit(headers["List-Unsubscribe"].strip("<>"))
    link = read(address.path)
    assert link is not None
    assert (address.scheme, link.kind, link.recipient_id) == ("https", "unsubscribe", work.id)
    signature = email.message_from_bytes(signing.sign(alice.tenant_id, alice.mode, "example.com", sent))["DKIM-Signature"]
    signed = re.sub(r"\s", "", signature).partition("h=")[2].partition(";")[0].split(":")
    assert [signed.count(name) for name in ("list-unsubscribe", "list-unsubscribe-post")] == [2, 2]


@pytest.mark.criterion("email-26")
def test_transactional_mail_has_no_header_for_unsubscribing(alice: Actor, tmp_path: Path) -> None:
    ((_, _, sent),) = copies(alice, tmp_path, html=HTML, tracking={"opens": True})
    assert "List-Unsubscribe" not in email.message_from_bytes(sent)


def test_addresses_are_of_the_domains_own_name_once_that_leads_here(alice: Actor) -> None:
    def origin() -> str:
        return tracking.origin(alice.tenant_id, alice.mode, "example.com", PUBLIC)

    assert origin() == PUBLIC
    with database.transaction():
        database.run("UPDATE sending_domains SET tracking = 'links.example.com'")
    assert origin() == PUBLIC
    with database.transaction():
        database.run("UPDATE sending_domains SET findings = ?", (orjson.dumps([{"check": "tracking", "state": "ok"}]).decode(),))
    assert origin() == "https://links.example.com"


@pytest.mark.criterion("email-26")
def test_links_in_mails_outlive_a_rotation_of_the_master_key(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    link = tracking_links.Link("unsubscribe", "rcp_00000000000000000000000000")
    path = tracking_links.path(tracking.key(), link)
    rotated = Vault({2: b"n" * 32}, 2, digest_key=crypto.default_digest_key({1: MASTER_KEY}))
    monkeypatch.setattr(vaults, "_vault", rotated)
    assert read(path) == link


@pytest.mark.criterion("email-26")
@pytest.mark.parametrize("tracked", [True, False])
@pytest.mark.parametrize("way", ["body", "template", "mjml"])
def test_each_recipient_gets_an_own_address_where_the_author_named_it(alice: Actor, tmp_path: Path, way: str, tracked: bool) -> None:
    html = '<body><a href="{{ unsubscribe_url }}">Off</a> <a href="{{preferences_url}}">Choose</a> <a href="https://shop.example/">Shop</a></body>'
    parts: dict[str, Any] = {"to": ["bob@customer.test", "carl@customer.test"], "tracking": {"clicks": tracked}}
    if way == "body":
        parts |= {"html": html, "text": "Off: {{ unsubscribe_url }}"}
    else:
        text = '<mj-text><a href="{{ unsubscribe_url }}">Off</a></mj-text>'
        mjml = f"<mjml><mj-body><mj-section><mj-column>{text}</mj-column></mj-section></mj-body></mjml>"
        source = {"html": html} if way == "template" else {"mjml": mjml}
        made = templates.create(alice, NewTemplate.model_validate({"name": "news", "subject": "News", **source}))
        shown = templates.preview(alice, made["id"], Preview())
        assert 'href="https://example.com/unsubscribe"' in shown["html"]
        parts |= {"template": "news", "subject": None, "text": None}
    found = copies(alice, tmp_path, **parts)
    assert len(found) == 2
    for work, _, copy in found:
        links = [read(path) for path in _ADDRESS.findall(html_of(copy))]
        own = [link for link in links if link and link.kind == "unsubscribe"]
        assert own
        assert {link.recipient_id for link in own} == {work.id}
        texts = [
            bytes(part.get_payload(decode=True)).decode() for part in email.message_from_bytes(copy).walk() if part.get_content_maintype() == "text"
        ]
        assert len(texts) == 2
        assert all("junction-link" not in text and f"{PUBLIC}/t/u/" in text for text in texts)


def test_an_authors_own_address_is_left_alone(alice: Actor, tmp_path: Path) -> None:
    templates.create(alice, NewTemplate.model_validate({"name": "own", "subject": "x", "html": '<a href="{{ unsubscribe_url }}">Off</a>'}))
    data = {"unsubscribe_url": "https://shop.example/off"}
    ((_, _, copy),) = copies(alice, tmp_path, template="own", subject=None, text=None, data=data)
    assert 'href="https://shop.example/off"' in html_of(copy)
