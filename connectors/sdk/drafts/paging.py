"""How a listing is paged and read on, by the names that people give to parameters and to members of answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from connectors.sdk.drafts.descriptions import Description

OFFSETS: Final = ("offset", "skip", "$skip", "start", "startIndex", "pg[offset]")
SIZES: Final = (
    "limit", "per_page", "page_size", "pageSize", "PageSize", "perPage", "count", "size", "max_results", "maxResults", "results_per_page", "$top",
    "pg[limit]",
)  # fmt: skip
TOKENS: Final[Mapping[str, tuple[str, ...]]] = {
    "cursor": ("next_cursor", "nextCursor", "cursor", "meta.next_cursor", "response_metadata.next_cursor", "paging.next"),
    "page_token": ("next_page_token", "nextPageToken"),
    "pageToken": ("nextPageToken",),
    "next_page_token": ("next_page_token",),
    "next_token": ("next_token",),
    "nextToken": ("nextToken",),
    "after": ("paging.next.after", "after", "next_cursor", "meta.after"),
}
KEYSETS: Final = ("starting_after", "after_id", "since_id", "id_greater")
PAGES: Final = ("page", "page_number", "pageNumber", "Page")
PAGE_COUNTS: Final = (
    "total_pages", "totalPages", "pages", "last_page", "page_count", "meta.total_pages", "meta.last_page", "pagination.pageCount",
    "pagination.total_pages",
)  # fmt: skip
ROW_COUNTS: Final = (
    "total", "total_count", "totalCount", "total_items", "total_records", "meta.total", "pagination.total", "pagination.itemCount",
)  # fmt: skip
NEXT_URLS: Final = (
    "next", "next_url", "next_page", "next_page_uri", "links.next", "_links.next.href", "paging.next", "meta.next", "meta.next_page_url",
    "_metadata.next", "pagination.next", r"@odata\.nextLink",
)  # fmt: skip
SINCES: Final = (
    "updated_since", "modified_since", "updated_after", "modified_after", "updated_at_min", "updatedMin", "updatedAfter", "modifiedSince",
    "since_last_changed", "filters[updated_after]", "since",
)  # fmt: skip
MODIFIED_HEADER: Final = "If-Modified-Since"
SYNC_TOKENS: Final = ("syncToken", "sync_token", "deltaToken")
LARGEST: Final = 1000
USUAL: Final = 100


def cursor_of(description: Description, path: str) -> dict[str, Any]:
    """Return how only what is new is asked for; nothing where everything is listed."""
    asked = description.parameters(path)
    param = next((name for name in SINCES if name in asked), "")
    if param:
        schema = description.resolved(asked[param].get("schema"))
        form = "seconds" if schema.get("type") == "integer" else "date" if schema.get("format") == "date" else "iso"
        return {"kind": "modified_since", "param": param, "format": form}
    header = next((name for name in description.parameters(path, "header") if name.lower() == MODIFIED_HEADER.lower()), "")
    return {"kind": "modified_since", "param": header, "place": "header"} if header else {}


class Paging:
    """How one listing is paged."""

    def __init__(self, description: Description, path: str, answer: Mapping[str, Any]) -> None:
        self.description, self.path, self.answer = description, path, answer
        self.asked = description.parameters(path)
        self.size = next((name for name in SIZES if name in self.asked), "")
        self.sized: dict[str, Any] = {"size": self.largest(), "size_param": self.size} if self.size else {}

    def pager(self) -> dict[str, Any]:
        """Return the pager that the names stand for; everything on one page where there is none."""
        ways = (self._token, self._keyset, self._offset, self._page_number, self._next_url)
        return next((found for way in ways for found in way()), {"kind": "whole"})

    def hint(self) -> str:
        """Return the parameter that seems to page a listing which no pager was found for, else nothing."""
        names = (*OFFSETS, *TOKENS, *KEYSETS, *PAGES, *(("limit",) if self.size else ()))
        return next((name for name in names if name in self.asked), "") if self.pager()["kind"] == "whole" else ""

    def largest(self) -> int:
        """Return the largest size of a page that is described."""
        schema = self.description.resolved(self.asked[self.size].get("schema"))
        return max(2, int(min(schema.get("maximum", USUAL), LARGEST)))

    def _found(self, names: tuple[str, ...]) -> str:
        return self.description.first(self.answer, names)

    def _token(self) -> Iterator[dict[str, Any]]:
        for param, tokens in TOKENS.items():
            token = self._found(tokens) if param in self.asked else ""
            if token:
                yield {"kind": "token", "token": token, "param": param, **self.sized}

    def _keyset(self) -> Iterator[dict[str, Any]]:
        more = self._found(("has_more", "hasMore"))
        yield from ({"kind": "keyset", "param": param, **self.sized, "more": more} for param in KEYSETS if param in self.asked and self.size)

    def _offset(self) -> Iterator[dict[str, Any]]:
        yield from ({"kind": "offset", **self.sized, "offset_param": param} for param in OFFSETS if param in self.asked and self.size)

    def _page_number(self) -> Iterator[dict[str, Any]]:
        pages, total = self._found(PAGE_COUNTS), self._found(ROW_COUNTS)
        counted = {"pages": pages} if pages else {"total": total}
        if self.size and (pages or total):
            yield from ({"kind": "page_number", **counted, **self.sized, "page_param": param} for param in PAGES if param in self.asked)

    def _next_url(self) -> Iterator[dict[str, Any]]:
        operation = self.description.document["paths"][self.path]["get"]
        named = str(operation.get("x-ms-pageable", {}).get("nextLinkName", "")).replace(".", r"\.")
        following = self._found(NEXT_URLS) or named
        if following:
            yield {"kind": "next_url", "next": following, **self.sized}
        headers = self.description.success(operation).get("headers", {})
        if any(name.lower() == "link" for name in headers):
            yield {"kind": "link_header", **self.sized}
