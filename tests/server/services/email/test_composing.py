"""Composed messages read back as they were meant, whatever the values; nothing can end a header."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import TooLarge, Unprocessable
from server.domain.mail.addressing import has_controls, mailbox
from server.services.email.composing import Draft, File, check_line, compose

TEXTS = st.text(max_size=300).filter(lambda text: not has_controls(text))


def draft(**parts: object) -> Draft:
    usual = {"header_id": "<1@example.com>", "sender": mailbox("Jörg <j@example.com>"), "to": [mailbox("b@c.test")], "subject": "Hi", "at_ms": 0}
    return Draft(**{**usual, "text": "Hello\n", **parts})  # type: ignore[arg-type]


@given(TEXTS, st.text(max_size=300))
def test_subject_and_text_come_back_and_every_line_is_one_that_smtp_takes(subject: str, text: str) -> None:
    raw = compose(draft(subject=subject, text=text), largest=10**6)
    found = BytesParser(policy=default).parsebytes(raw)
    assert " ".join(str(found["Subject"] or "").split()) == " ".join(subject.split())
    assert found.get_content().replace("\n", "") == text.replace("\r", "").replace("\n", "")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii()


def test_text_html_pictures_and_files_are_put_together() -> None:
    files = [File("Übersicht.pdf", "application/pdf", b"%PDF"), File("logo.png", "image/png", b"png", "logo@x")]
    found = BytesParser(policy=default).parsebytes(compose(draft(html="<img src='cid:logo@x'>", files=files), largest=10**6))
    assert [part.get_content_type() for part in found.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "application/pdf",
    ]  # fmt: skip
    (attached,) = found.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("Übersicht.pdf", b"%PDF")


def test_many_recipients_are_folded() -> None:
    people = [mailbox(f"Person {number} <p{number}@customer.test>") for number in range(100)]
    raw = compose(draft(to=people), largest=10**6)
    assert max(map(len, raw.split(b"\r\n"))) < 100
    assert len(BytesParser(policy=default).parsebytes(raw)["To"].addresses) == 100


@pytest.mark.parametrize("text", ["Hi\r\nBcc: eve@example.com", "a\nb", "nul\x00", "line\u2028separator"])
def test_what_could_end_a_header_is_refused(text: str) -> None:
    with pytest.raises(Unprocessable) as caught:
        check_line(text, "/subject")
    assert (caught.value.stable_code, caught.value.faults[0].pointer) == ("header_injection", "/subject")


def test_what_is_too_large_is_refused_before_and_after_encoding() -> None:
    with pytest.raises(TooLarge):
        compose(draft(files=[File("x", "text/plain", b"x" * 2_000)]), largest=2_000)
    with pytest.raises(TooLarge):
        compose(draft(text="x" * 2_000), largest=2_000)
