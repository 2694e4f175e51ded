"""Sessions: who signs in, from where, for how long, and that a wrong password takes as long as a right one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Limited
from server.services import legacy
from server.services.legacy import NewLegacyPassword
from server.services.suitecrm.v4_1 import sessions
from server.services.suitecrm.v4_1.faults import INVALID_LOGIN, INVALID_SESSION, Fault, Refused
from server.store import database
from server.system import clock
from server.web.passages import NOBODY
from tests.server.services.suitecrm.v4_1.calls import call

STRANGER = replace(NOBODY, address="192.0.2.77")


@pytest.fixture
def password(suite: Actor) -> str:
    """Return an application password of dora, an admin."""
    return str(legacy.create_password(suite, NewLegacyPassword(user_id="usr_dora"))["password"])


def auth(password: str, name: str = "dora@example.com") -> dict[str, str]:
    """Return what a client proves itself with."""
    return {"user_name": name, "password": legacy.md5_of(password)}


def refused(act: Callable[[], Any]) -> Fault:
    """Return the fault with which something is refused."""
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.fault


def test_a_session_stands_for_its_user_within_what_the_password_allows(suite: Actor, password: str) -> None:
    text = call(STRANGER, "login", auth(password), "tests")["id"]
    actor = sessions.find(STRANGER, text).actor
    assert (actor.kind, actor.id, actor.tenant_id, actor.mode, actor.role) == ("user", "usr_dora", suite.tenant_id, "live", "admin")
    assert actor.scopes == frozenset(legacy.DEFAULT_SCOPES)
    assert (actor.address, actor.request_id) == (STRANGER.address, STRANGER.request_id)


@pytest.mark.parametrize(
    ("there", "holds"), [("192.0.2.1", True), ("192.0.3.77", False), ("::ffff:192.0.2.77", True), ("2001:db8::1", False), ("", False)]
)
def test_a_session_is_good_in_the_network_it_was_opened_in(password: str, there: str, holds: bool) -> None:
    text = call(STRANGER, "login", auth(password))["id"]
    elsewhere = replace(STRANGER, address=there)
    assert call(elsewhere, "seamless_login", text) == int(holds)
    if not holds:
        assert refused(lambda: sessions.find(elsewhere, text)) == INVALID_SESSION


def test_a_session_ends_with_its_time_and_by_logout(password: str) -> None:
    with clock.frozen(clock.now_ms()) as held:
        first, second = (call(STRANGER, "login", auth(password))["id"] for _ in range(2))
        call(sessions.find(STRANGER, first).actor, "logout", session=first)
        assert [call(STRANGER, "seamless_login", text) for text in (first, second)] == [0, 1]
        held.advance(sessions.LASTS_MS)
        assert call(STRANGER, "seamless_login", second) == 0


def test_a_session_that_is_used_does_not_end(password: str) -> None:
    with clock.frozen(clock.now_ms()) as held:
        text = call(STRANGER, "login", auth(password))["id"]
        for _ in range(4):
            held.advance(sessions.LASTS_MS * 3 // 4)
            assert call(STRANGER, "seamless_login", text) == 1
        held.advance(sessions.LASTS_MS)
        assert call(STRANGER, "seamless_login", text) == 0


def test_a_session_ends_with_its_user_and_with_the_tenants_access(suite: Actor, password: str) -> None:
    text = call(STRANGER, "login", auth(password))["id"]
    for statement, back in (
        ("UPDATE users SET status = 'disabled' WHERE id = 'usr_dora'", "UPDATE users SET status = 'active' WHERE id = 'usr_dora'"),
        ("UPDATE tenants SET status = 'suspended'", "UPDATE tenants SET status = 'active'"),
        ("UPDATE legacy_access SET enabled = 0", "UPDATE legacy_access SET enabled = 1"),
    ):
        database.run(statement)
        assert call(STRANGER, "seamless_login", text) == 0
        assert refused(lambda: call(STRANGER, "login", auth(password))) == INVALID_LOGIN
        database.run(back)
        database.run("DELETE FROM lockouts")
        assert call(STRANGER, "seamless_login", text) == 1


def test_a_new_password_ends_the_sessions_of_the_old_one(suite: Actor, password: str) -> None:
    text = call(STRANGER, "login", auth(password))["id"]
    legacy.create_password(suite, NewLegacyPassword(user_id="usr_dora"))
    assert call(STRANGER, "seamless_login", text) == 0
    assert refused(lambda: call(STRANGER, "login", auth(password))) == INVALID_LOGIN


def test_many_wrong_passwords_lock_the_name(password: str) -> None:
    for _ in range(4):
        assert refused(lambda: call(STRANGER, "login", auth("wrong"))) == INVALID_LOGIN
    with pytest.raises((Limited, Refused)):
        call(STRANGER, "login", auth("wrong"))
    with pytest.raises(Limited):
        call(replace(STRANGER, address="198.51.100.1"), "login", auth(password))


@pytest.mark.alone
@pytest.mark.criterion("api-7")
def test_every_refusal_takes_as_long_as_a_wrong_password(suite: Actor, password: str, figure: Callable[[str], None]) -> None:
    cases = {
        "wrong": auth("wrong"),
        "unknown": auth(password, "nobody@example.com"),
        "without one": auth(password, "bob@example.com"),
        "switched off": auth(password),
    }

    def seconds(given: dict[str, str]) -> float:
        database.run("DELETE FROM lockouts")
        # The work of this thread alone: a busy machine lengthens only the waits, and those say nothing about the password.
        started = time.thread_time()
        assert refused(lambda: call(STRANGER, "login", given)) == INVALID_LOGIN
        return time.thread_time() - started

    legacy.put(suite, enabled=False)
    # In turns, so that a machine that is busy for a while is so for all of them.
    rounds = [{name: seconds(given) for name, given in cases.items()} for _ in range(12)]
    best = {name: min(one[name] for one in rounds) for name in cases}
    figure(f"slowest over fastest refusal: {max(best.values()) / min(best.values()):.2f}")
    assert max(best.values()) / min(best.values()) < 1.5, best
