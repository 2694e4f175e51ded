"""Signing keys: published before they sign, and after."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied
from server.services import signing_keys
from server.services.signing_keys import AHEAD_MS, OVERLAP_MS, SIGNS_MS
from server.store import database, seals
from server.system import clock

pytestmark = pytest.mark.usefixtures("opened")


def published() -> set[str]:
    """Return the ids of the public keys."""
    return {key["kid"] for key in signing_keys.public_set()["keys"]}


def test_the_public_set_holds_nothing_private() -> None:
    key = signing_keys.current()
    (shown,) = signing_keys.public_set()["keys"]
    assert set(shown) == {"kty", "kid", "use", "alg", "n", "e"}
    assert (shown["kid"], shown["alg"]) == (key.kid, "RS256")


def test_no_verifier_that_keeps_the_set_for_a_day_meets_an_unknown_key() -> None:
    now = clock.now_ms()
    with clock.frozen(now) as held:
        first = signing_keys.current().kid
        seen = {held.at_ms: published()}
        while held.at_ms < now + 2 * SIGNS_MS:
            held.advance(AHEAD_MS // 4)
            seen[held.at_ms] = published()
            signed = signing_keys.current().kid
            a_day_ago = max(at for at in seen if at <= held.at_ms - AHEAD_MS + 1) if held.at_ms - AHEAD_MS >= now else now
            assert signed in seen[a_day_ago]
        assert first not in published()
        assert len(seen[held.at_ms]) <= 3


def test_an_operator_rotates_at_once_and_the_old_key_stays_for_a_day(operator: Actor, alice: Actor) -> None:
    old = signing_keys.current().kid
    new = signing_keys.rotate(operator)["id"]
    assert signing_keys.current().kid == new
    assert published() == {old, new}
    assert {one["id"] for one in signing_keys.list_all(operator)} == {new, old}
    with clock.frozen(clock.now_ms() + OVERLAP_MS + 1):
        assert published() == {new}
    with pytest.raises(Denied):
        signing_keys.rotate(alice)


def test_private_halves_are_sealed_and_follow_the_master_key() -> None:
    signing_keys.current()
    (row,) = database.rows("SELECT private FROM signing_keys")
    assert b'"d"' not in bytes(row[0])
    assert ("signing_keys", "private") in {(one.table, one.column) for one in seals.SEALED}
