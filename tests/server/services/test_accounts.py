"""People come to a password by mail, once, and change it themselves; every new password ends every session."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Missing, Unauthenticated, Unprocessable
from server.services import accounts, sessions, users, vaults
from server.services.accounts import Acceptance, NewPassword, PasswordChange
from server.services.sessions import SignIn
from server.services.users import Invitation, UserChange
from server.store import sessions as session_rows
from server.system import clock
from server.web.passages import NOBODY
from tests.server.services.people import PHRASE, audited, mailed, mailed_token, person

ANOTHER = "another long enough phrase"


@pytest.fixture
def ada(alice: Actor) -> Actor:
    """Return a member of tenant A."""
    return person(alice.tenant_id, "member", "ada@example.com")


def sign_in(password: str = PHRASE) -> str:
    """Sign ada in and return the token."""
    return str(sessions.create(NOBODY, SignIn(email="ada@example.com", password=password), 1)["token"])


def alive(token: str) -> bool:
    """Tell whether a session's token still opens."""
    return session_rows.find_by_digest(vaults.vault().digest(token, "session"), clock.now_ms()) is not None


def test_an_invited_user_chooses_a_password_once(alice: Actor) -> None:
    users.invite(alice, Invitation(email="ada@example.com"))
    token = mailed_token()
    with pytest.raises(Unprocessable) as caught:
        accounts.accept_invitation(NOBODY, Acceptance(token=token, password="short"))
    assert caught.value.stable_code == "weak_password"
    accounts.accept_invitation(NOBODY, Acceptance(token=token, password=PHRASE, name="Ada"))
    assert alive(sign_in())
    assert "Ada" in [user["name"] for user in users.list_page(alice, None, 50)[0]]
    with pytest.raises(Unprocessable) as caught:
        accounts.accept_invitation(NOBODY, Acceptance(token=token, password=ANOTHER))
    assert caught.value.stable_code == "invalid_token"
    assert [entry[0] for entry in audited("user.accepted")] == [alice.tenant_id]


def test_a_removed_user_accepts_nothing(alice: Actor) -> None:
    invited = users.invite(alice, Invitation(email="ada@example.com"))
    token = mailed_token()
    users.remove(alice, invited["id"])
    with pytest.raises((Unprocessable, Missing)):
        accounts.accept_invitation(NOBODY, Acceptance(token=token, password=PHRASE))


def test_a_reset_by_mail_sets_the_password_and_signs_out_everywhere(ada: Actor) -> None:
    before = sign_in()
    accounts.request_reset(NOBODY, "ada@example.com")
    assert alive(before)
    accounts.confirm_reset(NOBODY, NewPassword(token=mailed_token(), password=ANOTHER))
    assert not alive(before)
    assert alive(sign_in(ANOTHER))
    with pytest.raises(Unauthenticated):
        sign_in(PHRASE)


def test_a_request_says_nothing_about_who_there_is_and_fills_no_mailbox(alice: Actor, ada: Actor) -> None:
    accounts.request_reset(NOBODY, "nobody@example.com")
    assert mailed() == []
    for _ in range(3):
        accounts.request_reset(NOBODY, "ada@example.com")
    assert len(mailed()) == 1
    users.update(alice, ada.id, UserChange(status="disabled"))
    with clock.frozen(clock.now_ms() + 61_000):
        accounts.request_reset(NOBODY, "ada@example.com")
    assert len(mailed()) == 1


def test_an_administrator_resets_without_learning_the_password(alice: Actor, charlie: Actor, ada: Actor) -> None:
    before = sign_in()
    with pytest.raises(Missing):
        accounts.send_reset(charlie, ada.id)
    accounts.send_reset(alice, ada.id)
    assert not alive(before)
    accounts.confirm_reset(NOBODY, NewPassword(token=mailed_token(), password=ANOTHER))
    invited = users.invite(alice, Invitation(email="grace@example.com"))
    with pytest.raises(Conflict):
        accounts.send_reset(alice, invited["id"])


def test_a_person_changes_the_own_password_with_the_present_one(ada: Actor) -> None:
    before = sign_in()
    for current, wanted, code in ((ANOTHER, "yet another phrase 1", "wrong_password"), (PHRASE, "short", "weak_password"), (PHRASE, PHRASE, None)):
        with pytest.raises(Unprocessable) as caught:
            accounts.change_password(ada, PasswordChange(current_password=current, password=wanted))
        assert code is None or caught.value.stable_code == code
    assert alive(before)
    accounts.change_password(ada, PasswordChange(current_password=PHRASE, password=ANOTHER))
    assert not alive(before)
    assert alive(sign_in(ANOTHER))


def test_a_key_is_no_person(alice: Actor) -> None:
    key = Actor("key", "key_1", alice.tenant_id, "live", frozenset({"*"}), "owner")
    for actor in (key, NOBODY):
        with pytest.raises(Unauthenticated):
            accounts.change_password(actor, PasswordChange(current_password=PHRASE, password=ANOTHER))


def test_the_command_line_sets_a_password(ada: Actor) -> None:
    accounts.set_password(ada.id, ANOTHER)
    assert alive(sign_in(ANOTHER))
    with pytest.raises(Missing):
        accounts.set_password("usr_nobody", ANOTHER)
