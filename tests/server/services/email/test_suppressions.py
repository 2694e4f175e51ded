"""Suppressions: what is stopped, by which spelling and for whom, and who may lift it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from unittest.mock import Mock

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Missing, Unprocessable
from server.services.email import suppressions
from server.services.email.suppressions import NewSuppression
from server.store import database
from server.store import email_suppressions as store
from tests.pace import best, seconds
from tests.plans import plan


def blocked(actor: Actor, address: str, stream: str = "transactional") -> bool:
    return bool(suppressions.check(actor.tenant_id, actor.mode, stream, [address]))


@pytest.mark.criterion("email-25")
@pytest.mark.parametrize(
    ("value", "address", "stopped"),
    [
        ("Bob@Example.com", "bob@EXAMPLE.com", True),
        ("stra\u00dfe@example.com", "STRASSE@example.com", True),
        ("bob@b\u00fccher.example", "bob@xn--bcher-kva.example", True),
        ("example.com", "anybody@example.com", True),
        ("@example.com", "anybody@mail.example.com", True),
        ("bob@example.com", "bobby@example.com", False),
        ("example.com", "bob@badexample.com", False),
    ],
)
def test_no_spelling_gets_past_a_suppression_and_nobody_else_is_hit(alice: Actor, value: str, address: str, stopped: bool) -> None:
    suppressions.create(alice, NewSuppression(value=value))
    assert blocked(alice, address) is stopped


@pytest.mark.criterion("email-25")
def test_scopes_hold_where_they_say(alice: Actor, charlie: Actor) -> None:
    suppressions.create(alice, NewSuppression(value="bob@example.com", scope="stream", stream="news"))
    assert blocked(alice, "bob@example.com", "news")
    assert not blocked(alice, "bob@example.com", "transactional")
    assert not blocked(charlie, "bob@example.com", "news")
    with pytest.raises(Denied):
        suppressions.create(alice, NewSuppression(value="example.net", scope="global"))
    suppressions.create(replace(alice, kind="operator", role="operator"), NewSuppression(value="example.net", scope="global"))
    assert blocked(charlie, "eve@example.net", "news")


def test_what_is_no_address_a_stream_without_its_scope_and_a_second_entry_are_refused(alice: Actor) -> None:
    suppressions.create(alice, NewSuppression(value="bob@example.com"))
    with pytest.raises(Conflict):
        suppressions.create(alice, NewSuppression(value="BOB@example.com"))
    for broken in (NewSuppression(value="nobody"), NewSuppression(value="a b@example.com"), NewSuppression(value="a@b.example", stream="x")):
        with pytest.raises(Unprocessable):
            suppressions.create(alice, broken)


def test_an_entry_ends_by_itself(alice: Actor) -> None:
    suppressions.create(alice, NewSuppression(value="bob@example.com", expires_at=1))
    assert not blocked(alice, "bob@example.com")


@pytest.mark.criterion("email-25")
def test_an_entry_of_a_complaint_is_lifted_by_two_people(alice: Actor) -> None:
    with database.transaction():
        assert suppressions.suppress(alice, "bob@example.com", "complaint", "feedback_report")
    ((entry,), _) = suppressions.list_page(alice, None, 10, {})
    for _ in range(2):
        waiting = suppressions.remove(alice, entry["id"])
        assert waiting is not None
        assert waiting["lift_requested_by"] == (alice.owner_id or alice.id)
        assert blocked(alice, "bob@example.com")
    assert suppressions.remove(replace(alice, id="usr_second", owner_id=None), entry["id"]) is None
    assert not blocked(alice, "bob@example.com")


def test_two_keys_that_nobody_stands_behind_are_no_two_people(alice: Actor) -> None:
    with database.transaction():
        suppressions.suppress(alice, "bob@example.com", "complaint", "feedback_report")
    ((entry,), _) = suppressions.list_page(alice, None, 10, {})
    for key in ("key_1", "key_2"):
        assert suppressions.remove(replace(alice, kind="key", id=key, owner_id=None), entry["id"]) is not None
    assert suppressions.remove(replace(alice, kind="key", id="key_3", owner_id="usr_alice"), entry["id"]) is None


def test_any_other_entry_is_lifted_at_once_and_by_its_tenant_alone(alice: Actor, bob: Actor, charlie: Actor) -> None:
    entry = suppressions.create(alice, NewSuppression(value="bob@example.com"))
    with pytest.raises(Denied):
        suppressions.remove(bob, entry["id"])
    with pytest.raises(Missing):
        suppressions.remove(charlie, entry["id"])
    assert suppressions.get(alice, entry["id"])["scope"] == "tenant"
    assert suppressions.remove(alice, entry["id"]) is None


def test_a_complaint_outweighs_what_was_there(alice: Actor) -> None:
    with database.transaction():
        suppressions.suppress(alice, "bob@example.com", "hard_bounce", "bounce")
        assert suppressions.suppress(alice, "bob@example.com", "complaint", "feedback_report")
        assert not suppressions.suppress(alice, "bob@example.com", "hard_bounce", "bounce")
    ((entry,), _) = suppressions.list_page(alice, None, 10, {"value": "BOB@example.com"})
    assert entry["reason"] == "complaint"


@pytest.mark.criterion("email-25")
def test_a_look_among_many_entries_is_quick(alice: Actor, figure: Callable[[str], None], thorough: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    count, looks, percentile, most = (1_000_000, 5_000, 0.99, 0.002) if thorough else (20_000, 300, 0.5, 0.02)
    now, kept = 1, {"stream": "", "kind": "address", "reason": "manual", "source": "import", "detail": None, "created_by": None}
    for start in range(0, count, 5_000):
        many = [kept | {"id": f"sup_{n}", "value": f"u{n}@example.com", "created_at": now, "updated_at": now} for n in range(start, start + 5_000)]
        with database.transaction():
            assert store.insert_many(alice.tenant_id, alice.mode, many) == 5_000
    database.execute("ANALYZE email_suppressions", ())  # as the server does by itself, a minute after
    asked = Mock(wraps=database.rows)
    with monkeypatch.context() as patched:
        patched.setattr(database, "rows", asked)
        assert blocked(alice, "u7@example.com")
    way = plan(*asked.call_args.args)
    assert any(sign in way for sign in ("(value=?", "email_suppressions_value_")), way

    def looked() -> float:
        addresses = [f"u{place}@example.com" for place in range(0, count, count // looks)]
        return sorted(seconds(partial(blocked, alice, address)) for address in addresses)[int(looks * percentile)]

    took = best(looked, most)
    figure(f"p{percentile * 100:.0f} {took * 1000:.2f} ms among {count:,}")
    assert took < most
