"""The caller: who it is, and what a person who has signed in may do about the own account."""

from __future__ import annotations

from typing import Final

from server.services import accounts, me, sessions, totp
from server.services.accounts import PasswordChange
from server.services.me import MeView
from server.services.sessions import SessionOnce
from server.services.totp import RecoveryCodes, TotpCode, TotpRemoval, TotpSecret
from server.web.calls import Answer, Call, answer, empty_answer
from server.web.routes import Group, Runs


def get_me(call: Call) -> Answer:
    """Say who calls."""
    return answer(me.get(call.actor))


def change_my_password(call: Call) -> Answer:
    """Change the own password, and sign in anew: every session before it has ended."""
    changed = accounts.change_password(call.actor, call.body)
    return answer(sessions.open_for(call.actor, changed["id"], call.settings.sessions.hours))


def begin_totp(call: Call) -> Answer:
    """Make a secret for an authenticator app."""
    return answer(totp.begin(call.actor, call.settings), 201)


def confirm_totp(call: Call) -> Answer:
    """Switch the second factor on."""
    return answer(totp.confirm(call.actor, call.body))


def disable_totp(call: Call) -> Answer:
    """Switch the second factor off."""
    totp.disable(call.actor, call.body)
    return empty_answer()


_PHRASES: Final = {"current_password": "the present pass phrase", "password": "another long pass phrase"}
_TENANT: Final = Group("/api/v1/me", "Me")
_SIGNED_IN: Final = Group("/admin/v1/me", "Me", access="signed_in")
ROUTES: Final = [
    _TENANT.get("", get_me, "Tell who calls, with what rights and limits", answer=MeView),
    _SIGNED_IN.get("", get_me, "Tell who is signed in", name="get_signed_in_user", answer=MeView),
    _SIGNED_IN.post(
        "/password", change_my_password, "Change the own password", runs=Runs.WORK, body=PasswordChange, answer=SessionOnce, example=_PHRASES
    ),
    _SIGNED_IN.post("/totp", begin_totp, "Begin with a second factor", answer=TotpSecret, status=201),
    _SIGNED_IN.post("/totp/confirm", confirm_totp, "Switch the second factor on", body=TotpCode, answer=RecoveryCodes, example={"code": "123456"}),
    _SIGNED_IN.post(
        "/totp/disable",
        disable_totp,
        "Switch the second factor off",
        runs=Runs.WORK,
        body=TotpRemoval,
        status=204,
        example={"password": "the present pass phrase"},
    ),
]
