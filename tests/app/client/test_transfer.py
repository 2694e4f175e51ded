"""Files over a real appliance: in parts and whole, followed, stopped without leaving anything, refused and unanswered."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.client import transfer
from app.client.api import Api, Call
from app.client.cancellation import Cancellation
from app.client.errors import Cancelled, Missing, Unreachable
from app.client.transport import Transport
from app.main.demonstration import Demonstration

PARTS = 8 * 2**20


def quiet(_done: int, _total: int) -> None:
    """Follow nothing."""


@pytest.fixture
def api(demonstration: Demonstration) -> Api:
    return demonstration.api.inside(demonstration.tenant_id)


def test_a_large_file_goes_in_parts_and_comes_back_as_it_was(api: Api, tmp_path: Path) -> None:
    file, back = tmp_path / "plan.bin", tmp_path / "back.bin"
    file.write_bytes(os.urandom(PARTS + 1000))
    told: list[tuple[int, int]] = []
    document = transfer.send(api, file, {"document": {"folder": "Plans"}}, lambda *how: told.append(how), Cancellation())
    assert (document["name"], document["folder"], document["content"]["size"]) == ("plan.bin", "Plans", PARTS + 1000)
    assert told[-1] == (PARTS + 1000, PARTS + 1000)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len(told) > 100
    transfer.fetch(api, Call("GET", f"/documents/{document['id']}/content"), back, lambda *how: told.append(how), Cancellation())
    assert back.read_bytes() == file.read_bytes()
    assert told[-1] == (PARTS + 1000, PARTS + 1000)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_an_upload_that_is_stopped_leaves_nothing(api: Api, tmp_path: Path) -> None:
    file, cancellation = tmp_path / "stopped.bin", Cancellation()
    file.write_bytes(os.urandom(PARTS + 1000))

    def stop(done: int, _total: int) -> None:
        if done > PARTS:
            cancellation.say()

    with pytest.raises(Cancelled):
        transfer.send(api, file, {}, stop, cancellation)
    assert api.page("/documents", {"filter[name][eq]": "stopped.bin"}).rows == []


def test_new_content_takes_the_place_of_the_old(api: Api, tmp_path: Path) -> None:
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_text("one", encoding="utf-8")
    second.write_text("two", encoding="utf-8")
    document = transfer.send(api, first, {}, quiet, Cancellation())
    changed = transfer.send(api, second, {"document_id": document["id"]}, quiet, Cancellation())
    assert (changed["id"], changed["content"]["file_name"]) == (document["id"], "second.txt")


def test_what_is_refused_or_not_answered_leaves_no_file(api: Api, tmp_path: Path) -> None:
    target = tmp_path / "none.bin"
    with pytest.raises(Missing):
        transfer.fetch(api, Call("GET", "/documents/doc_none/content"), target, quiet, Cancellation())
    with pytest.raises(Unreachable):
        transfer.fetch(Api(Transport("http://127.0.0.1:9")), Call("GET", "/healthz"), target, quiet, Cancellation())
    assert list(tmp_path.iterdir()) == []
