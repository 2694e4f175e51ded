"""Scopes as clients ask for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Unprocessable
from server.domain.permissions import SCOPES
from server.services.oauth import scopes

ANY = st.frozensets(st.sampled_from([*sorted(SCOPES), *scopes.ABOUT_PEOPLE]), min_size=1)


@given(ANY, ANY)
def test_nothing_is_allowed_that_is_not_registered(asked: frozenset[str], registered: frozenset[str]) -> None:
    found = scopes.allowed(scopes.joined(asked), registered)
    assert (found == asked) if all(scopes.covers(registered, one) for one in asked) else found is None


@given(ANY)
def test_without_asking_everything_registered_is_given(registered: frozenset[str]) -> None:
    assert scopes.allowed(None, registered) == registered


def test_write_holds_read_and_everything_holds_no_person() -> None:
    assert scopes.covers(frozenset({"contacts:write"}), "contacts:read")
    assert not scopes.covers(frozenset({"contacts:read"}), "contacts:write")
    assert scopes.covers(frozenset({"*"}), "deals:write")
    assert not scopes.covers(frozenset({"*"}), "openid")


def test_both_spellings_mean_the_same_and_an_unknown_one_is_named() -> None:
    assert scopes.parse("contacts.create openid") == {"contacts:write", "openid"}
    with pytest.raises(Unprocessable, match="known"):
        scopes.parse("moon:read")


def test_administration_is_never_offered_unasked() -> None:
    assert not {scope for scope in scopes.ADVERTISED if scope.partition(":")[0] in {"keys", "users", "audit", "logs"}}
    assert "offline_access" in scopes.ADVERTISED


def test_a_person_reads_what_a_client_would_be_able_to() -> None:
    assert scopes.described(frozenset({"openid", "contacts:write", "contacts:read", "deals:read"})) == [
        "know who you are",
        "read and change contacts",
        "read deals",
    ]
    assert scopes.described(frozenset({"*"})) == ["read and change everything you can"]
