"""Attachments: what cannot be sent is pointed at, and a document is attached only where it may be read."""

from __future__ import annotations

import base64

import pytest

from server.domain.actor import Actor
from server.domain.errors import Unprocessable
from server.services.email import attachments
from server.services.email.attachments import Attachment
from server.system.settings_table import Email


@pytest.mark.parametrize(
    ("name", "kind", "content", "pointer"),
    [
        ("a.txt", "text/plain", "not base64!", "/attachments/0/content"),
        ("../a.txt", "text/plain", "eA==", "/attachments/0/filename"),
        ("a\r\nX: y", "text/plain", "eA==", "/attachments/0/filename"),
        ("a.txt", "multipart/mixed", "eA==", "/attachments/0/content_type"),
        ("a.txt", "text/plain; x=y\r\nBcc: a", "eA==", "/attachments/0/content_type"),
    ],
)
def test_an_attachment_that_cannot_be_sent_is_pointed_at(alice: Actor, name: str, kind: str, content: str, pointer: str) -> None:
    with pytest.raises(Unprocessable) as caught:
        attachments.read(alice, [Attachment(filename=name, content_type=kind, content=content)], Email())
    assert [fault.pointer for fault in caught.value.faults] == [pointer]


def test_a_file_without_a_type_is_octets_and_too_many_are_refused(alice: Actor) -> None:
    one = Attachment(filename="a.bin", content=base64.b64encode(b"abc").decode())
    (found,) = attachments.read(alice, [one], Email())
    assert (found.name, found.media_type, found.content) == ("a.bin", "application/octet-stream", b"abc")
    with pytest.raises(Unprocessable, match="at most 50"):
        attachments.read(alice, [one] * 51, Email())


@pytest.mark.parametrize("parts", [{}, {"content": "eA=="}, {"content": "eA==", "document_id": "doc_1"}, {"filename": "a"}])
def test_an_attachment_is_one_file(parts: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="needs"):
        Attachment.model_validate(parts)
