"""A key is claimed by one request, kept with its answer, given up when the request failed, and taken over when it is old."""

from __future__ import annotations

from server.store import idempotency
from tests.tenants import TENANT_A, TENANT_B

STALE = 1000
ABANDONED = 5000


def claim(at: int = 6000, digest: str = "d", tenant_id: str = TENANT_A, mode: str = "live") -> bool:
    return idempotency.claim(tenant_id, mode, "k", digest, at, STALE, ABANDONED)


def test_a_key_is_claimed_once_and_anew_elsewhere(opened: str) -> None:
    assert [claim(), claim(), claim(digest="other")] == [True, False, False]
    assert [claim(tenant_id=TENANT_B), claim(mode="test")] == [True, True]


def test_an_answer_is_kept_for_the_request_that_claimed_the_key(opened: str) -> None:
    claim()
    assert idempotency.find(TENANT_A, "live", "k") == ("d", None)
    idempotency.keep(TENANT_A, "live", "k", "other", b"not mine")
    assert idempotency.find(TENANT_A, "live", "k") == ("d", None)
    idempotency.keep(TENANT_A, "live", "k", "d", b"\x00sealed")
    assert idempotency.find(TENANT_A, "live", "k") == ("d", b"\x00sealed")
    assert [idempotency.find(*where, "k") for where in ((TENANT_B, "live"), (TENANT_A, "test"))] == [None, None]


def test_a_key_is_given_up_only_without_an_answer(opened: str) -> None:
    claim()
    idempotency.release(TENANT_B, "live", "k")
    assert not claim()
    idempotency.release(TENANT_A, "live", "k")
    assert claim()
    idempotency.keep(TENANT_A, "live", "k", "d", b"answer")
    idempotency.release(TENANT_A, "live", "k")
    assert not claim()


def test_a_key_without_an_answer_is_taken_over_before_one_with_an_answer(opened: str) -> None:
    claim(at=4000)
    assert claim(digest="taken over"), "whoever claimed it is long dead"
    idempotency.keep(TENANT_A, "live", "k", "taken over", b"answer")
    assert not claim()


def test_an_answer_that_has_been_kept_for_a_day_is_forgotten(opened: str) -> None:
    claim(at=999)
    idempotency.keep(TENANT_A, "live", "k", "d", b"answer")
    assert claim(digest="new")
    assert idempotency.find(TENANT_A, "live", "k") == ("new", None)
