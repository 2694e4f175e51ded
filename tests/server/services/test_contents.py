"""Contents are taken within limits of size, type and room, and a storage that is away keeps no half of one."""

from __future__ import annotations

from tests.api.storing import (
    DOCUMENTS,
    OCTETS,
    PDF,
    TEXT,
    UPLOADS,
    Run,
    announced,
    bomb_of,
    document,
    files,
    form,
    picture,
    put,
    run,
    send,
    stored,
)  # fmt: skip
from tests.api.test_imports import refused
from tests.peers.s3 import Bucket

__all__ = ["run"]


def test_sizes_types_and_room_are_limited_by_settings(run: Run) -> None:
    limits = {"documents__limit_bytes": 30_000, "documents__quota_bytes": 50_000, "documents__refused_types": ["application/zip", "text/html"]}
    with run(**limits) as appliance:
        people = appliance.personas()
        alice, charlie = people.alice, people.charlie
        document_id = document(alice)
        refused(put(alice, document_id, bytes(30_001), OCTETS), 413, "body_too_large")
        word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        for content, kind in ((b"PK\x03\x04", word), (b"<html>", "text/html"), (b"PK\x03\x04", OCTETS)):
            refused(put(alice, document_id, content, kind), 422, "content_type_refused")
        refused(alice.client.post(UPLOADS, {"file_name": "a", "size": 5, "media_type": "text/html"}), 422, "content_type_refused")
        assert put(alice, document_id, bytes(30_000), OCTETS).status == 200
        assert put(alice, document_id, bytes(29_000), OCTETS).status == 200
        reply = refused(put(alice, document(alice), bytes(25_000), OCTETS), 409, "quota_exceeded")
        assert (reply.json["quota"], reply.json["used"]) == (50_000, 29_000)
        upload = announced(alice, bytes(20_000))
        refused(alice.client.post(UPLOADS, {"file_name": "a", "size": 2_000}), 409, "quota_exceeded")
        refused(put(alice, document(alice), bytes(2_000), OCTETS), 409, "quota_exceeded")
        assert send(appliance, "PUT", upload["url"], bytes(20_000)).status == 200
        assert put(charlie, document(charlie), bytes(25_000), OCTETS).status == 200
        assert len(files(appliance, alice.tenant_id)) == 3


def test_only_named_types_are_taken_where_some_are_named(run: Run) -> None:
    with run(documents__allowed_types=["image/*", "application/pdf"]) as appliance:
        alice = appliance.personas().alice
        document_id = document(alice)
        refused(put(alice, document_id, b"words", TEXT), 422, "content_type_refused")
        refused(put(alice, document_id, b"words", OCTETS), 422, "content_type_refused")
        body, headers = form("a.png", picture("PNG"), OCTETS)
        assert alice.client.send("POST", f"{DOCUMENTS}/upload", body, headers).status == 201
        assert put(alice, document_id, PDF).status == 200
        refused(alice.client.get(f"{DOCUMENTS}/{stored(alice, bomb_of(50_000, 50_000), 'image/png')}/thumbnail"), 404, "no_thumbnail")


def test_a_store_that_is_away_refuses_for_the_time_being_and_keeps_no_half(run: Run, bucket: Bucket) -> None:
    away = bucket.settings() | {"documents__s3_endpoint": "http://127.0.0.1:9"}
    with run(**away) as appliance:
        alice = appliance.personas().alice
        document_id = document(alice)
        reply = refused(put(alice, document_id, PDF), 503, "storage_unavailable")
        assert reply.headers["retry-after"] == "5"
        assert alice.client.get(f"{DOCUMENTS}/{document_id}").json["content"] is None
        assert files(appliance, alice.tenant_id) == []
