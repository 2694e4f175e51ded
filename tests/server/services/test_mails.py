"""The appliance's own mails: branded, complete in text and HTML, and sent through a real server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor, system_actor
from server.services import branding, mails, users
from server.services.branding import Branding
from server.services.users import Invitation
from server.system.settings import Settings, load
from tests.peers.smtp import Mailbox

VALUES: dict[str, dict[str, Any]] = {
    "alert": {"title": "T", "advice": "A", "detail": "D", "since": "2026-11-20T12:00:00.000Z", "recovered": False},
    "invitation": {"inviter": "Alice", "tenant": "A & B <Ltd>", "token": "tok", "valid_days": 7},
    "password_reset": {"email": "ada@example.com", "token": "tok", "valid_minutes": 60},
    "daily_report": {
        "subject": "Hosting & Co: what changed",
        "intro": "I",
        "note": "N",
        "language": "de",
        "direction": "ltr",
        "sections": [{"title": "T", "lines": [{"text": "L", "detail": "D"}], "more": "And 3 more"}],
    },
    "domain_changed": {"name": "example.com", "status": "failing", "sendable": True, "lines": ["spf: There is no SPF record."]},
    "stream_paused": {"name": "broadcast", "reason": "20.00% of 100 messages bounced"},
    "webhook_failing": {"name": "Orders", "url": "https://example.com/", "reason": "R", "disabled": False, "ends": "2026-11-20T12:00:00.000Z"},
}


def configured(folder: Path, **given: str) -> Settings:
    """Return settings with a public address and these besides."""
    overrides = {"server.public_url": "https://crm.example.com", "mail.system_from": "Junction <junction@example.com>", **given}
    return load(folder, environ={}, overrides=overrides)


def test_every_kind_has_its_templates_and_no_template_is_left_over() -> None:
    kinds = {path.stem for path in mails.TEMPLATES.glob("*.txt")}
    assert kinds == set(mails.KINDS) == set(VALUES)
    assert {path.stem for path in mails.TEMPLATES.glob("*.html")} == kinds | {"layout", "button"}


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("kind", mails.KINDS)
def test_a_mail_carries_the_brand_and_is_complete(tmp_path: Path, kind: str) -> None:
    body = Branding.model_validate({"name": "Hosting & Co", "colours": {"primary": "#123456"}, "links": {"Help": "https://example.com/help"}})
    settings = configured(tmp_path)
    branding.put(system_actor(""), body, settings)
    found = mails.compose(settings, "out_1", kind, "ada@example.com", VALUES[kind])
    assert found.subject
    assert "\n" not in found.subject
    assert "Hosting &amp; Co" in found.html
    assert "#123456" in found.html
    assert 'href="https://example.com/help"' in found.html
    assert "{{" not in found.text + found.html
    if "token" in VALUES[kind]:
        assert "https://crm.example.com/account/" in found.text
        assert "?token=tok" in found.text
        assert "?token=tok" in found.html


@pytest.mark.usefixtures("opened")
def test_what_people_named_things_is_text_and_no_markup(tmp_path: Path) -> None:
    found = mails.compose(configured(tmp_path), "out_1", "invitation", "ada@example.com", VALUES["invitation"])
    assert "A &amp; B &lt;Ltd&gt;" in found.html
    assert "A & B <Ltd>" in found.text


def test_an_invitation_reaches_its_mailbox(alice: Actor, tmp_path: Path, smtp: Callable[[str], Mailbox]) -> None:
    box = smtp("plain")
    settings = configured(tmp_path, **{"mail.system_smtp": f"smtp://127.0.0.1:{box.port}"})
    users.invite(alice, Invitation(email="ada@example.com"))
    assert mails.send_due_mails(settings) == 1
    assert mails.send_due_mails(settings) == 0
    (message,) = box.messages
    assert (message["To"], message["Subject"]) == ("ada@example.com", "You are invited to Junction")


def test_without_a_mail_server_an_invitation_waits(alice: Actor, tmp_path: Path, smtp: Callable[[str], Mailbox]) -> None:
    users.invite(alice, Invitation(email="ada@example.com"))
    assert mails.send_due_mails(configured(tmp_path)) == 0
    box = smtp("plain")
    assert mails.send_due_mails(configured(tmp_path, **{"mail.system_smtp": f"smtp://127.0.0.1:{box.port}"})) == 1
