"""A listing that somebody edits while it is read: a vendor of each way of paging, small enough to be seen through."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

from connectors.sdk.cursor import Snapshot
from connectors.sdk.deletes import SnapshotDiff
from connectors.sdk.pager import Keyset, LinkHeader, NextUrl, Offset, PageNumber, Pager, Relay, SearchCriteria, Token
from connectors.sdk.reading import Reader
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource

HOST = "https://api.vendor.example"


@dataclass
class Listing:
    """Rows in the vendor's order: by the last change where `by_change`, else by id."""

    by_change: bool
    random: Random
    rows: list[dict[str, int]] = field(default_factory=list)
    ticks: int = 0

    def fill(self, number: int) -> None:
        for _ in range(number):
            self.insert()

    def insert(self) -> None:
        self.ticks += 1
        self.rows.append({"id": self.ticks, "changed": self.ticks})

    def remove(self) -> None:
        if self.rows:
            self.rows.pop(self.random.randrange(len(self.rows)))

    def edit(self) -> None:
        if self.rows:
            self.ticks += 1
            row = self.rows.pop(self.random.randrange(len(self.rows)))
            self.rows.append({**row, "changed": self.ticks})
            self.rows.sort(key=lambda one: one["changed" if self.by_change else "id"])

    def disturb(self) -> None:
        for _ in range(self.random.randrange(4)):
            self.random.choice([self.insert, self.remove, self.remove, self.edit])()

    def behind(self, last: int, size: int) -> list[dict[str, int]]:
        return [row for row in self.rows if row["id"] > last][:size]


Vendor = Callable[[Listing, Mapping[str, str], Request], Response]


def answer(document: Any, **headers: str) -> Response:
    return Response(200, headers, json.dumps(document).encode(), f"{HOST}/rows")


def by_offset(listing: Listing, asked: Mapping[str, str], _: Request) -> Response:
    start = int(asked["offset"])
    return answer({"rows": listing.rows[start : start + int(asked["limit"])]})


def by_page(listing: Listing, asked: Mapping[str, str], _: Request) -> Response:
    size, page = int(asked["per_page"]), int(asked["page"])
    return answer({"rows": listing.rows[(page - 1) * size : page * size]}, **{"x-pages": str(-(-len(listing.rows) // size))})


def by_key(listing: Listing, asked: Mapping[str, str], _: Request) -> Response:
    return answer({"rows": listing.behind(int(asked.get("after", "0")), int(asked["limit"]))})


def by_token(listing: Listing, asked: Mapping[str, str], _: Request) -> Response:
    page = listing.behind(int(asked.get("token", "t0")[1:]), int(asked["limit"]))
    more = bool(page) and bool(listing.behind(page[-1]["id"], 1))
    return answer({"rows": page, "next": f"t{page[-1]['id']}" if more else None})


def by_url(listing: Listing, asked: Mapping[str, str], _: Request) -> Response:
    page = listing.behind(int(asked.get("after", "0")), 4)
    more = bool(page) and bool(listing.behind(page[-1]["id"], 1))
    return answer({"rows": page, "links": {"next": f"/rows?after={page[-1]['id']}" if more else None}})


def by_link(listing: Listing, asked: Mapping[str, str], _: Request) -> Response:
    page = listing.behind(int(asked.get("after", "0")), 4)
    last = page[-1]["id"] if page else 0
    more = "true" if listing.behind(last, 1) and page else "false"
    links = f'<{HOST}/rows?after=1>; rel="previous"; results="true", <{HOST}/rows?after={last}>; rel="next"; results="{more}"'
    return answer({"rows": page}, link=links)


def by_relay(listing: Listing, _: Mapping[str, str], request: Request) -> Response:
    asked = request.json["variables"]
    page = listing.behind(int(asked["after"] or 0), asked["first"])
    more = bool(page) and bool(listing.behind(page[-1]["id"], 1))
    info = {"hasNextPage": more, "endCursor": str(page[-1]["id"]) if page else None}
    return answer({"rows": page, "data": {"rows": {"pageInfo": info}}})


def by_criteria(listing: Listing, asked: Mapping[str, str], _: Request) -> Response:
    last = int(asked.get("searchCriteria[filter_groups][9][filters][0][value]", "0"))
    return answer({"rows": listing.behind(last, int(asked["searchCriteria[pageSize]"]))})


# Each pager with the vendor that pages so, and whether that vendor orders by the last change.
WAYS: dict[str, tuple[Pager, Vendor, bool]] = {
    "offset": (Offset(4), by_offset, False),
    "offset, ordered by change": (Offset(4), by_offset, True),
    "page_number": (PageNumber(pages="header:x-pages", size=4), by_page, False),
    "keyset": (Keyset("after", 4), by_key, False),
    "token": (Token("next", "token", 4, "limit"), by_token, False),
    "next_url": (NextUrl("links.next"), by_url, False),
    "link_header": (LinkHeader(), by_link, False),
    "relay": (Relay("data.rows", 4), by_relay, False),
    "search_criteria": (SearchCriteria("", 4), by_criteria, False),
}


def reader(pager: Pager, **declared: Any) -> Reader:
    """Return what reads the listing."""
    cursor, deletes = declared.pop("cursor", Snapshot()), declared.pop("deletes", SnapshotDiff())
    resource = Resource(name="rows", list=f"{HOST}/rows", rows="rows", modified="changed", pager=pager, cursor=cursor, deletes=deletes, **declared)
    return Reader(resource, resource.request, 1_795_176_000_000, lambda host: host == "api.vendor.example")


def arguments(request: Request) -> dict[str, str]:
    """Return the query of a request, whether it is in the address or beside it."""
    inside = {name: values[-1] for name, values in parse_qs(urlsplit(request.url).query).items()}
    return inside | {name: str(value) for name, value in request.params.items()}
