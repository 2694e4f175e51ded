"""Contents of documents over HTTP: in and out again byte for byte, in ranges, by form, and nothing for whoever may not."""

from __future__ import annotations

import hashlib
import random
from base64 import b64encode
from io import BytesIO

import pytest
from PIL import Image

from server.services import contents, tenant_files
from server.store import contents as rows
from server.store import database, retention
from tests.api.appliance import Appliance, Persona
from tests.api.client import Reply
from tests.api.problems import check_problem
from tests.api.storing import DOCUMENTS, PDF, bomb_of, document, files, form, picture, put, read, stored, until_empty
from tests.api.test_imports import refused
from tests.pace import awaited

RANDOM = random.Random(7).randbytes(70_000)


def test_what_was_put_comes_back_byte_for_byte_and_the_document_tells_of_it(alice: Persona) -> None:
    document_id = document(alice)
    reply = put(alice, document_id, RANDOM, "application/octet-stream", Content_Disposition='attachment; filename="plan of the engine.bin"')
    assert reply.status == 200, reply.body
    told = reply.json["content"]
    assert (told["size"], told["sha256"], told["scan"]) == (len(RANDOM), hashlib.sha256(RANDOM).hexdigest(), "unscanned")
    assert (reply.json["version"], reply.headers["etag"], reply.json["media_type"]) == (2, '"2"', "application/octet-stream")
    assert alice.client.get(f"{DOCUMENTS}/{document_id}").json["content"] == told
    found = read(alice, document_id)
    assert (found.status, found.body) == (200, RANDOM)
    assert found.headers["content-disposition"] == 'attachment; filename="plan of the engine.bin"'
    assert found.headers["etag"] == f'"{told["sha256"]}"'
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in found.headers["content-security-policy"]
    assert {"x-request-id", "ratelimit", "ratelimit-policy", "x-ratelimit-limit"} <= set(found.headers)


def test_a_form_makes_a_document_with_its_content(alice: Persona) -> None:
    contact = alice.client.made("contacts", first_name="Ada")["id"]
    body, headers = form("offer.pdf", PDF, folder="Offers", contact_id=contact)
    reply = alice.client.send("POST", f"{DOCUMENTS}/upload", body, headers)
    assert reply.status == 201, reply.body
    assert (reply.json["name"], reply.json["folder"], reply.json["contact_id"]) == ("offer.pdf", "Offers", contact)
    assert (reply.json["media_type"], reply.json["content"]["file_name"], reply.json["version"]) == ("application/pdf", "offer.pdf", 1)
    assert alice.client.get(reply.headers["location"] + "/content").body == PDF
    event = alice.client.events("document.created")[0]
    assert event["data"]["record"]["content"]["sha256"] == hashlib.sha256(PDF).hexdigest()
    body, headers = form("offer.pdf", PDF, contact_id="con_06gvmp1q1lojh2a0pd5lcpa4ss", colour="red")
    assert refused(alice.client.send("POST", f"{DOCUMENTS}/upload", body, headers), 422, "validation_failed").pointers == ["/colour"]
    body, headers = form("offer.pdf", PDF, contact_id="con_06gvmp1q1lojh2a0pd5lcpa4ss")
    assert refused(alice.client.send("POST", f"{DOCUMENTS}/upload", body, headers), 422, "validation_failed").pointers == ["/contact_id"]


def test_a_refused_form_leaves_no_file_behind(appliance: Appliance, alice: Persona) -> None:
    body, headers = form("offer.pdf", PDF, contact_id="con_06gvmp1q1lojh2a0pd5lcpa4ss")
    refused(alice.client.send("POST", f"{DOCUMENTS}/upload", body, headers), 422, "validation_failed")
    assert files(appliance, alice.tenant_id) == []


def test_a_repeated_form_with_one_idempotency_key_makes_one_document(alice: Persona) -> None:
    body, headers = form("offer.pdf", PDF)
    replies = [alice.client.send("POST", f"{DOCUMENTS}/upload", body, {**headers, "Idempotency-Key": "once"}) for _ in range(2)]
    assert [reply.status for reply in replies] == [201, 201]
    assert replies[0].body == replies[1].body
    assert len(alice.client.get(DOCUMENTS).json["data"]) == 1


def test_a_new_content_takes_the_place_of_the_old_one(appliance: Appliance, alice: Persona) -> None:
    document_id = stored(alice)
    assert put(alice, document_id, b"plain words", "text/plain").status == 200
    found = read(alice, document_id)
    assert (found.body, found.headers["content-type"]) == (b"plain words", "text/plain")
    kept = database.rows("SELECT size, discarded_at FROM contents WHERE record_id = ? ORDER BY created_at", (document_id,))
    assert [(size, gone is None) for size, gone in kept] == [(len(PDF), False), (11, True)]


def test_somebody_elses_change_is_not_written_over(appliance: Appliance, alice: Persona) -> None:
    document_id = stored(alice)
    refused(put(alice, document_id, b"%PDF-2", If_Match='"1"'), 412, "stale_version")
    assert put(alice, document_id, b"%PDF-2", If_Match='"2"').status == 200
    assert read(alice, document_id).body == b"%PDF-2"
    refused(alice.client.delete(f"{DOCUMENTS}/{document_id}/content", {"If-Match": '"2"'}), 412, "stale_version")
    assert len(files(appliance, alice.tenant_id)) == 2


def test_without_content_there_is_none_to_read(alice: Persona) -> None:
    document_id = document(alice)
    refused(read(alice, document_id), 404, "no_content")
    refused(alice.client.delete(f"{DOCUMENTS}/{document_id}/content"), 404, "no_content")
    put(alice, document_id, PDF)
    assert alice.client.delete(f"{DOCUMENTS}/{document_id}/content").status == 204
    refused(read(alice, document_id), 404, "no_content")
    assert alice.client.get(f"{DOCUMENTS}/{document_id}").json["content"] is None


def test_a_deleted_document_keeps_its_content_for_a_restore(alice: Persona) -> None:
    document_id = stored(alice)
    alice.client.delete(f"{DOCUMENTS}/{document_id}")
    refused(read(alice, document_id), 404, "not_found")
    assert alice.client.post(f"{DOCUMENTS}/{document_id}/restore").status == 200
    assert read(alice, document_id).body == PDF


def test_content_is_told_and_not_written(alice: Persona) -> None:
    document_id = stored(alice)
    address = f"{DOCUMENTS}/{document_id}"
    before = alice.client.get(address).json
    assert alice.client.put(address, before).json["content"] == before["content"]
    assert alice.client.patch(address, {"name": "Other"}).json["content"] == before["content"]
    assert alice.client.put(address, {"name": "Third"}).json["content"] == before["content"]
    assert refused(alice.client.patch(address, {"content": None}), 422, "validation_failed").pointers == ["/content"]
    refused(alice.client.post(DOCUMENTS, {"name": "New", "content": before["content"]}), 422, "validation_failed")


@pytest.mark.criterion("api-24")
def test_who_may_not_reads_writes_and_removes_nothing(alice: Persona, bob: Persona, charlie: Persona, appliance: Appliance) -> None:
    document_id = stored(alice)
    sandbox = appliance.persona("sandbox", alice.tenant_id, mode="test")
    for stranger in (charlie, sandbox):
        for reply in (
            read(stranger, document_id),
            put(stranger, document_id, b"%PDF-mine"),
            stranger.client.delete(f"{DOCUMENTS}/{document_id}/content"),
            stranger.client.get(f"{DOCUMENTS}/{document_id}/thumbnail"),
            stranger.client.post(f"{DOCUMENTS}/{document_id}/content/link", {}),
        ):
            refused(reply, 404, "not_found")
        assert files(appliance, stranger.tenant_id if stranger is charlie else "none") == []
    assert read(bob, document_id).body == PDF
    refused(put(bob, document_id, b"%PDF-mine"), 403, "insufficient_role")
    writer = appliance.persona("narrow", alice.tenant_id, scopes=("contacts:write",))
    refused(read(writer, document_id), 403, "insufficient_scope")
    refused(read_as(appliance, document_id), 401, "unauthenticated")


def read_as(appliance: Appliance, document_id: str) -> Reply:
    """Read as nobody."""
    return appliance.anonymous.get(f"{DOCUMENTS}/{document_id}/content")


@pytest.mark.parametrize(
    ("asked", "first", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=69990-", 69_990, 70_000),
        ("bytes=-5", 69_995, 70_000),
        ("bytes=-999999", 0, 70_000),
        ("bytes=5-9999999999", 5, 70_000),
        ("Bytes = 3 - 4", 3, 5),
    ],
)
def test_a_range_is_answered_with_just_that(alice: Persona, asked: str, first: int, stop: int) -> None:
    reply = read(alice, stored(alice, RANDOM, "application/octet-stream"), Range=asked)
    assert (reply.status, reply.body) == (206, RANDOM[first:stop])
    assert reply.headers["content-range"] == f"bytes {first}-{stop - 1}/70000"
    assert reply.headers["content-length"] == str(stop - first)


def test_a_range_that_is_none_is_answered_with_everything_and_one_behind_the_end_refused(alice: Persona) -> None:
    document_id = stored(alice, RANDOM, "application/octet-stream")
    for asked in ("bytes=9-3", "bytes=a-b", "lines=1-2", "bytes=1-2,5-6", "bytes=", "bytes=-", "bytes=--1", "=0-1", "bytes 0-1"):
        reply = read(alice, document_id, Range=asked)
        assert (reply.status, reply.body) == (200, RANDOM), asked
    for asked in ("bytes=70000-", "bytes=70000-70001", "bytes=99999999999-", "bytes=-0"):
        reply = refused(read(alice, document_id, Range=asked), 416, "range_not_satisfiable")
        assert reply.headers["content-range"] == "bytes */70000"


def test_every_range_a_random_client_asks_for_is_right_or_refused(alice: Persona) -> None:
    document_id, chance = stored(alice, RANDOM, "application/octet-stream"), random.Random(3)
    for _ in range(60):
        left, right = (chance.choice(["", str(chance.randrange(80_000)), str(chance.randrange(10**18))]) for _ in range(2))
        reply = read(alice, document_id, Range=f"bytes={left}-{right}")
        if reply.status == 206:
            first, _, rest = reply.headers["content-range"].removeprefix("bytes ").partition("-")
            stop = int(rest.partition("/")[0]) + 1
            assert reply.body == RANDOM[int(first) : stop]
        else:
            assert (reply.status, len(reply.body)) == (200, 70_000) or reply.status == 416


def test_a_resumed_download_goes_on_only_with_the_same_content(alice: Persona) -> None:
    document_id = stored(alice, RANDOM, "application/octet-stream")
    first = read(alice, document_id, Range="bytes=0-999")
    again = read(alice, document_id, Range="bytes=1000-", If_Range=first.headers["etag"])
    assert first.body + again.body == RANDOM
    assert read(alice, document_id, Range="bytes=1000-", If_Range=first.headers["last-modified"]).status == 206
    put(alice, document_id, RANDOM[::-1], "application/octet-stream")
    changed = read(alice, document_id, Range="bytes=1000-", If_Range=first.headers["etag"])
    assert (changed.status, changed.body) == (200, RANDOM[::-1])


def test_what_the_caller_has_is_not_sent_again(alice: Persona) -> None:
    document_id = stored(alice)
    tag = read(alice, document_id).headers["etag"]
    reply = read(alice, document_id, If_None_Match=f'"other", {tag}')
    assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", tag)


def test_head_tells_everything_but_the_content(alice: Persona) -> None:
    document_id = stored(alice)
    whole, head = read(alice, document_id), alice.client.send("HEAD", f"{DOCUMENTS}/{document_id}/content")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(PDF)))
    assert {name: head.headers[name] for name in ("etag", "content-type", "accept-ranges")} == {
        name: whole.headers[name] for name in ("etag", "content-type", "accept-ranges")
    }


HOSTILE = [
    ("../../etc/passwd", "passwd"),
    ("..\\..\\windows\\system.ini", "system.ini"),
    ("/absolute", "absolute"),
    ("nul.txt", "_nul.txt"),
    ("a\u202egpj.exe", "agpj.exe"),
    ("...", "file"),
    ("semi;colon.txt", "semi;colon.txt"),
    ("Grüße & 你好.pdf", "Grüße & 你好.pdf"),
    ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
]


@pytest.mark.parametrize(("given", "kept"), HOSTILE)
def test_a_hostile_name_leads_nowhere_and_breaks_no_header(appliance: Appliance, alice: Persona, given: str, kept: str) -> None:
    body, headers = form(given.replace("\\", "\\\\"), b"words", "text/plain")
    reply = alice.client.send("POST", f"{DOCUMENTS}/upload", body, headers)
    assert reply.status == 201, reply.body
    name = reply.json["content"]["file_name"]
    assert name == kept
    assert not {"/", "\\", "\r", "\n"} & set(name)
    found = alice.client.get(reply.headers["location"] + "/content")
    assert found.headers["content-disposition"].startswith("attachment; filename=")
    assert all(path.startswith("cnt_") for path in files(appliance, alice.tenant_id))


def test_a_name_in_a_header_cannot_smuggle_another_header(alice: Persona) -> None:
    document_id = document(alice)
    smuggled = "attachment; filename*=UTF-8''a%0d%0aSet-Cookie:%20a=b%22.txt"
    assert put(alice, document_id, b"words", "text/plain", Content_Disposition=smuggled).status == 200
    found = read(alice, document_id)
    assert "set-cookie" not in found.headers
    assert "Set-Cookie" in found.headers["content-disposition"]


def test_nothing_that_could_run_is_ever_shown_inline(alice: Persona) -> None:
    for kind, content, how in (
        ("text/html", b"<script>alert(1)</script>", "attachment"),
        ("image/svg+xml", b"<svg onload='alert(1)'/>", "attachment"),
        ("application/pdf", PDF, "attachment"),
        ("application/xml", b"<a/>", "attachment"),
        ("text/plain", b"words", "inline"),
        ("image/png", picture("PNG"), "inline"),
    ):
        reply = alice.client.get(f"{DOCUMENTS}/{stored(alice, content, kind)}/content?inline=true")
        assert reply.headers["content-disposition"].startswith(f"{how};"), kind
        assert reply.headers["content-type"] == kind
        assert (reply.headers["x-content-type-options"], "sandbox" in reply.headers["content-security-policy"]) == ("nosniff", True)


def test_content_that_is_not_what_it_says_is_refused(appliance: Appliance, alice: Persona) -> None:
    document_id = document(alice)
    for content, kind in ((b"MZ\x90\x00program", "image/png"), (b"just words", "image/png"), (PDF, "text/plain"), (b"\x7fELF", "application/pdf")):
        refused(put(alice, document_id, content, kind), 422, "content_type_mismatch")
    assert files(appliance, alice.tenant_id) == []
    assert put(alice, document_id, picture("PNG"), "application/octet-stream").json["media_type"] == "image/png"
    assert put(alice, document_id, b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document").status == 200


def test_a_digest_that_does_not_fit_refuses_the_content(appliance: Appliance, alice: Persona) -> None:
    document_id = document(alice)
    right, wrong = (f"sha-256=:{b64encode(hashlib.sha256(text).digest()).decode()}:" for text in (PDF, b"other"))
    refused(put(alice, document_id, PDF, Repr_Digest=wrong), 422, "digest_mismatch")
    assert files(appliance, alice.tenant_id) == []
    assert put(alice, document_id, PDF, Repr_Digest=f"md5=:xx:, {right}").status == 200
    assert read(alice, document_id).headers["repr-digest"] == right


def test_a_cut_or_lying_upload_leaves_nothing_behind(appliance: Appliance, alice: Persona) -> None:
    document_id = document(alice)
    head = f"PUT {DOCUMENTS}/{document_id}/content HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {alice.key}\r\nContent-Type: text/plain\r\n"
    alice.client.raw(head.encode() + b"Content-Length: 100000\r\n\r\nonly this")
    reply = alice.client.raw(head.encode() + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nwords\r\nZZ\r\n")
    assert b" 400 " in reply.split(b"\r\n")[0]
    until_empty(appliance, alice)
    refused(read(alice, document_id), 404, "no_content")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_a_picture_has_a_thumbnail(alice: Persona, kind: str) -> None:
    document_id = stored(alice, picture(kind), f"image/{kind.lower()}")
    for asked, size in ((None, (256, 128)), (64, (64, 32)), (100, (128, 64)), (512, (512, 256))):
        reply = alice.client.get(f"{DOCUMENTS}/{document_id}/thumbnail", query={"size": asked} if asked else None)
        assert (reply.status, reply.headers["content-type"]) == (200, "image/webp"), reply.body
        assert Image.open(BytesIO(reply.body)).size == size
    again = alice.client.get(f"{DOCUMENTS}/{document_id}/thumbnail", {"If-None-Match": reply.headers["etag"]}, {"size": 512})
    assert again.status == 304


def test_what_is_no_picture_or_too_large_to_unpack_has_no_thumbnail(alice: Persona) -> None:
    bomb = bomb_of(60_000, 60_000)
    for content, kind in ((PDF, "application/pdf"), (b"\x89PNG\r\n\x1a\nbroken", "image/png"), (bomb, "image/png"), (b"GIF89a", "image/gif")):
        refused(alice.client.get(f"{DOCUMENTS}/{stored(alice, content, kind)}/thumbnail"), 404, "no_thumbnail")


def test_a_linked_address_opens_one_content_for_a_while(appliance: Appliance, alice: Persona, bob: Persona) -> None:
    document_id, other = stored(alice), stored(alice, b"other", "text/plain")
    reply = bob.client.post(f"{DOCUMENTS}/{document_id}/content/link", {"expires_in": 60})
    assert reply.status == 200, reply.body
    path = reply.json["url"].removeprefix(appliance.url)
    found = appliance.anonymous.get(path, {"Range": "bytes=0-3"})
    assert (found.status, found.body) == (206, PDF[:4])
    assert {"ratelimit", "x-request-id"} <= set(found.headers)
    for forged in (path.replace(document_id, other), path[:-2] + "xy", path.partition("?")[0] + "?token=", path.partition("=")[0] + "=bm8"):
        refused(appliance.anonymous.get(forged), 403, "invalid_link")
    brief = alice.client.post(f"{DOCUMENTS}/{document_id}/content/link", {"expires_in": 1}).json["url"].removeprefix(appliance.url)
    until_refused(appliance, brief, "link_expired")
    alice.client.delete(f"{DOCUMENTS}/{document_id}")
    refused(appliance.anonymous.get(path), 404, "not_found")


def until_refused(appliance: Appliance, path: str, code: str) -> None:
    """Ask until the answer is a refusal."""
    reply = awaited(lambda: appliance.anonymous.get(path), lambda reply: reply.status != 200)
    check_problem(reply)
    assert reply.code == code


def test_a_link_of_a_revoked_key_opens_nothing(appliance: Appliance, alice: Persona) -> None:
    document_id, helper = stored(alice), appliance.persona("second", alice.tenant_id)
    path = helper.client.post(f"{DOCUMENTS}/{document_id}/content/link", {}).json["url"].removeprefix(appliance.url)
    assert appliance.anonymous.get(path).status == 200
    assert alice.client.delete(f"/api/v1/keys/{helper.actor.id}").status == 204
    refused(appliance.anonymous.get(path), 403, "invalid_link")


def test_a_purged_document_lets_its_content_go(alice: Persona) -> None:
    document_id = stored(alice)
    alice.client.delete(f"{DOCUMENTS}/{document_id}")
    with database.transaction():
        retention.remove_records(contents.documents(), 2**62, 500)
    assert database.row("SELECT COUNT(*) FROM contents WHERE record_id = ? AND discarded_at IS NOT NULL", (document_id,)) == (1,)
    with database.transaction():
        database.run("UPDATE contents SET discarded_at = 1 WHERE record_id = ?", (document_id,))
    assert tenant_files.sweep()["contents"] >= 1
    assert rows.current(alice.tenant_id, "live", document_id) is None
    assert database.row("SELECT COUNT(*) FROM contents WHERE record_id = ?", (document_id,)) == (0,)


def test_what_a_document_says_of_its_content_is_in_exports_and_graphs_too(alice: Persona) -> None:
    stored(alice, b"words", "text/plain")
    document(alice, "Empty")
    table = alice.client.get(f"{DOCUMENTS}/export", query={"format": "jsonl"})
    assert table.status == 200, table.body
    assert b'"size":5' in table.body
    rows = alice.client.get(f"{DOCUMENTS}/export", query={"format": "csv"}).body.decode("utf-8-sig").splitlines()
    assert "content.sha256" in rows[0]
    found = alice.client.post("/api/v1/graphql", {"query": "{ documents { edges { node { name content { size scan } } } } }"}).json
    nodes = {edge["node"]["name"]: edge["node"]["content"] for edge in found["data"]["documents"]["edges"]}
    assert nodes == {"Drawing": {"size": 5, "scan": "unscanned"}, "Empty": None}


def test_an_activity_has_content_like_a_document(appliance: Appliance, alice: Persona, charlie: Persona) -> None:
    note = alice.client.made("activities", type="note", subject="Call back")["id"]
    address = f"/api/v1/activities/{note}"
    refused(alice.client.get(f"{address}/content"), 404, "no_content")
    reply = alice.client.send("PUT", f"{address}/content", picture("PNG"), {"Content-Type": "image/png"})
    assert reply.status == 200, reply.body
    told = reply.json["content"]
    assert (told["file_name"], told["media_type"], told["scan"], reply.json["version"]) == ("Call back", "image/png", "unscanned", 2)
    found = alice.client.get(f"{address}/content", {"Range": "bytes=0-3"})
    assert (found.status, found.body) == (206, b"\x89PNG")
    assert Image.open(BytesIO(alice.client.get(f"{address}/thumbnail?size=64").body)).size == (64, 32)
    linked = alice.client.post(f"{address}/content/link", {}).json["url"].removeprefix(appliance.url)
    assert linked.startswith(f"/files/activities/{note}?")
    assert appliance.anonymous.get(linked).body == picture("PNG")
    refused(charlie.client.get(f"{address}/content"), 404, "not_found")
    refused(read(alice, note), 404, "not_found")
    assert alice.client.delete(f"{address}/content").status == 204
    assert alice.client.get(address).json["content"] is None


def test_a_purged_activity_lets_its_content_go(alice: Persona) -> None:
    note = alice.client.made("activities", type="note", subject="Call back")["id"]
    assert alice.client.send("PUT", f"/api/v1/activities/{note}/content", b"words", {"Content-Type": "text/plain"}).status == 200
    alice.client.delete(f"/api/v1/activities/{note}")
    with database.transaction():
        retention.remove_records(contents.holder(note), 2**62, 500)
    assert database.row("SELECT COUNT(*) FROM contents WHERE record_id = ? AND discarded_at IS NOT NULL", (note,)) == (1,)
