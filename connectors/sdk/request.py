"""What a connector asks to be sent, and what it gets back. Values only: nothing here opens a connection."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlsplit

from connectors.sdk.errors import VendorBug
from connectors.sdk.paths import at

ABSENT: Final = object()
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
REPEATABLE: Final = SAFE | {"PUT", "DELETE"}


@dataclass(frozen=True)
class Request:
    """One call of a vendor. At most one of `json`, `form` and `body` is set.

    `url` is a path below the connector's address, or an absolute address on an allowed host. `key` is stable over retries of the
    same change; `key_header` is where a vendor takes it, and makes a POST repeatable. `repeatable` overrules what the method says.
    `scope` names the permission that is lacking when the vendor answers 403, `cost` what the call takes from the vendor's budget.
    """

    method: str
    url: str
    params: Mapping[str, str | int | tuple[str, ...]] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    key_header: str = ""
    repeatable: bool | None = None
    scope: str = ""
    cost: float = 1.0

    def q(self, **params: str | int | tuple[str, ...]) -> Request:
        """Return this request with query parameters added or replaced."""
        return replace(self, params={**self.params, **params})

    def with_params(self, params: Mapping[str, str | int | tuple[str, ...]]) -> Request:
        """Return this request with query parameters added or replaced whose names are no identifiers."""
        return replace(self, params={**self.params, **params})

    def with_json(self, members: Mapping[str, Any]) -> Request:
        """Return this request with members of its JSON body added or replaced."""
        return replace(self, json={**(self.json or {}), **members})

    @property
    def may_repeat(self) -> bool:
        """Whether sending it twice does no harm, so that an answer that was lost may be asked for again."""
        if self.repeatable is not None:
            return self.repeatable
        return self.method in REPEATABLE or bool(self.key and self.key_header)


@dataclass(frozen=True)
class Response:
    """What a vendor answered; header names are in lower case, `received_ms` is the driver's clock when it came."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    url: str = ""
    received_ms: int = 0

    @cached_property
    def document(self) -> Any:
        """The body as JSON. Raises VendorBug when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise VendorBug(f"The answer of status {self.status} is no JSON.", code="not_json") from None

    @cached_property
    def found(self) -> Any:
        """The body as JSON, None when it is none: for looking at what may be an error page."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def at(self, path: str, default: Any = None) -> Any:
        """Return what stands at a dotted path of the body, such as `paging.next.after`. Raises VendorBug when it is no JSON."""
        return at(self.document, path, default)

    def rows(self, path: str) -> list[Any]:
        """Return the list at a path; an absent or null one is empty. Raises VendorBug when something else is there."""
        found = self.document if not path else self.at(path)
        if found is None:
            return []
        if not isinstance(found, list):
            raise VendorBug(f"There is no list at {path or 'the top'} of the answer.", code="not_a_list")
        return found


def absolute(request: Request, address: str) -> Request:
    """Return the request as it is to be sent: its path below `address`, unless it is absolute already, and its key in the header for it."""
    url = request.url if urlsplit(request.url).scheme else f"{address.rstrip('/')}/{request.url.lstrip('/')}"
    keyed = {request.key_header: request.key} if request.key and request.key_header else {}
    return replace(request, url=url, headers={**request.headers, **keyed})
