"""An upload is put together by one caller, and its parts take the place of one another."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import database, uploads
from server.store.uploads import COMPLETED, OPEN, Part, Upload

ONE = Upload("upl_1", "", "", None, "{}", "a.bin", "text/plain", 25, None, 10, "usr_1", OPEN, 0, 1, 1000)


def test_an_upload_is_claimed_once_and_completed_once(alice: Actor, charlie: Actor) -> None:
    mine = (alice.tenant_id, "live", "upl_1")
    with database.transaction():
        uploads.insert(alice.tenant_id, "live", ONE)
        assert uploads.find(charlie.tenant_id, "live", "upl_1", 5) is None
        assert uploads.find(*mine, 1000) is None
        assert not uploads.claim(charlie.tenant_id, "live", "upl_1", 5, 50)
        assert [uploads.claim(*mine, now, 50) for now in (5, 6, 50)] == [True, False, True]
        uploads.release(*mine)
        assert uploads.claim(*mine, 7, 50)
        assert [uploads.complete(*mine, "doc_1") for _ in range(2)] == [True, False]
        found = uploads.find(*mine, 5)
        assert found is not None
        assert (found.state, found.record_id, uploads.open_ones(alice.tenant_id)) == (COMPLETED, "doc_1", 0)


def test_a_part_takes_the_place_of_the_one_before(alice: Actor) -> None:
    mine = (alice.tenant_id, "live", "upl_1")
    with database.transaction():
        uploads.insert(alice.tenant_id, "live", ONE)
        assert uploads.put_part(*mine, Part(2, "b", 10, "00")) is None
        assert uploads.put_part(*mine, Part(1, "a", 10, "00")) is None
        assert uploads.put_part(*mine, Part(2, "c", 10, "00")) == "b"
        assert [(part.number, part.name) for part in uploads.parts(*mine)] == [(1, "a"), (2, "c")]
        assert [one.id for one in uploads.expired(1000, 5)] == ["upl_1"]
        assert uploads.known(["upl_1", "upl_2"]) == {"upl_1"}
        assert [uploads.delete(*mine) for _ in range(2)] == [True, False]
        assert uploads.parts(*mine) == []
