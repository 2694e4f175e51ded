"""Scope and role must both allow an act."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.actor import Actor, system_actor
from server.domain.errors import Denied, Unprocessable
from server.domain.permissions import ROLES, SCOPES, grants, normalise_scopes, permit

scopes = st.sampled_from(sorted(SCOPES))


def actor(granted: set[str], role: str) -> Actor:
    return Actor("key", "key_1", "ten_1", "live", frozenset(granted), role)


def test_the_requirements_spelling_is_normalised() -> None:
    assert normalise_scopes(["contacts.read", "activities.create", "deals:write", "*"]) == {"contacts:read", "activities:write", "deals:write", "*"}


def test_every_unknown_scope_is_named_with_its_near_miss() -> None:
    with pytest.raises(Unprocessable) as refused:
        normalise_scopes(["contacts:read", "contact:read", "", "contacts:", "contacts:fly"])
    assert refused.value.stable_code == "unknown_scope"
    assert [fault.pointer for fault in refused.value.faults] == ["/scopes/1", "/scopes/2", "/scopes/3", "/scopes/4"]
    assert "Did you mean 'contacts:read'?" in refused.value.faults[0].detail


def test_write_implies_read_of_the_same_resource_only() -> None:
    assert grants(frozenset({"contacts:write"}), "contacts:read")
    assert not grants(frozenset({"contacts:read"}), "contacts:write")
    assert not grants(frozenset({"contacts:write"}), "deals:read")


@pytest.mark.criterion("api-14")
@given(st.sets(scopes), st.sampled_from(sorted(ROLES)), scopes)
def test_nothing_is_allowed_by_scope_alone_or_by_role_alone(granted: set[str], role: str, wanted: str) -> None:
    allowed = grants(frozenset(granted), wanted) and grants(ROLES[role], wanted)
    try:
        permit(actor(granted, role), wanted)
    except Denied:
        assert not allowed
    else:
        assert allowed


def test_a_refusal_says_which_of_the_two_lacked() -> None:
    with pytest.raises(Denied) as refused:
        permit(actor({"contacts:read"}, "owner"), "contacts:write")
    assert refused.value.stable_code == "insufficient_scope"
    with pytest.raises(Denied) as refused:
        permit(actor({"*"}, "viewer"), "contacts:write")
    assert refused.value.stable_code == "insufficient_role"


def test_a_role_that_nobody_knows_allows_nothing() -> None:
    with pytest.raises(Denied):
        permit(actor({"*"}, "emperor"), "contacts:read")


@pytest.mark.parametrize("scope", ["keys:read", "users:write", "audit:read"])
def test_members_and_viewers_see_no_keys_users_or_audit(scope: str) -> None:
    for role in ("member", "viewer"):
        with pytest.raises(Denied):
            permit(actor({"*"}, role), scope)


def test_the_appliance_itself_may_do_everything_in_its_tenant() -> None:
    for scope in SCOPES:
        permit(system_actor("ten_1"), scope)
