"""The two pages that mails lead to: accepting an invitation, and choosing a new password. Opening one changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import JunctionError
from server.services import accounts
from server.services.accounts import Acceptance, NewPassword
from server.web import bodies
from server.web.routes import FORM, Group, Runs
from server.web.templates import page

if TYPE_CHECKING:
    from server.web.calls import Answer, Call

INVITATION: Final = "Welcome: choose a password"
RESET: Final = "Choose a new password"


def show_invitation(call: Call) -> Answer:
    """Show the form of an invitation."""
    return _page(call, INVITATION, call.query("token") or "")


def take_invitation(call: Call) -> Answer:
    """Accept an invitation with a password."""
    return _choose(call, INVITATION, Acceptance)


def show_password_reset(call: Call) -> Answer:
    """Show the form for a new password."""
    return _page(call, RESET, call.query("token") or "")


def take_password_reset(call: Call) -> Answer:
    """Set a new password."""
    return _choose(call, RESET, NewPassword)


def _choose(call: Call, heading: str, model: type[NewPassword]) -> Answer:
    form = {name: value for name, value in call.document or () if name in {"token", "password"}}
    try:
        body: Any = bodies.validate(model, form, strict=False)
        (accounts.accept_invitation if model is Acceptance else accounts.confirm_reset)(call.actor, body)
    except JunctionError as error:
        problem = error.faults[0].detail if error.faults else error.detail
        return _page(call, heading, form.get("token", ""), problem=problem, status=422)
    return _page(call, heading, "", done=True)


def _page(call: Call, heading: str, token: str, *, problem: str = "", done: bool = False, status: int = 200) -> Answer:
    target = call.request.rel_url.raw_path
    return page("choose_password", call.settings, status=status, heading=heading, token=token, problem=problem, done=done, target=target)


_GROUP: Final = Group("/account", "Account", access="anyone")
_REST: Final[dict[str, Any]] = {"any_query": True, "described": False, "runs": Runs.WORK}
ROUTES: Final = [
    _GROUP.get("/invitation", show_invitation, "Show an invitation", **_REST),
    _GROUP.post("/invitation", take_invitation, "Accept an invitation", media_types=FORM, **_REST),
    _GROUP.get("/password-reset", show_password_reset, "Show the form for a new password", **_REST),
    _GROUP.post("/password-reset", take_password_reset, "Set a new password", media_types=FORM, **_REST),
]
