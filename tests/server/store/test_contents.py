"""A document has one current content, what is discarded is still found, and each content is scanned by one worker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict
from server.store import contents, database
from server.store.contents import CLEAN, PENDING, UNSCANNED, Content

ONE = Content("cnt_1", "", "", "doc_1", "a.txt", "text/plain", 10, "00", PENDING, None, 5, 1)


def insert(actor: Actor, content: Content) -> None:
    """Insert a content of somebody."""
    with database.transaction():
        contents.insert(actor.tenant_id, actor.mode, content)


def test_a_second_current_content_is_refused_and_a_discarded_one_makes_room(alice: Actor, charlie: Actor) -> None:
    insert(alice, ONE)
    with pytest.raises(Conflict):
        insert(alice, replace(ONE, id="cnt_2"))
    assert contents.current(charlie.tenant_id, "live", "doc_1") is None
    with database.transaction():
        assert contents.discard(charlie.tenant_id, "live", "doc_1", 100) == 0
        assert contents.discard(alice.tenant_id, "live", "doc_1", 100) == 1
    insert(alice, replace(ONE, id="cnt_2", size=7))
    current = contents.current(alice.tenant_id, "live", "doc_1")
    assert current is not None
    assert (current.id, current.name) == ("cnt_2", f"{alice.tenant_id}/_2/cnt_2")
    assert (contents.usage(alice.tenant_id), contents.usage(charlie.tenant_id), contents.totals()) == (7, 0, (1, 7))
    assert [one.id for one in contents.discarded(101, 10)] == ["cnt_1"]
    assert contents.discarded(100, 10) == []
    assert contents.known(["cnt_1", "cnt_2", "cnt_3"]) == {"cnt_1", "cnt_2"}
    assert [one.id for one in contents.walk("", 10)] == ["cnt_2"]


def test_what_is_due_is_taken_once_until_its_lease_ends(alice: Actor) -> None:
    insert(alice, ONE)
    insert(alice, replace(ONE, id="cnt_2", record_id="doc_2", scan_due_at=None, scan=UNSCANNED))
    assert not contents.any_unscanned(4)
    with database.transaction():
        taken = contents.take_unscanned(5, 50)
        assert taken is not None
        assert (taken.id, contents.take_unscanned(5, 50)) == ("cnt_1", None)
        contents.set_scan(alice.tenant_id, "cnt_1", CLEAN, None, None)
        assert not contents.any_unscanned(1000)
        assert contents.queue_unscanned(7, 10) == 1
        assert contents.any_unscanned(7)
