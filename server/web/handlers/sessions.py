"""Signing in and out, and the ways to a password for those who have none: for anyone, counted by address."""

from __future__ import annotations

from typing import Final

from server.services import accounts, sessions
from server.services.accounts import Acceptance, NewPassword, ResetRequest
from server.services.sessions import SessionOnce, SignIn
from server.web.calls import Answer, Call, answer, empty_answer
from server.web.routes import Group, Runs

_SIGN_IN: Final = {"email": "ada@example.com", "password": "a long pass phrase"}
_CHOICE: Final = {"token": "the token from the mail", "password": "a long pass phrase"}


def create_session(call: Call) -> Answer:
    """Sign in."""
    return answer(sessions.create(call.actor, call.body, call.settings.sessions.hours), 201)


def delete_session(call: Call) -> Answer:
    """Sign out."""
    scheme, _, token = call.headers.get("Authorization", "").partition(" ")
    sessions.end(call.actor, token.strip() if scheme else call.headers.get("X-API-Key", ""))
    return empty_answer()


def request_password_reset(call: Call) -> Answer:
    """Mail the way to a new password, if there is such a user."""
    accounts.request_reset(call.actor, call.body.email)
    return answer({"object": "accepted"}, 202)


def confirm_password_reset(call: Call) -> Answer:
    """Set a new password by a mailed token."""
    accounts.confirm_reset(call.actor, call.body)
    return empty_answer()


def accept_invitation(call: Call) -> Answer:
    """Choose a password as an invited user."""
    accounts.accept_invitation(call.actor, call.body)
    return empty_answer()


_ANYONE: Final = Group("/admin/v1", "Sessions", access="anyone")
_SIGNED_IN: Final = Group("/admin/v1", "Sessions", access="signed_in")
ROUTES: Final = [
    _ANYONE.post(
        "/session", create_session, "Sign in", runs=Runs.WORK, body=SignIn, answer=SessionOnce, status=201, example=_SIGN_IN, when_full=True
    ),
    _SIGNED_IN.delete("/session", delete_session, "Sign out", when_full=True),
    _ANYONE.post(
        "/password-reset",
        request_password_reset,
        "Ask for a new password; the answer is the same whether there is such a user or not",
        runs=Runs.WORK,
        body=ResetRequest,
        status=202,
        example={"email": "ada@example.com"},
    ),
    _ANYONE.post(
        "/password-reset/confirm", confirm_password_reset, "Set a new password", runs=Runs.WORK, body=NewPassword, status=204, example=_CHOICE
    ),
    _ANYONE.post("/invitations/accept", accept_invitation, "Accept an invitation", runs=Runs.WORK, body=Acceptance, status=204, example=_CHOICE),
]
