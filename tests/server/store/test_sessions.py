"""A session is found by its hash until it ends, is revoked, or its person may not sign in any more."""

from __future__ import annotations

import pytest

from server.store import database, sessions
from server.store.sessions import StoredSession
from tests.tenants import TENANT_A

NOW = 1000


@pytest.fixture(autouse=True)
def signed_in(opened: str) -> None:
    sessions.insert(TENANT_A, "ses_alice", "usr_alice", "digest", "192.0.2.1", 0, 5000)


def found(now: int = NOW, digest: str = "digest") -> StoredSession | None:
    return sessions.find_by_digest(digest, now)


def test_a_session_says_whose_it_is_and_what_limits_it() -> None:
    assert found() == StoredSession("ses_alice", "usr_alice", TENANT_A, "owner", 5000, "standard", "active", must_change_password=False, created_at=0)
    assert found(digest="other") is None


def test_an_operators_session_belongs_to_no_tenant() -> None:
    sessions.insert(None, "ses_oscar", "usr_oscar", "other", None, 0, 5000)
    session = found(digest="other")
    assert session is not None
    assert (session.tenant_id, session.role, session.tier, session.tenant_status) == ("", "operator", "unlimited", "active")


def test_a_session_ends_by_itself() -> None:
    assert found(4999) is not None
    assert found(5000) is None


def test_a_revoked_session_is_gone_and_others_stay() -> None:
    sessions.insert(TENANT_A, "ses_bob", "usr_bob", "bob", None, 0, 5000)
    sessions.revoke("ses_alice", NOW)
    assert found() is None
    assert found(digest="bob") is not None


def test_all_sessions_of_a_person_end_together_and_are_counted() -> None:
    sessions.insert(TENANT_A, "ses_2", "usr_alice", "second", None, 0, 5000)
    sessions.insert(TENANT_A, "ses_old", "usr_alice", "old", None, 0, 500)
    assert sessions.revoke_all("usr_alice", NOW) == 2
    assert (found(), found(digest="second")) == (None, None)
    assert sessions.revoke_all("usr_alice", NOW) == 0


def test_nobody_who_was_disabled_is_still_signed_in() -> None:
    database.execute("UPDATE users SET status = 'disabled' WHERE id = 'usr_alice'")
    assert found() is None


def test_a_suspended_tenant_and_a_password_to_be_changed_are_told() -> None:
    database.execute("UPDATE tenants SET status = 'suspended' WHERE id = ?", (TENANT_A,))
    database.execute("UPDATE users SET must_change_password = 1 WHERE id = 'usr_alice'")
    session = found()
    assert session is not None
    assert (session.tenant_status, session.must_change_password) == ("suspended", True)


def test_only_sessions_that_ended_are_pruned() -> None:
    assert sessions.prune(4999) == 0
    assert sessions.prune(5001) == 1
