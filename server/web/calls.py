"""What a handler receives, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.errors import Fault, Invalid, Unprocessable
from server.services import tenants
from server.system import clock
from server.web.addresses import storable
from server.web.preconditions import wanted_version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aiohttp.web import BaseRequest

    from server.domain.actor import Actor
    from server.domain.versions import Version
    from server.system.settings import Settings
    from server.web.execution import Execution
    from server.web.routes import Route
    from server.web.uploads import Upload

    Admit = Callable[..., None]


_DIGITS: Final = 18
"""What a number of 64 bits can hold, and a far longer text would take long to read."""


def _free(_units: int) -> None:
    """Charge nothing."""


def _roomy() -> None:
    """Find room for whatever is written."""


@dataclass(slots=True)
class Call:
    """One authenticated, limited and validated request.

    `admit` and `execution` are there for other protocols than the native one. `admit` counts the request for a caller that has
    proven who it is, by `(client id, tenant id or None, tier or None)`, and raises Limited; the actor behind these, if known, goes
    into the request log. `execution` runs the parts of a handler that is asynchronous. `charge` counts
    further units of a request on a route that is `priced` by what is asked. `served_in` is None for the current version.
    `along` is there for streams: the headers of every answer. `need_room` raises Full while the disk is nearly full; a route that goes
    on then asks it before it writes.
    """

    route: Route
    actor: Actor
    params: Mapping[str, str]
    pairs: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    request_id: str
    request: BaseRequest
    settings: Settings
    body: Any = None
    document: Any = None
    admit: Admit | None = None
    charge: Callable[[int], None] = _free
    execution: Execution | None = None
    upload: Upload | None = None
    served_in: Version | None = None
    along: Callable[[], Mapping[str, str]] | None = None
    need_room: Callable[[], None] = _roomy

    def query(self, name: str, default: str | None = None) -> str | None:
        """Return a query parameter; the last one where a protocol lets it be repeated. Raises Invalid for what no database could store."""
        found = [value for key, value in self.pairs if key == name]
        if found and not storable(found[-1]):
            raise Invalid(
                f"'{name}' holds a character that no text can hold.",
                faults=[Fault(name, "invalid_parameter", "It holds a character that no text can hold.")],
            )
        return found[-1] if found else default

    def number(self, name: str, default: int, lowest: int, highest: int) -> int:
        """Return a whole query parameter within bounds. Raises Invalid otherwise."""
        text = self.query(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > _DIGITS or not lowest <= int(text) <= highest:
            raise Invalid(
                f"'{name}' has to be a number from {lowest} to {highest}.", faults=[Fault(name, "invalid_parameter", f"'{text[:40]}' is not.")]
            )
        return int(text)

    def names(self, name: str) -> list[str]:
        """Return the words of a comma-separated query parameter, none when it is not there."""
        return [word for word in (self.query(name) or "").split(",") if word]

    def flag(self, name: str) -> bool:
        """Return whether a query parameter is `true`. Raises Invalid for anything but true and false."""
        text = self.query(name) or "false"
        if text not in {"true", "false"}:
            raise Invalid(f"'{name}' has to be true or false.", faults=[Fault(name, "invalid_parameter", f"'{text[:40]}' is not.")])
        return text == "true"

    def choice(self, name: str, default: str, choices: Sequence[str]) -> str:
        """Return a query parameter that is one of a few words. Raises Invalid otherwise."""
        text = self.query(name) or default
        if text not in choices:
            raise Invalid(f"'{name}' has to be one of {', '.join(choices)}.", faults=[Fault(name, "invalid_parameter", f"'{text[:40]}' is not.")])
        return text

    def moment(self, name: str) -> int | None:
        """Return a moment in milliseconds, None when it is not given. Raises Invalid for what is no RFC 3339 moment."""
        text = self.query(name)
        try:
            return None if text is None else clock.parse_rfc3339(text)
        except (ValueError, OverflowError) as error:
            message = f"'{name}' has to be a moment such as 2026-11-20T12:00:00Z."
            raise Invalid(message, faults=[Fault(name, "invalid_parameter", f"'{text[:40] if text else ''}' is not.")]) from error

    def filters(self, *names: str) -> dict[str, Any]:
        """Return those of the query parameters that are given, by name; `since` and `until` as moments in milliseconds."""
        found = {name: self.moment(name) if name in {"since", "until"} else self.query(name) for name in names}
        return {name: value for name, value in found.items() if value is not None}

    def version(self) -> int | None:
        """Return the version named by If-Match, None when any will do.

        Raises Invalid when it is no entity tag, Unconditional when there is none and the tenant wants one.
        """
        text = self.headers.get("If-Match")
        if text is None and self.route.changes_one:
            tenants.check_unconditional(self.actor)
        return wanted_version(text)

    def members(self) -> dict[str, Any]:
        """Return the body as an object. Raises Unprocessable when it is something else."""
        if not isinstance(self.document, dict):
            raise Unprocessable("The body has to be a JSON object.", faults=[Fault("", "not_an_object", "This has to be an object.")])
        return self.document


@dataclass(slots=True)
class Answer:
    """A response before it is sent: JSON bytes unless `content_type` says otherwise."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


def answer(value: Any, status: int = 200, **headers: str) -> Answer:
    """Return a JSON answer; header names are given with underscores."""
    return Answer(orjson.dumps(value), status, {name.replace("_", "-"): text for name, text in headers.items()})


def record_answer(document: Mapping[str, Any], status: int = 200, location: str | None = None) -> Answer:
    """Return one record with its ETag."""
    headers = {"ETag": f'"{document["version"]}"'}
    if location:
        headers["Location"] = location
    return Answer(orjson.dumps(document), status, headers)


def list_answer(found: Sequence[Any], cursor: str | None, call: Call) -> Answer:
    """Return a page in the envelope of every list, with a Link to the next one."""
    body = orjson.dumps({"object": "list", "data": found, "has_more": cursor is not None, "next_cursor": cursor})
    if cursor is None:
        return Answer(body)
    url = call.request.rel_url.update_query({"cursor": cursor})
    return Answer(body, headers={"Link": f'<{url}>; rel="next"'})


def empty_answer() -> Answer:
    """Return 204."""
    return Answer(status=204)
