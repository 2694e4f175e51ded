"""The first start makes what is missing, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.domain.errors import Unprocessable
from server.services import accounts, sessions, setup
from server.services.accounts import PasswordChange
from server.services.credentials import Credentials, find_tier
from server.services.sessions import SignIn
from server.store import database
from server.system.settings import Settings, load
from server.web.passages import NOBODY
from tests.server.services.people import PHRASE


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Iterator[Settings]:
    """Return the settings of a folder where nothing is yet."""
    database.forget_statements()
    yield load(tmp_path / "new", environ={}, overrides={"database.url": database_url})
    database.close()
    database.forget_statements()


def sign_in(password: str) -> dict[str, object]:
    """Sign the operator in."""
    return sessions.create(NOBODY, SignIn(email="op@example.com", password=password), 1)


def test_a_first_start_leads_to_a_password_of_ones_own(settings: Settings) -> None:
    found = setup.first_start(settings, " Op@Example.com")
    assert (found.operator_email, settings.folder.master_key.stat().st_mode & 0o777) == ("op@example.com", 0o600)
    assert found.one_time_password
    assert found.recovery_code
    made = sign_in(found.one_time_password)
    assert made["must_change_password"] is True
    credential = Credentials().verify(str(made["token"]))
    assert (credential.kind, credential.must_change_password) == ("operator", True)
    actor = Actor("operator", credential.id, "", "live", credential.scopes, "operator", credential.id)
    accounts.change_password(actor, PasswordChange(current_password=found.one_time_password, password=PHRASE))
    assert sign_in(PHRASE)["must_change_password"] is False


def test_doing_it_again_changes_nothing(settings: Settings) -> None:
    first = setup.first_start(settings, "op@example.com")
    again = setup.first_start(settings, "other@example.com", PHRASE)
    assert (again.operator_email, again.one_time_password, again.recovery_code) == ("op@example.com", None, None)
    assert sign_in(str(first.one_time_password))
    assert database.row("SELECT COUNT(*) FROM users") == (1,)


def test_a_password_of_ones_own_is_kept_and_never_shown(settings: Settings) -> None:
    found = setup.first_start(settings, "op@example.com", PHRASE)
    assert found.one_time_password is None
    assert sign_in(PHRASE)["must_change_password"] is False


def test_a_weak_password_is_refused_before_anything_is_made(settings: Settings) -> None:
    with pytest.raises(Unprocessable):
        setup.first_start(settings, "op@example.com", "short")
    assert not settings.data.exists()


def test_both_tiers_are_there(settings: Settings) -> None:
    setup.first_start(settings, "op@example.com", PHRASE)
    assert [(window.requests, window.seconds) for window in find_tier("standard").windows] == [(100, 1)]
    assert database.row("SELECT limits FROM tiers WHERE name = 'unlimited'") == ("[]",)


def test_a_one_time_password_is_strong_and_easily_read() -> None:
    made = {setup.one_time_password() for _ in range(100)}
    assert len(made) == 100
    assert not set("".join(made)) & set("01ilo")
    assert {len(one) for one in made} == {24}
