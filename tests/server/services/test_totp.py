"""A second factor counts once it was confirmed; each code and recovery code works once."""

from __future__ import annotations

import base64

import pytest

from server.domain import totp as codes
from server.domain.actor import Actor
from server.domain.errors import Conflict, NeedsUser, Unauthenticated, Unprocessable
from server.services import sessions, totp
from server.services.sessions import SignIn
from server.services.totp import TotpCode, TotpRemoval
from server.store import database
from server.system import clock
from server.system.settings import Settings, load
from server.web.passages import NOBODY
from tests.server.services.people import PHRASE, audited, person

NOW = 1_800_000_000_000


@pytest.fixture
def ada(alice: Actor) -> Actor:
    """Return a member of tenant A."""
    return person(alice.tenant_id, "member", "ada@example.com")


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of an appliance without any of its own."""
    return load(tmp_path_factory.mktemp("settings"), environ={})


def enrol(actor: Actor, settings: Settings) -> tuple[bytes, list[str]]:
    """Switch the second factor on and return its secret and the recovery codes."""
    begun = totp.begin(actor, settings)
    secret = base64.b32decode(begun["secret"] + "=" * (-len(begun["secret"]) % 8))
    found = totp.confirm(actor, TotpCode(code=codes.code(secret, clock.now_ms() // 1000)))
    return secret, found["recovery_codes"]


def sign_in(code: str | None) -> object:
    """Sign ada in with the password and a code."""
    return sessions.create(NOBODY, SignIn(email="ada@example.com", password=PHRASE, totp=code), 1)


def test_a_secret_counts_only_once_a_code_of_it_came_back(ada: Actor, settings: Settings) -> None:
    with pytest.raises(Conflict):
        totp.confirm(ada, TotpCode(code="123456"))
    begun = totp.begin(ada, settings)
    assert begun["uri"].startswith("otpauth://totp/Junction:ada@example.com?secret=" + begun["secret"])
    with pytest.raises(Unprocessable) as caught:
        totp.confirm(ada, TotpCode(code="000000"))
    assert caught.value.stable_code == "invalid_totp"
    assert sign_in(None)


def test_signing_in_asks_for_the_code_and_takes_each_once(ada: Actor, settings: Settings) -> None:
    with clock.frozen(NOW) as held:
        secret, _ = enrol(ada, settings)
        with pytest.raises(NeedsUser) as caught:
            sign_in(None)
        assert caught.value.stable_code == "totp_required"
        with pytest.raises(Unauthenticated) as used:
            sign_in(codes.code(secret, NOW // 1000))
        assert used.value.stable_code == "invalid_totp"
        held.advance(30_000)
        assert sign_in(codes.code(secret, held.at_ms // 1000))
        with pytest.raises(Unauthenticated):
            sign_in(codes.code(secret, held.at_ms // 1000))
    assert [entry[4] for entry in audited("session.refused")] == ['{"reason":"invalid_totp"}'] * 2


def test_a_recovery_code_works_once_however_it_is_typed(ada: Actor, settings: Settings) -> None:
    with clock.frozen(NOW):
        _, recovery = enrol(ada, settings)
        assert len(recovery) == 10
        assert sign_in(recovery[0].upper().replace("-", " "))
        with pytest.raises(Unauthenticated):
            sign_in(recovery[0])
        assert sign_in(recovery[1])


def test_nothing_of_it_is_readable_in_the_database(ada: Actor, settings: Settings) -> None:
    secret, recovery = enrol(ada, settings)
    stored = repr(database.rows("SELECT totp_secret, recovery_codes FROM users"))
    assert recovery[0] not in stored
    assert base64.b32encode(secret).decode() not in stored
    assert secret not in bytes((database.row("SELECT totp_secret FROM users WHERE id = ?", (ada.id,)) or [b""])[0])


def test_it_is_switched_off_with_the_password_only(ada: Actor, settings: Settings) -> None:
    enrol(ada, settings)
    with pytest.raises(Conflict):
        totp.begin(ada, settings)
    with pytest.raises(Unprocessable) as caught:
        totp.disable(ada, TotpRemoval(password="something else"))
    assert caught.value.stable_code == "wrong_password"
    totp.disable(ada, TotpRemoval(password=PHRASE))
    assert sign_in(None)
