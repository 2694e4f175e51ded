"""An S3-compatible store does all that the disk does."""

from __future__ import annotations

import pytest
import requests

from server.services import content_checks
from server.store import database
from tests.api.storing import (
    DOCUMENTS,
    OCTETS,
    PDF,
    Run,
    announced,
    content_of,
    files,
    form,
    part_url,
    picture,
    read,
    remove,
    run,
    send,
    stored,
)  # fmt: skip
from tests.api.test_imports import refused
from tests.peers.s3 import Bucket

__all__ = ["run"]


def test_an_s3_compatible_store_does_all_that_the_disk_does(run: Run, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.services.uploads.PART_BYTES", 10_000)
    with run(**bucket.settings()) as appliance:
        alice = appliance.personas().alice
        large = content_of(6 * 2**20)
        document_id = stored(alice, large, OCTETS)
        assert read(alice, document_id).body == large
        assert read(alice, document_id, Range="bytes=1000-1999").body == large[1000:2000]
        refused(read(alice, document_id, Range=f"bytes={len(large)}-"), 416, "range_not_satisfiable")
        assert files(appliance, alice.tenant_id) == []
        content = content_of(25_000)
        upload = announced(alice, content)
        for number in (1, 2, 3):
            assert send(appliance, "PUT", part_url(upload, number), content[(number - 1) * 10_000 : number * 10_000]).status == 200
        assert len(bucket.names()) == 4
        done = send(appliance, "POST", upload["complete_url"])
        assert read(alice, done.json["id"]).body == content
        assert all(name.startswith(f"junction/{alice.tenant_id}/") for name in bucket.names())
        assert len(bucket.names()) == 2
        shown = stored(alice, picture("PNG"), "image/png")
        assert alice.client.get(f"{DOCUMENTS}/{shown}/thumbnail").status == 200
        assert content_checks.check(whole=False).broken == []
        body, headers = form("offer.pdf", PDF, contact_id="con_06gvmp1q1lojh2a0pd5lcpa4ss")
        refused(alice.client.send("POST", f"{DOCUMENTS}/upload", body, headers), 422, "validation_failed")
        assert len(bucket.names()) == 3
        lost = next(name for name in bucket.names() if name.endswith(cnt_of(document_id)))
        requests.delete(f"{bucket.endpoint}/{bucket.name}/{lost}", timeout=10)
        refused(read(alice, document_id), 404, "content_missing")
        assert content_checks.check(whole=False).broken == [document_id]
        remove(alice.tenant_id)
        assert bucket.names() == []


def cnt_of(document_id: str) -> str:
    """Return the id of a document's current content."""
    found = database.row("SELECT id FROM contents WHERE record_id = ? AND discarded_at IS NULL", (document_id,))
    assert found is not None
    return str(found[0])
