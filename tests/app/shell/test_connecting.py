"""Signing in, step by step: certificate, second factor, first password."""

from __future__ import annotations

from typing import Any

import pytest

from app.client import api, trust
from app.client.errors import Problem, SignedOut, Unreachable, Untrusted
from app.shell.connecting import Connecting, Credential, Session
from app.system.profiles import Profile
from tests.app.stage import HeldJobs

PROFILE = Profile("https://a.example", fingerprint="ab" * 32)


class View:
    def __init__(self) -> None:
        self.seen: list[Any] = []

    def ask_trust(self, seen: str, pinned: str) -> None:
        self.seen.append(("trust", seen, pinned))

    def ask_totp(self) -> None:
        self.seen.append("totp")

    def ask_password(self) -> None:
        self.seen.append("password")

    def start_over(self) -> None:
        self.seen.append("start over")

    def say(self, fault: str) -> None:
        self.seen.append(fault)


def steps(monkeypatch: pytest.MonkeyPatch, answer: Any) -> list[Any]:
    """Sign in to an appliance that answers so; return what the view was told."""

    def sign_in(*_: Any) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(api, "sign_in", sign_in)
    monkeypatch.setattr(api.Api, "get", lambda *_, **__: {"kind": "operator"})
    monkeypatch.setattr(trust, "shown_by", lambda _: "cd" * 32)
    view, jobs = View(), HeldJobs()
    entered: list[Session] = []
    Connecting(jobs, view, entered.append).begin(PROFILE, Credential("a@example.com", "x"))
    jobs.finish_all()
    return [*view.seen, *(("entered", session.me["kind"]) for session in entered)]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"must_change_password": False}, ("entered", "operator")),
        ({"must_change_password": True}, "password"),
        (SignedOut(Problem(401, code="totp_required")), "totp"),
        (SignedOut(Problem(401, code="invalid_totp")), "totp"),
        (SignedOut(Problem(401, detail="Wrong.", code="invalid_credentials")), "Wrong."),
        (Unreachable("Nobody answers."), "Nobody answers."),
        (Untrusted("Unknown."), ("trust", "cd" * 32, "ab" * 32)),
    ],
)
def test_what_is_asked_next_depends_on_what_the_appliance_answers(monkeypatch: pytest.MonkeyPatch, answer: Any, told: Any) -> None:
    assert steps(monkeypatch, answer) == [told]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({}, [("entered", "operator")]),
        (Unreachable("Nobody answers."), ["Nobody answers."]),
        (SignedOut(Problem(401, detail="It is over.")), ["start over", "It is over."]),
    ],
)
def test_a_first_password_is_chosen_unless_the_session_has_ended_meanwhile(monkeypatch: pytest.MonkeyPatch, answer: Any, told: list[Any]) -> None:
    def change(*_: Any) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(api, "sign_in", lambda *_: {"must_change_password": True})
    monkeypatch.setattr(api, "change_password", change)
    monkeypatch.setattr(api.Api, "get", lambda *_, **__: {"kind": "operator"})
    view, jobs = View(), HeldJobs()
    entered: list[Session] = []
    connecting = Connecting(jobs, view, entered.append)
    connecting.begin(PROFILE, Credential("a@example.com", "one-time"))
    jobs.finish_all()
    connecting.change_password("of my own")
    jobs.finish_all()
    assert [*view.seen, *(("entered", session.me["kind"]) for session in entered)] == ["password", *told]
