"""Whole messages are queued as they are, but for what only we may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.domain.errors import TooLarge, Unprocessable
from server.services.email import searching, submitting
from server.store import email_messages
from tests.mailing import sending_settings, verified

HEAD = b"From: a@example.com\r\nTo: bob@customer.test\r\nSubject: Hi\r\n"


@pytest.fixture(autouse=True)
def _domain(alice: Actor) -> None:
    verified(alice.tenant_id, "example.com")


def submit(actor: Actor, folder: Path, content: bytes, to: tuple[str, ...] = ("bob@customer.test",)) -> bytes:
    message_id = submitting.submit(actor, to, content, sending_settings(folder, **{"email.max_message_bytes": 20_000}).email)
    found = email_messages.content(actor.tenant_id, actor.mode, message_id)
    assert found is not None
    return found


def test_the_body_stays_and_the_head_says_what_it_has_to(alice: Actor, tmp_path: Path) -> None:
    head = HEAD + b"Bcc: carl@customer.test,\r\n dora@customer.test\r\nMessage-ID: <mine@example.com>\r\nX-Junction-Stream: broadcast\r\n"
    kept = submit(alice, tmp_path, head + b"\r\n\x00\xff body\r\n")
    assert kept.endswith(b"\r\n\r\n\x00\xff body\r\n")
    assert b"carl" not in kept
    assert b"dora" not in kept
    assert kept.count(b"Message-ID:") == 1
    (found,), _ = searching.list_page(alice, {"stream": "broadcast"}, None, 9)
    assert found["message_id"] == "<mine@example.com>"


def test_lines_that_end_wrongly_are_mended_before_anything_reads_them(alice: Actor, tmp_path: Path) -> None:
    kept = submit(alice, tmp_path, HEAD + b"\r\none\ntwo\rthree\r\n.\r\nfour")
    assert kept.endswith(b"one\r\ntwo\r\nthree\r\n.\r\nfour")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"no head at all", "invalid_header"),
        (b"\r\nbody", "invalid_header"),
        (b"To: a@b.test\r\n\r\nx", "invalid_address"),
        (b"From: a@example.com\r\nFrom: eve@elsewhere.test\r\n\r\nx", "invalid_address"),
        (b"From: a@example.com, eve@elsewhere.test\r\n\r\nx", "invalid_address"),
        (b"From: eve@elsewhere.test\r\n\r\nx", "domain_not_verified"),
        (b"From: a@example.com\r\nX-Junction-Stream: nowhere\r\n\r\nx", "unknown_stream"),
    ],
)
def test_what_is_wrong_is_refused(alice: Actor, tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(Unprocessable) as caught:
        submit(alice, tmp_path, content)
    assert caught.value.stable_code == code


def test_too_much_is_refused(alice: Actor, tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        submit(alice, tmp_path, HEAD + b"\r\n" + b"x" * 30_000)
