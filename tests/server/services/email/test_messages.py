"""Taking messages in: complete or not at all, with everything that is wrong pointed at."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Missing, TooLarge, Unprocessable
from server.services.email import messages
from server.services.email.desk import MailDesk, Room
from server.store import database
from server.system import clock
from tests.mailing import happened, sending_settings, submit, verified


@pytest.fixture(autouse=True)
def _domain(alice: Actor) -> None:
    verified(alice.tenant_id, "example.com")


@pytest.mark.parametrize(
    ("parts", "code", "pointer"),
    [
        ({"from": "eve@elsewhere.test"}, "domain_not_verified", "/from"),
        ({"from": "Alice\r\nBcc: x <alice@example.com>"}, "invalid_address", "/from"),
        ({"to": ["bob@customer.test", "nobody"]}, "invalid_address", "/to/1"),
        ({"to": []}, "no_recipients", "/to"),
        ({"cc": [f"p{number}@customer.test" for number in range(100)]}, "too_many_recipients", "/to"),
        ({"subject": "a\r\nBcc: eve@example.com"}, "header_injection", "/subject"),
        ({"stream": "nowhere"}, "unknown_stream", "/stream"),
        ({"account": "acc_nowhere"}, "unknown_account", "/account"),
        ({"send_at": "tomorrow"}, "invalid_moment", "/send_at"),
        ({"send_at": "2100-01-01T00:00:00Z"}, "invalid_moment", "/send_at"),
        ({"deadline": "2020-01-01T00:00:00Z"}, "invalid_moment", "/deadline"),
        ({"attachments": [{"filename": "a", "content": "!"}]}, "invalid_attachment", "/attachments/0/content"),
        ({"attachments": [{"filename": "a", "content": ""}] * 51}, "too_many_attachments", "/attachments"),
    ],
)
def test_what_is_wrong_is_pointed_at_and_nothing_is_kept(alice: Actor, tmp_path: Path, parts: dict[str, Any], code: str, pointer: str) -> None:
    with pytest.raises(Unprocessable) as caught:
        submit(alice, sending_settings(tmp_path), **parts)
    assert (caught.value.stable_code, caught.value.faults[0].pointer) == (code, pointer)
    assert database.row("SELECT COUNT(*) FROM email_messages") == (0,) == database.row("SELECT COUNT(*) FROM email_recipients")


def test_a_message_that_is_too_large_is_refused(alice: Actor, tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        submit(alice, sending_settings(tmp_path, **{"email.max_message_bytes": 10_240}), text="x" * 20_000)


def test_who_may_only_read_cannot_send_and_nobody_sees_anothers_mail(alice: Actor, bob: Actor, charlie: Actor, tmp_path: Path) -> None:
    with pytest.raises(Denied):
        submit(bob, sending_settings(tmp_path))
    made = submit(alice, sending_settings(tmp_path))
    assert messages.get(bob, made["id"])["subject"] == "Hello"
    for act in (messages.get, messages.cancel):
        with pytest.raises(Missing):
            act(charlie, made["id"])
    with pytest.raises(Unprocessable):
        submit(charlie, sending_settings(tmp_path))


def test_a_message_waits_for_its_moment_and_can_be_called_back(alice: Actor, tmp_path: Path) -> None:
    tomorrow = clock.rfc3339(clock.now_ms() + 86_400_000)
    made = submit(alice, sending_settings(tmp_path), send_at=tomorrow)
    assert (made["state"], made["send_at"]) == ("scheduled", tomorrow)
    assert MailDesk(lease_ms=60_000).take(Room(6, 6)) == []
    assert messages.cancel(alice, made["id"])["state"] == "cancelled"
    assert happened(alice, made["id"])[-1]["type"] == "cancelled"
    assert messages.cancel(alice, made["id"])["state"] == "cancelled"
    assert [one["type"] for one in happened(alice, made["id"])].count("cancelled") == 1


def test_what_was_sent_is_called_back_no_more(alice: Actor, tmp_path: Path) -> None:
    made = submit(alice, sending_settings(tmp_path))
    with database.transaction():
        database.run("UPDATE email_recipients SET state = 'delivered', finished_at = 1")
    with pytest.raises(Conflict):
        messages.cancel(alice, made["id"])


def test_everything_that_cannot_be_used_is_pointed_at_together(alice: Actor, tmp_path: Path) -> None:
    with pytest.raises(Unprocessable) as caught:
        submit(alice, sending_settings(tmp_path), to=["bob"], subject="Hi\r\nBcc: eve@example.com", deadline="yesterday")
    assert [fault.pointer for fault in caught.value.faults] == ["/to/0", "/subject", "/deadline"]
    with pytest.raises(Unprocessable) as alone:
        submit(alice, sending_settings(tmp_path), subject="Hi\r\nBcc: eve@example.com")
    assert alone.value.stable_code == "header_injection"


def test_a_text_for_those_who_read_no_html_is_made_of_it_unless_there_is_to_be_none(alice: Actor, tmp_path: Path) -> None:
    html = "<p>Hello <a href='https://shop.example/'>shop</a></p>"
    for text, kinds in ((None, ["text/plain", "text/html"]), ("Mine", ["text/plain", "text/html"]), ("", ["text/html"])):
        found = submit(alice, sending_settings(tmp_path), html=html, text=text)
        mail = message_from_bytes(messages.content(alice, found["id"]), policy=default)
        parts = [part for part in mail.walk() if not part.is_multipart()]
        assert [part.get_content_type() for part in parts] == kinds
        assert text is not None or "https://shop.example/" in parts[0].get_content()
