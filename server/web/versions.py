"""Which dated version a request is served in, what its answer says about its end, and the way there and back."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from typing import TYPE_CHECKING, Final

import orjson

from server.domain import versions
from server.domain.errors import Gone, Invalid
from server.domain.versions import BY_NAME, CURRENT, Retirement, moment
from server.system import clock

if TYPE_CHECKING:
    from server.domain.versions import Version
    from server.web.calls import Answer, Call
    from server.web.routes import Route

HEADER: Final = "Junction-Version"
_EXPLAINED: Final = "/api/v1/versions"
_JSON: Final = frozenset({"application/json", "application/problem+json"})


def chosen(asked: str | None, pinned: str) -> Version | None:
    """Return the version a request is served in, None for the current one. Raises Invalid for an unknown one, Gone for a retired one."""
    name = asked or pinned
    if not name or name == CURRENT.name:
        return None
    version = BY_NAME.get(name)
    if version is None:
        raise Invalid(f"There is no version '{name[:40]}'; {', '.join(BY_NAME)} are.", code="unknown_version")
    if version.retirement is not None and version.retirement.is_over(clock.now_ms()):
        detail = f"Version {name} was served until {version.retirement.sunset}; use {CURRENT.name}."
        raise Gone(detail, code="version_retired", current=CURRENT.name)
    return version


def refuse_retired(route: Route) -> None:
    """Raise Gone for an operation whose time is over."""
    ending = route.ending
    if ending is not None and ending.is_over(clock.now_ms()):
        instead = f" Use {ending.successor}." if ending.successor else ""
        raise Gone(f"This operation was served until {ending.sunset}.{instead}", code="operation_retired", successor=ending.successor)


@cache
def notice(ending: Retirement) -> dict[str, str]:
    """Return the headers that announce an end: Deprecation (RFC 9745), Sunset (RFC 8594) and links to more about it."""
    sunset = format_datetime(datetime.fromtimestamp(moment(ending.sunset) // 1000, UTC), usegmt=True)
    links = [f'<{_EXPLAINED}>; rel="deprecation"; type="application/json"', f'<{_EXPLAINED}>; rel="sunset"; type="application/json"']
    if ending.successor:
        links.append(f'<{ending.successor}>; rel="successor-version"')
    return {"Deprecation": f"@{moment(ending.deprecated) // 1000}", "Sunset": sunset, "Link": ", ".join(links)}


def upgrade(version: Version, call: Call) -> None:
    """Turn a request's query into what the current version understands, and note that its body wants the same."""
    call.served_in = version
    call.pairs = versions.upgrade_query(version, call.route.path, call.pairs)


def downgrade(version: Version, path: str, found: Answer) -> None:
    """Turn an answer into what a version gave; what is no JSON stays as it is."""
    if found.content_type not in _JSON or not found.body:
        return
    document = orjson.loads(found.body)
    if found.content_type == "application/problem+json":
        for fault in document.get("errors", ()):
            fault["pointer"] = versions.downgrade_pointer(version, path, fault["pointer"])
    found.body = orjson.dumps(versions.downgrade(version, document))
