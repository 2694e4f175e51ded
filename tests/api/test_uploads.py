"""Announced uploads over HTTP: whole and in parts, resumed and repeated, and nothing more than what was announced."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.services import tenant_files, uploads
from server.store import database
from tests.api.appliance import Appliance, Persona
from tests.api.client import Client, Reply
from tests.api.storing import DOCUMENTS, OCTETS, PDF, UPLOADS, announced, content_of, document, files, part_url, read, send, until_empty
from tests.api.test_imports import refused


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let parts be small."""
    monkeypatch.setattr(uploads, "PART_BYTES", 10_000)


def test_the_whole_is_sent_to_a_signed_address_and_becomes_a_document(appliance: Appliance, alice: Persona) -> None:
    upload = announced(alice, PDF, "application/pdf", document={"folder": "Offers"}, sha256=hashlib.sha256(PDF).hexdigest())
    reply = send(appliance, "PUT", upload["url"], PDF, "application/pdf")
    assert reply.status == 200, reply.body
    assert (reply.json["name"], reply.json["folder"], reply.json["version"]) == ("plan.bin", "Offers", 1)
    assert read(alice, reply.json["id"]).body == PDF
    found = alice.client.get(f"{UPLOADS}/{upload['id']}").json
    assert (found["state"], found["received"], found["document_id"]) == ("completed", len(PDF), reply.json["id"])
    assert "url" not in found
    audit = alice.client.get("/api/v1/audit").json["data"]
    assert any(entry["action"] == "document.created" and entry["actor"]["id"] == alice.actor.id for entry in audit)
    refused(send(appliance, "PUT", upload["url"], PDF, "application/pdf"), 409, "upload_completed")
    assert len(files(appliance, alice.tenant_id)) == 1


def test_parts_come_in_any_order_side_by_side_and_again(appliance: Appliance, alice: Persona) -> None:
    content, document_id = content_of(95_001), document(alice)
    upload = announced(alice, content, document_id=document_id)
    assert upload["parts"] == {"size": 10_000, "count": 10, "received": []}
    numbers = [10, 3, 1, 2, 5, 4, 9, 8, 7, 6, 3, 10]

    def put(number: int) -> int:
        piece = content[(number - 1) * 10_000 : number * 10_000]
        return send(appliance, "PUT", part_url(upload, number), piece).status

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(put, numbers)) == {200}
    progress = send(appliance, "GET", upload["progress_url"]).json
    assert (progress["received"], progress["parts"]["received"]) == (95_001, list(range(1, 11)))
    reply = send(appliance, "POST", upload["complete_url"])
    assert (reply.status, reply.json["id"]) == (200, document_id), reply.body
    assert read(alice, document_id).body == content
    assert len(files(appliance, alice.tenant_id)) == 1


def test_an_upload_that_was_cut_off_goes_on_where_it_stopped(appliance: Appliance, alice: Persona) -> None:
    content = content_of(25_000)
    upload = announced(alice, content, media_type="text/plain")
    assert alice.client.send("PUT", f"{UPLOADS}/{upload['id']}/parts/1", content[:10_000], {"Content-Type": OCTETS}).status == 200
    refused(alice.client.post(f"{UPLOADS}/{upload['id']}/complete"), 409, "parts_missing")
    left = alice.client.get(f"{UPLOADS}/{upload['id']}").json
    assert (left["received"], left["parts"]["received"]) == (10_000, [1])
    renewed = alice.client.post(f"{UPLOADS}/{upload['id']}/renew", {}).json
    for number in (2, 3):
        assert send(appliance, "PUT", part_url(renewed, number), content[(number - 1) * 10_000 : number * 10_000]).status == 200
    replies = [alice.client.post(f"{UPLOADS}/{upload['id']}/complete") for _ in range(2)]
    assert [reply.status for reply in replies] == [200, 200]
    assert replies[0].json["id"] == replies[1].json["id"]
    assert read(alice, replies[0].json["id"]).body == content


def test_an_upload_becomes_the_content_of_an_activity(appliance: Appliance, alice: Persona) -> None:
    content, call = content_of(25_000), alice.client.made("activities", type="call", subject="Recorded")
    upload = announced(alice, content, media_type="text/plain", activity_id=call["id"])
    assert (upload["activity_id"], upload["document_id"]) == (call["id"], None)
    for number in (1, 2, 3):
        assert send(appliance, "PUT", part_url(upload, number), content[(number - 1) * 10_000 : number * 10_000]).status == 200
    replies = [send(appliance, "POST", upload["complete_url"]), alice.client.post(f"{UPLOADS}/{upload['id']}/complete")]
    assert [(reply.status, reply.json["id"], reply.json["content"]["size"]) for reply in replies] == [(200, call["id"], 25_000)] * 2
    assert alice.client.get(f"/api/v1/activities/{call['id']}/content").body == content
    assert alice.client.get(DOCUMENTS).json["data"] == []
    given = {"file_name": "a", "size": 1, "activity_id": call["id"]}
    both = alice.client.post(UPLOADS, {**given, "document_id": document(alice)})
    assert (both.status, both.pointers) == (422, ["/activity_id"])
    scoped = appliance.persona("alice", alice.tenant_id, scopes=("documents:write", "activities:read"))
    refused(scoped.client.post(UPLOADS, given), 403, "insufficient_scope")


def test_two_who_complete_at_once_make_one_document(appliance: Appliance, alice: Persona) -> None:
    content = content_of(40_000)
    upload = announced(alice, content)
    for number in range(1, 5):
        send(appliance, "PUT", part_url(upload, number), content[(number - 1) * 10_000 : number * 10_000])
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda _: send(appliance, "POST", upload["complete_url"]), range(6)))
    assert {reply.status for reply in replies} <= {200, 409}
    assert len({reply.json["id"] for reply in replies if reply.status == 200}) == 1
    assert len(alice.client.get(DOCUMENTS).json["data"]) == 1


def test_only_what_was_announced_is_taken(appliance: Appliance, alice: Persona) -> None:
    content = content_of(25_000)
    upload = announced(alice, content, media_type="text/plain")
    refused(send(appliance, "PUT", upload["url"], content[:-1], "text/plain"), 422, "size_mismatch")
    refused(send(appliance, "PUT", upload["url"], content + b"x", "text/plain"), 422, "size_mismatch")
    refused(send(appliance, "PUT", upload["url"], content, "text/html"), 422, "content_type_mismatch")
    refused(send(appliance, "PUT", part_url(upload, 3), content[:10_000]), 422, "size_mismatch")
    for number in (0, 4, 999_999_999):
        refused(send(appliance, "PUT", part_url(upload, number), b"x"), 404, "no_such_part")
    wrong = announced(alice, content, sha256="0" * 64)
    refused(send(appliance, "PUT", wrong["url"], content), 422, "digest_mismatch")
    assert alice.client.get(DOCUMENTS).json["data"] == []
    assert files(appliance, alice.tenant_id) == []


def test_a_sender_who_gives_no_length_is_stopped_at_the_one_announced(appliance: Appliance, alice: Persona) -> None:
    upload = announced(alice, b"12345", media_type="text/plain")
    path = upload["url"].removeprefix(appliance.url)
    head = f"PUT {path} HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n".encode()
    reply = appliance.anonymous.raw(head + b"6\r\n123456\r\n0\r\n\r\n")
    assert b" 413 " in reply.split(b"\r\n")[0]
    until_empty(appliance, alice)


def test_a_signed_address_opens_nothing_else(appliance: Appliance, alice: Persona, charlie: Persona) -> None:
    mine, theirs = announced(alice, PDF, "application/pdf"), announced(charlie, PDF, "application/pdf")
    token = mine["url"].partition("=")[2]
    link = f"/files/uploads/{theirs['id']}/content?token={token}"
    refused(send(appliance, "PUT", link, PDF, "application/pdf"), 403, "invalid_link")
    refused(send(appliance, "PUT", mine["url"].replace(token, "forged"), PDF, "application/pdf"), 403, "invalid_link")
    refused(appliance.anonymous.get(f"/files/documents/{mine['id']}?token={token}"), 403, "invalid_link")
    appliance.operator().post(f"/admin/v1/tenants/{alice.tenant_id}/suspend")
    refused(send(appliance, "PUT", mine["url"], PDF, "application/pdf"), 403, "invalid_link")


@pytest.mark.criterion("api-24")
def test_nobody_else_sees_sends_completes_or_cancels_an_upload(appliance: Appliance, alice: Persona, bob: Persona, charlie: Persona) -> None:
    upload = announced(alice, PDF, "application/pdf")
    sandbox = appliance.persona("sandbox", alice.tenant_id, mode="test")
    for stranger in (charlie, sandbox):
        for reply in _everything(stranger.client, upload["id"]):
            refused(reply, 404, "not_found")
    for reply in _everything(bob.client, upload["id"]):
        refused(reply, 403, "insufficient_role")
    refused(charlie.client.post(UPLOADS, {"file_name": "a", "size": 1, "document_id": document(alice)}), 404, "not_found")


def _everything(client: Client, upload_id: str) -> list[Reply]:
    address = f"{UPLOADS}/{upload_id}"
    return [
        client.get(address),
        client.send("PUT", f"{address}/parts/1", PDF, {"Content-Type": OCTETS}),
        client.post(f"{address}/complete"),
        client.post(f"{address}/renew", {}),
        client.delete(address),
    ]


def test_what_would_be_refused_is_refused_when_it_is_announced(alice: Persona) -> None:
    for body, pointer in (
        ({"file_name": "a", "size": 0}, "/size"),
        ({"file_name": "a", "size": 1, "document": {"contact_id": 5}}, "/document/contact_id"),
        ({"file_name": "a", "size": 1, "document": {"colour": "red"}}, "/document/colour"),
        ({"file_name": "a", "size": 1, "sha256": "zz"}, "/sha256"),
        ({"file_name": "a", "size": 1, "document_id": document(alice), "document": {"name": "x"}}, "/document"),
    ):
        assert refused(alice.client.post(UPLOADS, body), 422, "validation_failed").pointers == [pointer], json.dumps(body)
    refused(alice.client.post(UPLOADS, {"file_name": "a", "size": 2**41}), 413, "body_too_large")


def test_a_cancelled_or_expired_upload_leaves_nothing_behind(appliance: Appliance, alice: Persona) -> None:
    content = content_of(15_000)
    cancelled, expired = announced(alice, content), announced(alice, content)
    for upload in (cancelled, expired):
        assert send(appliance, "PUT", part_url(upload, 1), content[:10_000]).status == 200
    assert len(files(appliance, alice.tenant_id)) == 2
    assert alice.client.delete(f"{UPLOADS}/{cancelled['id']}").status == 204
    refused(send(appliance, "PUT", part_url(cancelled, 2), content[10_000:]), 404, "not_found")
    with database.transaction():
        database.run("UPDATE uploads SET expires_at = 1 WHERE id = ?", (expired["id"],))
    refused(alice.client.get(f"{UPLOADS}/{expired['id']}"), 404, "not_found")
    assert tenant_files.sweep()["uploads"] == 1
    assert files(appliance, alice.tenant_id) == []
    assert database.row("SELECT COUNT(*) FROM upload_parts WHERE tenant_id = ?", (alice.tenant_id,)) == (0,)
