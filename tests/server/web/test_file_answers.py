"""A content that ends before its length is broken off, so that its reader does not take half of it for all."""

from __future__ import annotations

import http.client

import pytest

from server.services import contents
from tests.api.storing import DOCUMENTS, OCTETS, Run, run, stored

__all__ = ["run"]


def test_a_reader_of_half_a_content_is_told_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with run() as appliance:
        alice = appliance.personas().alice
        document_id = stored(alice, bytes(1_000_000), OCTETS)

        def broken(*_: object) -> object:
            yield bytes(1000)
            raise OSError("the disk fails")

        monkeypatch.setattr(contents, "pieces", broken)
        with pytest.raises(http.client.IncompleteRead):
            alice.client.get(f"{DOCUMENTS}/{document_id}/content")


def test_every_answer_of_a_content_carries_what_every_answer_does(run: Run) -> None:
    with run() as appliance:
        alice = appliance.personas().alice
        document_id = stored(alice, b"words", OCTETS)
        for headers, status in (({}, 200), ({"Range": "bytes=1-2"}, 206), ({"If-None-Match": "*"}, 304), ({"Range": "bytes=9-"}, 416)):
            reply = alice.client.get(f"{DOCUMENTS}/{document_id}/content", headers)
            assert reply.status == status
            assert {"x-request-id", "ratelimit", "ratelimit-policy", "x-ratelimit-reset", "referrer-policy", "server"} <= set(reply.headers)
