"""The page on which people see which applications they allow to act for them, and withdraw that. It needs no script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Denied, Invalid, Later, Missing, Unauthenticated
from server.system import clock
from server.web import browsers, oauth
from server.web.calls import Answer, Call
from server.web.routes import FORM, Group, Runs
from server.web.templates import page

if TYPE_CHECKING:
    from server.web.browsers import Visit

PATH: Final = "/oauth/consents"
_CHANGE_FIRST: Final = "Choose a new password first; this one was set by somebody else."


def show_consents(call: Call) -> Answer:
    """Show what a person allows, or ask who it is."""
    oauth.check_transport(call.request, call.settings)
    visit = browsers.visit_of(call)
    return browsers.marked(call, visit, _page(call, visit))


def change_consents(call: Call) -> Answer:
    """Sign in or out, or withdraw what an application was allowed."""
    oauth.check_transport(call.request, call.settings)
    visit, form = browsers.visit_of(call), dict(call.document or ())
    act = form.get("act")
    if not browsers.is_proven(visit, form.get("csrf", ""), decides=act != "sign_in"):
        return _page(call, visit, "This page was out of date; try again.")
    try:
        cookie = _act(call, visit, act, form)
    except (Invalid, Unauthenticated, Denied, Later, Missing) as error:
        return _page(call, visit, error.detail)
    return Answer(status=303, headers={"Location": PATH, **({"Set-Cookie": cookie} if cookie else {})})


def _act(call: Call, visit: Visit, act: str | None, form: dict[str, str]) -> str | None:
    from server.services.oauth import consents

    if act == "sign_in":
        return browsers.sign_in(call, form)
    if act == "sign_out":
        return browsers.sign_out(call, visit)
    if visit.person is not None and act == "withdraw":
        consents.withdraw(oauth.asked(call, ()), visit.person, form.get("client", ""))
    return None


def _page(call: Call, visit: Visit, problem: str | None = None) -> Answer:
    from server.services.oauth import consents
    from server.services.oauth.consent import Screen

    person = visit.person
    if person is None or person.must_change_password:
        screen = Screen("sign_in", "your applications", problem=problem or (_CHANGE_FIRST if person else None))
        return page("sign_in", call.settings, screen=screen, csrf=browsers.proof(visit, decides=False), target=PATH)
    given = [(one, clock.rfc3339(one.since)[:10]) for one in consents.given(person)]
    values: dict[str, Any] = {"person": person, "given": given, "problem": problem, "csrf": browsers.proof(visit, decides=True), "target": PATH}
    return page("consents", call.settings, **values)


_GROUP: Final = Group(PATH, "OAuth", access="anyone")
_REST: Final[dict[str, Any]] = {"protocol": "oauth", "described": False, "produces": "text/html", "runs": Runs.WORK}
ROUTES: Final = [
    _GROUP.get("", show_consents, "Show which applications a person allows", **_REST),
    _GROUP.post("", change_consents, "Withdraw what an application was allowed", media_types=FORM, **_REST),
]
