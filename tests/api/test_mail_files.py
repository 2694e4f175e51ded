"""Files of mails that no request could hold: attached by the document that they are, within the size of a mail."""

from __future__ import annotations

from email import message_from_bytes

from tests.api.appliance import Persona
from tests.api.storing import DOCUMENTS, Run, content_of, form, run
from tests.api.test_mail import BODY, MESSAGES
from tests.mailing import verified

__all__ = ["run"]


def uploaded(owner: Persona, content: bytes, name: str = "plan.pdf") -> str:
    """Return the id of a document with content."""
    body, headers = form(name, content)
    reply = owner.client.send("POST", f"{DOCUMENTS}/upload", body, headers)
    assert reply.status == 201, reply.body
    return str(reply.json["id"])


def test_a_file_of_many_megabytes_is_attached_by_the_document_that_it_is(run: Run) -> None:
    content = b"%PDF-1.7\n" + content_of(6_000_000)
    with run(email__max_message_bytes=9_000_000) as appliance:
        people = appliance.personas()
        alice, bob, charlie = people.alice, people.bob, people.charlie
        verified(alice.tenant_id, "example.com")
        verified(charlie.tenant_id, "example.org")
        document_id = uploaded(alice, content)
        files = [{"document_id": document_id}, {"document_id": document_id, "filename": "again.bin", "content_type": "application/octet-stream"}]
        made = alice.client.post(MESSAGES, {**BODY, "attachments": files[:1]})
        assert made.status == 202, made.body
        whole = message_from_bytes(alice.client.get(f"{MESSAGES}/{made.json['id']}/content").body)
        (part,) = [one for one in whole.walk() if one.get_filename()]
        assert (part.get_filename(), part.get_content_type(), part.get_payload(decode=True)) == ("plan.pdf", "application/pdf", content)
        refused = alice.client.post(MESSAGES, {**BODY, "attachments": files})
        assert (refused.status, refused.code) == (413, "message_too_large")
        assert "9000000" in refused.json["detail"]
        for owner, sender in ((charlie, "shop@example.org"), (alice, "shop@example.com")):
            target = document_id if owner is charlie else "doc_nothing"
            refused = owner.client.post(MESSAGES, {**BODY, "from": sender, "attachments": [{"document_id": target}]})
            assert (refused.status, refused.code, refused.pointers) == (422, "invalid_attachment", ["/attachments/0/document_id"])
        assert bob.client.post(MESSAGES, {**BODY, "attachments": files[:1]}).status == 403
