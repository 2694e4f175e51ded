"""How a listing is walked. A pager adds its place to the request, and finds the next place in the answer; a place is JSON, None the end.

Every pager refuses a token that comes again and an address outside the allowed hosts, and loses no row that existed throughout the walk,
however many others are edited or removed meanwhile; a row may be read twice.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Protocol
from urllib.parse import urljoin, urlsplit

from connectors.sdk.errors import VendorBug
from connectors.sdk.paths import put
from connectors.sdk.request import Request, Response

Place = dict[str, Any]
Allowed = Callable[[str], bool]
"""Tells whether a host may be called."""
MOST_STEPS_BACK: Final = 100
_LINK: Final = re.compile(r"<([^>]*)>((?:\s*;\s*[^;,=]+=(?:\"[^\"]*\"|[^;,]*))*)")


class Pager(Protocol):
    """What a pager does. `marks` name the rows of the answer, in their order: id and time of the last change."""

    def turn(self, request: Request, place: Place | None) -> Request:
        """Return the request for a place, None being the first."""

    def advance(self, place: Place | None, response: Response, marks: Sequence[str], allowed: Allowed) -> Place | None:
        """Return the next place, None at the end. Raises VendorBug where going on would never end or leave the vendor."""


def watched(place: Place | None, token: str, **rest: Any) -> Place:
    """Return the place of a new token. Raises VendorBug when the tokens run in a circle, of whatever length (Brent)."""
    steps, kept = (place or {}).get("steps", 0) + 1, (place or {}).get("kept")
    if token in (kept, (place or {}).get("token")):
        raise VendorBug("The vendor's pages run in a circle.", code="repeated_page")
    return {"token": token, "steps": steps, "kept": token if steps & (steps - 1) == 0 else kept, **rest}


@dataclass(frozen=True)
class Whole:
    """There is only one page."""

    def turn(self, request: Request, place: Place | None) -> Request:  # noqa: ARG002
        """Return the request as it is."""
        return request

    def advance(self, place: Place | None, response: Response, marks: Sequence[str], allowed: Allowed) -> Place | None:  # noqa: ARG002
        """Return the end."""
        return None


@dataclass(frozen=True)
class Token:
    """The answer holds a token for the next page, `token`; it is sent as `param`, or at that path of the JSON body."""

    token: str
    param: str
    size: int = 100
    size_param: str = ""
    place: Literal["query", "body"] = "query"
    more: str = ""

    def turn(self, request: Request, place: Place | None) -> Request:
        """Return the request with the token."""
        sent: dict[str, str | int] = {self.size_param: self.size} if self.size_param else {}
        if place:
            sent[self.param] = place["token"]
        if self.place == "query":
            return request.with_params(sent)
        body: dict[str, Any] = dict(request.json or {})
        for path, value in sent.items():
            put(body, path, value)
        return replace(request, json=body)

    def advance(self, place: Place | None, response: Response, marks: Sequence[str], allowed: Allowed) -> Place | None:  # noqa: ARG002
        """Return the place of the token in the answer."""
        found = response.at(self.token)
        if not found or (self.more and not response.at(self.more)):
            return None
        return watched(place, str(found))


@dataclass(frozen=True)
class Keyset:
    """The next page begins after the last row's id, `param`; rows are ordered by it. Ends with a short page, or by what `more` says."""

    param: str
    size: int = 100
    size_param: str = "limit"
    more: str = ""

    def turn(self, request: Request, place: Place | None) -> Request:
        """Return the request for what comes after the last id."""
        sent: dict[str, str | int] = {self.size_param: self.size}
        return request.with_params({**sent, self.param: place["token"]} if place else sent)

    def advance(self, place: Place | None, response: Response, marks: Sequence[str], allowed: Allowed) -> Place | None:  # noqa: ARG002
        """Return the place after the last row that has an id."""
        going_on = bool(response.at(self.more)) if self.more else len(marks) >= self.size
        named = [identity for one in marks if (identity := one.partition("@")[0])]
        return watched(place, named[-1]) if going_on and named else None


@dataclass(frozen=True)
class SearchCriteria(Keyset):
    """Magento's search criteria, ordered by `field` and read on after its last value: page numbers there lose rows."""

    field: str = "entity_id"
    group: int = 9

    def turn(self, request: Request, place: Place | None) -> Request:
        """Return the request with the criteria."""
        order = "searchCriteria[sortOrders][0]"
        sent: dict[str, str | int] = {
            "searchCriteria[pageSize]": self.size,
            f"{order}[field]": self.field,
            f"{order}[direction]": "ASC",
        }
        if place:
            after = f"searchCriteria[filter_groups][{self.group}][filters][0]"
            sent |= {f"{after}[field]": self.field, f"{after}[value]": place["token"], f"{after}[condition_type]": "gt"}
        return request.with_params(sent)


@dataclass(frozen=True)
class Offset:
    """So many rows are skipped. Each page begins with the last row of the one before: where it does not, rows have gone, and the walk steps back.

    What was read and has not moved is the beginning of the listing, in any order that is stable; so a page that begins with a row
    that was read leaves none out before it.
    """

    size: int = 100
    offset_param: str = "offset"
    size_param: str = "limit"
    kept: int = 20

    def __post_init__(self) -> None:
        """Refuse a page of one row, which could not overlap."""
        if self.size < 2:
            raise ValueError("Offset wants pages of two rows or more")

    def turn(self, request: Request, place: Place | None) -> Request:
        """Return the request with the offset."""
        return request.with_params({self.offset_param: (place or {}).get("offset", 0), self.size_param: self.size})

    def advance(self, place: Place | None, response: Response, marks: Sequence[str], allowed: Allowed) -> Place | None:  # noqa: ARG002
        """Return the place of the next page, one row before its end; or one further back where rows have gone."""
        before = place or {"offset": 0, "last": [], "seen": "", "reach": 0, "back": 0, "leap": 1}
        start, seen = before["offset"], hashlib.sha256("\n".join(marks).encode()).hexdigest()[:16]
        if start and len(marks) == self.size and seen == before["seen"]:
            raise VendorBug("The vendor ignores the offset.", code="repeated_page")
        if start and (not marks or marks[0] not in before["last"]):
            return self._back(before)
        if len(marks) < self.size:
            return None
        following = start + len(marks) - 1
        progress = {"reach": following, "back": 0} if following > before["reach"] else {}
        return {**before, **progress, "offset": following, "leap": 1, "seen": seen, "last": [*before["last"], *marks[bool(start) :]][-self.kept :]}

    def _back(self, place: Place) -> Place:
        """Return a place further back, twice as far each time."""
        if place["back"] >= MOST_STEPS_BACK:
            raise VendorBug("The vendor's rows come in an order that changes.", code="unstable_order")
        return {**place, "offset": max(0, place["offset"] - self.kept // 2 * place["leap"]), "back": place["back"] + 1, "leap": place["leap"] * 2}


@dataclass(frozen=True)
class PageNumber:
    """Pages have numbers. They are walked from the last to the first, so that rows which go away shift only what was read.

    The order of rows has to be stable (by id). `pages` is where the number of pages stands, or `total` that of rows: a path, or
    `header:X-WP-TotalPages`.
    """

    pages: str = ""
    total: str = ""
    size: int = 100
    page_param: str = "page"
    size_param: str = "per_page"
    first: int = 1

    def turn(self, request: Request, place: Place | None) -> Request:
        """Return the request with the number of the page."""
        return request.with_params({self.page_param: (place or {}).get("page", self.first), self.size_param: self.size})

    def advance(self, place: Place | None, response: Response, marks: Sequence[str], allowed: Allowed) -> Place | None:  # noqa: ARG002
        """Return the last page after the first was seen, then the one before each."""
        if place is None:
            last = self.first + self._count(response) - 1
            return {"page": last} if last > self.first else None
        return {"page": place["page"] - 1} if place["page"] > self.first else None

    def _count(self, response: Response) -> int:
        where = self.pages or self.total
        name = where.removeprefix("header:")
        found = response.headers.get(name.lower()) if where != name else response.at(where)
        if found is None or not str(found).isdecimal():
            raise VendorBug(f"The answer does not tell how many pages there are, at {where}.", code="no_total")
        return int(found) if self.pages else -(-int(found) // self.size)


@dataclass(frozen=True)
class NextUrl:
    """The answer holds the address of the next page at `next`, whole or relative to the address that was called."""

    next: str
    size: int = 0
    size_param: str = ""

    def turn(self, request: Request, place: Place | None) -> Request:
        """Return the request for the address that the vendor gave."""
        if place:
            return replace(request, url=place["token"], params={})
        return request.with_params({self.size_param: self.size}) if self.size_param else request

    def advance(self, place: Place | None, response: Response, marks: Sequence[str], allowed: Allowed) -> Place | None:  # noqa: ARG002
        """Return the place of the address in the answer. Raises VendorBug when it leads elsewhere."""
        found = self.address(response)
        return watched(place, followed(response.url, found, allowed)) if found else None

    def address(self, response: Response) -> str | None:
        """Return the address of the next page as the vendor wrote it."""
        found = response.at(self.next)
        return str(found) if found else None


@dataclass(frozen=True)
class LinkHeader(NextUrl):
    """The address of the next page stands in the Link header (RFC 8288) as `rel="next"`; Sentry's `results="false"` ends it."""

    next: str = "next"

    def address(self, response: Response) -> str | None:
        """Return the address of the relation."""
        for url, rest in _LINK.findall(response.headers.get("link", "")):
            members = dict(re.findall(r"([^\s;,=]+)=\"?([^\";,]*)", rest))
            if members.get("rel") == self.next and members.get("results") != "false":
                return str(url)
        return None


@dataclass(frozen=True)
class Relay:
    """GraphQL connections: `pageInfo` below `connection` tells the cursor, which goes into the variable `after`."""

    connection: str
    size: int = 100
    first: str = "first"
    after: str = "after"

    def turn(self, request: Request, place: Place | None) -> Request:
        """Return the request with its variables."""
        body = request.json or {}
        variables = {**body.get("variables", {}), self.first: self.size, self.after: place["token"] if place else None}
        return replace(request, json={**body, "variables": variables})

    def advance(self, place: Place | None, response: Response, marks: Sequence[str], allowed: Allowed) -> Place | None:  # noqa: ARG002
        """Return the place of the cursor at the end of the page."""
        page = response.at(f"{self.connection}.pageInfo") or {}
        return watched(place, str(page.get("endCursor"))) if page.get("hasNextPage") else None


def followed(called: str, found: str, allowed: Allowed) -> str:
    """Return the whole address of a link that the vendor gave. Raises VendorBug unless it is https on an allowed host."""
    whole = urljoin(called, found)
    parts = urlsplit(whole)
    if parts.scheme != urlsplit(called).scheme or parts.username is not None or not parts.hostname or not allowed(parts.hostname):
        raise VendorBug("The vendor sends on to a host that is not its own.", code="foreign_page")
    return whole


KINDS: Final[Mapping[str, type[Pager]]] = {
    "whole": Whole,
    "token": Token,
    "keyset": Keyset,
    "search_criteria": SearchCriteria,
    "offset": Offset,
    "page_number": PageNumber,
    "next_url": NextUrl,
    "link_header": LinkHeader,
    "relay": Relay,
}
