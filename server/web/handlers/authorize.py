"""The page on which a person signs in and allows a client, or does not. It needs no script; every form proves where it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from server.domain.errors import Denied, Invalid, Later, Missing, Unauthenticated
from server.web import browsers, oauth
from server.web.calls import Answer, Call
from server.web.routes import FORM, Group, Route, Runs
from server.web.templates import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.services.oauth.consent import Authorizing, Screen
    from server.services.oauth.messages import Reply
    from server.web.browsers import Visit


def show_authorization(call: Call) -> Answer:
    """Show who is asked for what, or send the browser back."""
    return _guarded(call, _show)


def decide_authorization(call: Call) -> Answer:
    """Do what the person pressed."""
    return _guarded(call, _decide)


def _guarded(call: Call, act: Callable[[Call, Visit], Answer]) -> Answer:
    """Run what a person did, and tell what is wrong with it on a page."""
    visit = browsers.visit_of(call)
    try:
        return act(call, visit)
    except (Invalid, Missing) as error:
        return _screen(call, visit, _refused(error.detail))


def _show(call: Call, visit: Visit) -> Answer:
    return browsers.marked(call, visit, _answer(call, visit, _authorizing(call).show(visit.person)))


def _decide(call: Call, visit: Visit) -> Answer:
    form = dict(call.document or ())
    if "csrf" not in form and "response_type" in form:
        # OpenID Connect lets clients send the request itself by POST; what follows wants it in the address.
        return Answer(status=303, headers={"Location": f"{call.request.path}?{urlencode(call.document)}"})
    act = form.get("act")
    if not browsers.is_proven(visit, form.get("csrf", ""), decides=act != "sign_in"):
        return _screen(call, visit, _refused("This page is out of date; go back to the application and try again."))
    if act == "sign_in":
        return _sign_in(call, visit, form)
    if act == "sign_out":
        return Answer(status=303, headers={"Location": _again(call), "Set-Cookie": browsers.sign_out(call, visit)})
    authorizing = _authorizing(call)
    if visit.person is None or act not in {"allow", "deny"}:
        return _answer(call, visit, authorizing.show(visit.person))
    return _answer(call, visit, authorizing.decide(visit.person, allowed=act == "allow"))


def _sign_in(call: Call, visit: Visit, form: dict[str, str]) -> Answer:
    try:
        cookie = browsers.sign_in(call, form)
    except (Invalid, Unauthenticated, Denied, Later) as error:
        return _answer(call, visit, _authorizing(call).sign_in_again(error.detail))
    return Answer(status=303, headers={"Location": _again(call), "Set-Cookie": cookie})


def _authorizing(call: Call) -> Authorizing:
    from server.services.oauth.consent import Authorizing

    return Authorizing(oauth.asked(call, call.pairs), oauth.issuer(call))


def _refused(problem: str) -> Screen:
    from server.services.oauth.consent import Screen

    return Screen("refused", problem=problem)


def _answer(call: Call, visit: Visit, found: Screen | Reply) -> Answer:
    from server.services.oauth.consent import Screen

    return _screen(call, visit, found) if isinstance(found, Screen) else oauth.answer(found)


def _screen(call: Call, visit: Visit, screen: Screen) -> Answer:
    from server.services.oauth import redirects

    proof = browsers.proof(visit, decides=screen.name == "consent")
    forms = (redirects.source(screen.back),) if screen.back else ()
    target = f"{call.request.path}?{call.request.rel_url.raw_query_string}"
    values: dict[str, Any] = {"screen": screen, "csrf": proof, "target": target}
    return page(screen.name, call.settings, status=400 if screen.name == "refused" else 200, forms=forms, **values)


def _again(call: Call) -> str:
    """Return this address for after signing in: what asked for that has been done."""
    pairs = parse_qsl(call.request.rel_url.raw_query_string, keep_blank_values=True)
    kept = [(name, " ".join(word for word in value.split() if word != "login") if name == "prompt" else value) for name, value in pairs]
    return f"{call.request.path}?{urlencode([pair for pair in kept if pair[0] != 'max_age'])}"


def _routes(base: str, suffix: str) -> list[Route]:
    group = Group(base, "OAuth", access="anyone")
    rest: dict[str, Any] = {"protocol": "oauth", "any_query": True, "described": False, "produces": "text/html", "runs": Runs.WORK}
    return [
        group.get("/authorize", show_authorization, "Ask a person to allow a client", name=f"show_authorization{suffix}", **rest),
        group.post("/authorize", decide_authorization, "Allow a client", name=f"decide_authorization{suffix}", media_types=FORM, **rest),
    ]


ROUTES: Final = [*_routes("/oauth", ""), *_routes("/oauth/t/{tenant}", "_of_tenant")]
