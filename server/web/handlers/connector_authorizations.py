"""The pages around a vendor's consent: what is going to be asked, and what came of it. They are branded, and need no script."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from server.domain.errors import JunctionError
from server.services import connecting, connector_authorizations
from server.services.connector_authorizations import START
from server.services.provider_apps import CALLBACK
from server.web.calls import Answer, Call
from server.web.routes import Group, Runs
from server.web.templates import page

if TYPE_CHECKING:
    from server.services.connector_authorizations import Consent

_COOKIE: Final = "junction_connecting"
_LONGEST: Final = 8_192


def show_connection(call: Call) -> Answer:
    """Say what a vendor is going to be asked, and lead there."""
    browser, is_new = _browser(call)
    try:
        consent, target = connector_authorizations.open_page(call.query("state") or "", browser)
    except JunctionError as error:
        return _refused(call, error)
    values = {**connector_authorizations.view(consent), "target": target}
    found = page("connect", call.settings, consent=values)
    if is_new:
        found.headers["Set-Cookie"] = _cookie(call, browser)
    return found


def finish_connection(call: Call) -> Answer:
    """Take what the vendor sent the browser back with, and say how it went."""
    state = call.query("state") or ""
    given = {name: value for name, value in call.pairs if name != "state" and len(value) <= _LONGEST}
    try:
        consent = connecting.complete(state, given, _browser(call)[0], call.settings)
    except JunctionError as error:
        return _refused(call, error)
    return _finished(call, consent)


def _finished(call: Call, consent: Consent) -> Answer:
    told = connecting.outcome(consent)
    back = _back(consent, worked=told["worked"])
    return page("connected", call.settings, status=200 if told["worked"] else 409, consent={**told, "back": back})


def _back(consent: Consent, *, worked: bool) -> str | None:
    """Return where a person goes on, with the outcome in the address."""
    url = consent.row["return_url"]
    if not url:
        return None
    outcome = urlencode({"installation": consent.row["installation_id"], "status": "connected" if worked else "failed"})
    return f"{url}{'&' if urlsplit(url).query else '?'}{outcome}"


def _refused(call: Call, error: JunctionError) -> Answer:
    return page("connect_refused", call.settings, status=400, problem=error.detail)


def _browser(call: Call) -> tuple[str, bool]:
    """Return the mark of a person's browser, and whether it is new."""
    known = call.request.cookies.get(_name(call), "")
    return (known, False) if 20 <= len(known) <= 200 else (secrets.token_urlsafe(24), True)


def _cookie(call: Call, value: str) -> str:
    # Lax: the vendor's answer comes by a link from another site, and has to bring the mark along.
    return f"{_name(call)}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600{'; Secure' if _is_secure(call) else ''}"


def _name(call: Call) -> str:
    return f"__Host-{_COOKIE}" if _is_secure(call) else _COOKIE


def _is_secure(call: Call) -> bool:
    return call.settings.server.public_url.startswith("https://")


_GROUP: Final = Group("", "Connect", access="anyone")
_REST: Final[dict[str, Any]] = {"any_query": True, "described": False, "produces": "text/html", "runs": Runs.WORK}
ROUTES: Final = [
    _GROUP.get(START, show_connection, "Say what a vendor is going to be asked", **_REST),
    _GROUP.get(CALLBACK, finish_connection, "Take the vendor's answer to a consent", **_REST),
]
