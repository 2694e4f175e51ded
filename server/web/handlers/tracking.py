"""The addresses in mails: the open pixel, links, and the page for unsubscribing, which needs no script and no sign-in.

Asking for one changes nothing but the hit's own record; only a POST unsubscribes. An address without our mark leads nowhere.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import parse_qs

from server.domain.errors import JunctionError, Missing
from server.domain.mail import tracking_links
from server.domain.mail.tracking_links import BASE, LETTERS, Kind, Link
from server.services.email import hits, tracking, unsubscribing
from server.services.limits import Tier, Window
from server.system import logs
from server.web import bodies
from server.web.calls import Answer
from server.web.routes import Route, Runs
from server.web.templates import page

if TYPE_CHECKING:
    from server.services.email.unsubscribing import Choice
    from server.web.calls import Call

_PIXEL: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_TIER: Final = Tier("mail_links", (Window("mail_links", 300, 60),))
"""How often the addresses of one recipient may be asked for: mail providers do so for all their people from one address."""
_LONGEST_FORM: Final = 4_096
_CHOICES: Final[frozenset[str]] = frozenset({"stream", "everything", "again"})
log = logs.get_logger()


async def load_pixel(call: Call) -> Answer:
    """Note that a mail was opened."""
    await _noted(call, _link(call, "open"))
    return Answer(_PIXEL, content_type="image/gif")


async def follow_link(call: Call) -> Answer:
    """Lead to where a link of a mail leads."""
    link = _link(call, "click")
    await _noted(call, link)
    return Answer(status=302, headers={"Location": link.url})


async def follow_hidden_link(call: Call) -> Answer:
    """Note that something followed a link that nobody sees."""
    await _noted(call, _link(call, "trap"))
    return Answer(status=204)


async def show_mail_preference(call: Call) -> Answer:
    """Show whether mail of a stream comes, and how to change that."""
    return await _page(call, _link(call, "unsubscribe"))


async def choose_mail_preference(call: Call) -> Answer:
    """Unsubscribe, by one click in a mail program or by the page."""
    link = _link(call, "unsubscribe")
    raw = await bodies.read(call.request, _LONGEST_FORM)
    # What a mail program sends may be of either type of form (RFC 8058); the page's own names the choice.
    given = parse_qs(raw.decode(errors="replace")).get("choice", ["stream"])[-1]
    choice = cast("Choice", given if given in _CHOICES else "stream")
    one_click = b"One-Click" in raw
    await _run(call, Runs.WRITE, lambda: unsubscribing.choose(call.actor, link, choice, "one_click" if one_click else "preference_page"))
    return Answer(status=200) if one_click else await _page(call, link, done=True)


async def _page(call: Call, link: Link, *, done: bool = False) -> Answer:
    found = await _run(call, Runs.READ, lambda: unsubscribing.preference(link))
    return page("mail_preference", call.settings, preference=found, target=call.request.rel_url.raw_path, done=done)


def _link(call: Call, kind: Kind) -> Link:
    """Return what the address stands for, counted to its recipient. Raises Missing for one that was not given out here, Limited."""
    link = tracking_links.read(tracking.key(), kind, call.params["token"], call.params.get("target", ""))
    if link is None:
        raise Missing("This link was not given out here.", code="invalid_link")
    cast("Any", call.admit)(f"mail:{link.recipient_id}", None, _TIER)
    return link


async def _noted(call: Call, link: Link) -> None:
    """Write a hit down; the reader gets where they want even when that cannot be done."""
    agent = call.headers.get("User-Agent", "")
    agent = agent if agent.isprintable() and agent.isascii() else ascii(agent)
    try:
        await _run(call, Runs.WRITE, lambda: hits.record(link, call.request.method, agent))
    except JunctionError as error:
        log.warning("hit_lost", recipient=link.recipient_id, reason=error.detail)


async def _run(call: Call, runs: Runs, job: Any) -> Any:
    return await cast("Any", call.execution).run(runs, job)


_REST: Final[dict[str, Any]] = {"runs": Runs.STREAM, "protocol": "hooks", "access": "anyone", "any_query": True, "described": False}
_PAGE: Final[dict[str, Any]] = {**_REST, "produces": "text/html"}


def _at(kind: Kind, rest: str = "") -> str:
    return f"{BASE}/{LETTERS[kind]}/{{token}}{rest}"


ROUTES: Final = [
    Route("GET", _at("open"), load_pixel, "load_pixel", "Note that a mail was opened", "Mail links", **_REST),
    Route("GET", _at("click", "/{target}"), follow_link, "follow_link", "Lead to where a link of a mail leads", "Mail links", **_REST),
    Route("GET", _at("trap"), follow_hidden_link, "follow_hidden_link", "Note that a hidden link was followed", "Mail links", **_REST),
    Route("GET", _at("unsubscribe"), show_mail_preference, "show_mail_preference", "Show a mail preference", "Mail links", **_PAGE),
    Route("POST", _at("unsubscribe"), choose_mail_preference, "choose_mail_preference", "Unsubscribe", "Mail links", **_PAGE),
]
