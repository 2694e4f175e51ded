"""The own account at a real appliance: another password, a second factor turned on and off, and signing out for good."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.client import api
from app.client.api import Api, Call
from app.client.errors import SignedOut
from app.client.transport import Transport
from app.main.demonstration import Demonstration
from app.shell.account import AccountDialog
from app.shell.connecting import Session
from app.shell.second_factor import Enrolment, RecoveryCodes
from app.shell.window import Window
from app.system.profiles import Profile
from app.widgets.dialogs import FormDialog
from server.domain import totp
from tests.app.stage import MemorySecrets, settled

FIRST, SECOND = "correct-horse-battery-4711", "another-horse-battery-4712"


class Person:
    """An operator of the tests' own, whose password may change."""

    def __init__(self, demonstration: Demonstration) -> None:
        self.url = demonstration.url
        self.email = f"{secrets.token_hex(4)}@example.com"
        demonstration.api.ask(Call("POST", "/admin/v1/users", body={"email": self.email, "role": "operator", "password": FIRST}))

    def signed_in(self, password: str = FIRST, code: str = "") -> Api:
        transport = Transport(self.url)
        api.sign_in(transport, self.email, password, code)
        return Api(transport)


@pytest.fixture
def person(demonstration: Demonstration) -> Person:
    return Person(demonstration)


@pytest.fixture
def signed_in(qtbot: QtBot, window: Window, person: Person) -> Window:
    """Return a window whose user is that person."""
    mine = person.signed_in()
    window.enter(Session(mine, Profile(person.url, "Demo", "development"), mine.get("/admin/v1/me")))
    settled(qtbot, window.jobs)
    return window


@contextmanager
def account(qtbot: QtBot, window: Window) -> Iterator[AccountDialog]:
    """Open the account, and close it again."""
    window.show_account()
    settled(qtbot, window.jobs)
    found = top(AccountDialog)
    yield found
    qtbot.waitUntil(found.isVisible)
    found.act.click()


T = TypeVar("T")


def top(kind: type[T]) -> T:
    """Return the dialog that is open; there is one."""
    found = QApplication.activeModalWidget()
    assert isinstance(found, kind), found
    return found


def test_with_another_password_every_other_session_ends_and_this_one_goes_on(
    qtbot: QtBot, signed_in: Window, person: Person, memory: MemorySecrets
) -> None:
    other = person.signed_in()
    assert signed_in.workspace is not None
    profile = signed_in.workspace.session.profile
    memory.put(profile.id, "what keeps somebody signed in")
    with account(qtbot, signed_in) as dialog:
        dialog.password.click()
        form = top(FormDialog)
        for current, again, fault in (("wrong", SECOND, True), (FIRST, FIRST, True), (FIRST, SECOND, False)):
            form.form.fill({"current_password": current, "password": SECOND, "again": again})
            form.act.click()
            settled(qtbot, signed_in.jobs)
            assert form.isVisible() is fault
    assert signed_in.workspace.session.api.get("/admin/v1/me")["user"]["email"] == person.email
    settled(qtbot, signed_in.jobs)
    assert memory.get(profile.id) == signed_in.workspace.session.api.transport.token
    qtbot.waitUntil(lambda: is_over(other))
    assert person.signed_in(SECOND).get("/admin/v1/me")["user"]["email"] == person.email


def test_a_second_factor_is_turned_on_by_a_code_of_it_and_off_by_the_password(qtbot: QtBot, signed_in: Window, person: Person) -> None:
    with account(qtbot, signed_in) as dialog:
        dialog.factor.click()
        settled(qtbot, signed_in.jobs)
        enrolment = top(Enrolment)
        enrolment.line.setText("000000")
        enrolment.act.click()
        settled(qtbot, signed_in.jobs)
        assert enrolment.fault.isVisible()
        enrolment.line.setText(code_of(enrolment))
        enrolment.act.click()
        settled(qtbot, signed_in.jobs)
        codes = top(RecoveryCodes)
        kept = codes.text.toPlainText().split()
        codes.reject()
        assert codes.isVisible(), "they are shown only now"
        codes.stored.setChecked(True)
        codes.act.click()
        assert codes.text.toPlainText() == ""
    with pytest.raises(SignedOut):
        person.signed_in()
    assert person.signed_in(code=kept[0]).get("/admin/v1/me")["user"]["totp_enabled"]
    with account(qtbot, signed_in) as dialog:
        dialog.factor.click()
        form = top(FormDialog)
        for password in ("wrong", FIRST):
            form.form.fill({"password": password})
            form.act.click()
            settled(qtbot, signed_in.jobs)
            assert form.isVisible() is (password == "wrong")
    assert not person.signed_in().get("/admin/v1/me")["user"]["totp_enabled"]


def is_over(session: Api) -> bool:
    """Tell whether a session is refused; every process knows it within a second."""
    try:
        session.get("/admin/v1/me")
    except SignedOut:
        return True
    return False


def code_of(enrolment: Enrolment) -> str:
    """Return what an authenticator app shows that was given the text beside the picture."""
    text = enrolment.secret.text().replace(" ", "")
    return totp.code(base64.b32decode(text + "=" * (-len(text) % 8)), int(time.time()))


def test_signing_out_ends_the_session_at_the_appliance(qtbot: QtBot, signed_in: Window) -> None:
    assert signed_in.workspace is not None
    session = signed_in.workspace.session
    signed_in.forget()
    settled(qtbot, signed_in.jobs)
    qtbot.waitUntil(lambda: is_over(session.api))


def test_who_acts_with_an_operators_key_has_no_account_and_keeps_the_key(qtbot: QtBot, window: Window, demonstration: Demonstration) -> None:
    key = demonstration.api.ask(Call("POST", "/admin/v1/operator-keys", body={"name": "Scripts"}))["key"]
    theirs = Api(Transport(demonstration.url, None, key))
    window.enter(Session(theirs, Profile(demonstration.url, "Demo"), theirs.get("/admin/v1/me")))
    settled(qtbot, window.jobs)
    window.show_account()
    settled(qtbot, window.jobs)
    assert QApplication.activeModalWidget() is None
    window.forget()
    settled(qtbot, window.jobs)
    assert theirs.get("/admin/v1/me")["kind"] == "operator"
