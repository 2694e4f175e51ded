"""What a process remembers of credentials, and how soon it forgets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from server.domain import keys as texts
from server.domain.actor import Actor
from server.domain.errors import JunctionError, Later
from server.services import credentials as module
from server.services import keys, vaults
from server.services.credentials import Credential, Credentials
from server.services.keys import NewKey
from server.services.limits import UNLIMITED, Window
from server.store import api_keys, database, generations, sessions, tiers
from server.system import clock
from tests.tenants import TENANT_A


def make(alice: Actor, **fields: Any) -> str:
    text: str = keys.create(alice, NewKey.model_validate({"name": "Key", "scopes": ["contacts:read"], **fields}))["key"]
    return text


def code(act: Any) -> str:
    with pytest.raises(JunctionError) as refused:
        act()
    return refused.value.stable_code


def test_a_key_says_who_calls_and_what_limits_it(alice: Actor) -> None:
    found = Credentials().verify(make(alice))
    assert (found.kind, found.tenant_id, found.mode, found.role) == ("key", TENANT_A, "live", "owner")
    assert [(window, meter.key) for window, meter in found.allowance.charges] == [(Window("second", 100, 1), f"{TENANT_A}/second")]


def test_a_session_says_who_signed_in_and_an_operator_has_no_tenant(opened: str) -> None:
    for tenant_id, user_id, kind in ((TENANT_A, "usr_bob", "user"), (None, "usr_oscar", "operator")):
        text, now = texts.mint("live", "ses"), clock.now_ms()
        sessions.insert(tenant_id, f"ses_{user_id}", user_id, vaults.vault().digest(text, "session"), None, now, now + 1000)
        found = Credentials().verify(text)
        assert (found.kind, found.id, found.owner_id, found.tenant_id) == (kind, user_id, user_id, tenant_id or "")


@pytest.mark.parametrize("text", ["", "jct_live_key_short", "Bearer", "jct_live_key_" + "0" * 71, "\x00" * 84])
def test_what_is_no_key_is_refused_without_a_look_at_the_database(opened: str, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(database, "execute", lambda *_: pytest.fail("the database was asked"))
    assert code(lambda: Credentials().verify(text)) == "invalid_key"


def test_a_well_formed_key_that_nobody_made_is_refused(opened: str) -> None:
    for kind in ("key", "opr", "ses"):
        assert code(lambda kind=kind: Credentials().verify(texts.mint("live", kind))) == "invalid_key"


def test_a_remembered_credential_is_forgotten_when_the_counter_moves(alice: Actor) -> None:
    memory, text = Credentials(), make(alice)
    memory.refresh()
    found = memory.verify(text)
    memory.refresh()
    assert memory.remembered(text) is found
    generations.bump("other")
    memory.refresh()
    assert memory.remembered(text) is found
    generations.bump("credentials")
    memory.refresh()
    assert memory.remembered(text) is None


def test_what_is_looked_up_while_it_is_revoked_is_not_remembered(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    memory, text = Credentials(), make(alice)
    memory.refresh()
    original = api_keys.find_by_digest

    def overtaken(digest: str, kind: str, now_ms: int) -> Any:
        found = original(digest, kind, now_ms)
        generations.bump("credentials")
        memory.refresh()
        return found

    monkeypatch.setattr(api_keys, "find_by_digest", overtaken)
    memory.verify(text)
    assert memory.remembered(text) is None


def test_the_door_fails_closed_when_the_counter_cannot_be_read(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    memory, text = Credentials(), make(alice)
    memory.verify(text)

    def away() -> dict[str, int]:
        raise Later

    monkeypatch.setattr(generations, "current", away)
    with pytest.raises(Later):
        memory.refresh()
    assert memory.remembered(text) is None


def test_memory_does_not_grow_without_end(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 3)
    memory = Credentials()
    for _ in range(7):
        memory.verify(make(alice))
    assert len(memory._known) <= 3


@contextmanager
def at(moment: int) -> Iterator[None]:
    with clock.frozen(moment):
        yield


def test_a_key_ends_at_its_moment_also_where_it_is_remembered(alice: Actor) -> None:
    memory, now = Credentials(), clock.now_ms()
    credential = memory.verify(make(alice, expires_at=clock.rfc3339(now + 60_000)))
    with at(now + 59_999):
        memory.check(credential, "192.0.2.1")
    with at(now + 60_000):
        assert code(lambda: memory.check(credential, "192.0.2.1")) == "expired_key"


@pytest.mark.parametrize(
    ("allowed", "address", "let_in"),
    [
        ("192.0.2.0/24", "192.0.2.77", True),
        ("192.0.2.0/24", "192.0.3.1", False),
        ("192.0.2.9", "192.0.2.9", True),
        ("192.0.2.0/24", "::ffff:192.0.2.77", True),
        ("2001:db8::/32", "2001:db8::1", True),
        ("2001:db8::/32", "192.0.2.1", False),
        ("0.0.0.0/0", "", False),
        ("0.0.0.0/0", "unix:", False),
    ],
)
def test_a_key_with_addresses_is_good_from_those_only(alice: Actor, allowed: str, address: str, let_in: bool) -> None:
    memory = Credentials()
    credential = memory.verify(make(alice, allowed_addresses=[allowed]))
    if let_in:
        memory.check(credential, address)
    else:
        assert code(lambda: memory.check(credential, address)) == "address_not_allowed"


def test_a_suspended_tenant_is_refused(alice: Actor) -> None:
    text = make(alice)
    database.execute("UPDATE tenants SET status = 'suspended' WHERE id = ?", (TENANT_A,))
    memory = Credentials()
    assert code(lambda: memory.check(memory.verify(text), "192.0.2.1")) == "tenant_suspended"


def test_only_a_use_that_passes_is_noted(alice: Actor) -> None:
    memory, now = Credentials(), clock.now_ms()
    credential = memory.verify(make(alice))
    with at(now):
        memory.check(credential, "192.0.2.1")
        with pytest.raises(JunctionError):
            memory.check(replace(credential, id="key_other", suspended=True), "192.0.2.1")
    assert memory.used == {credential.id: now}


def test_a_tiers_windows_are_named_by_period_and_one_that_is_gone_does_not_limit(opened: str) -> None:
    day = '{"requests": 9, "period": "day", "endpoints": ["*"]}'
    limits = '[{"requests": 5, "period": "minute"}, ' + day + ', {"requests": 1, "period": "day", "endpoints": ["/a*"]}]'
    tiers.put({"name": "gold", "price": None, "limits": limits, "costs": "[]", "version": 1, "created_at": 0, "updated_at": 0})
    assert module.find_tier("gold").windows == (Window("minute", 5, 60), Window("day1", 9, 86_400), Window("day2", 1, 86_400, ("/a*",)))
    for name in ("unlimited", "gone"):
        assert module.find_tier(name).windows == (Window("default", UNLIMITED, 1),)


def test_a_key_is_counted_for_its_tenant_for_itself_and_for_its_user(alice: Actor) -> None:
    limits = '[{"requests": 9, "period": "second", "per": "key"}, {"requests": 8, "period": "second", "per": "user"}]'
    tiers.put({"name": "gold", "price": None, "limits": limits, "costs": "[]", "version": 1, "created_at": 0, "updated_at": 0})
    database.execute("UPDATE tenants SET tier = 'gold'")
    found = Credentials().verify(make(alice, user_id="usr_bob", limits=[{"requests": 5, "period": "minute"}]))
    assert found.allowance.policy == '"key-second";q=9;w=1, "user-second1";q=8;w=1, "own-minute";q=5;w=60'
    assert [meter.key for meter in found.allowance.meters] == [f"{found.id}/key-second", "usr_bob/user-second1", f"{found.id}/own-minute"]


def test_a_credential_is_a_plain_value(alice: Actor) -> None:
    text = make(alice)
    assert Credentials().verify(text) == Credentials().verify(text)
    assert isinstance(Credentials().verify(text), Credential)
