"""The verbs of an appliance over a transport. A path that begins with `/admin` is taken as it is; any other lies inside the chosen tenant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final, cast
from urllib.parse import quote

from app.client.cancellation import Cancellation
from app.client.errors import Missing, Problem
from app.client.transport import Answer, Request, Transport

PAGE_ROWS: Final = 200
MOST_ROWS: Final = 10_000  # of a list that is read to its end
# Lists that the appliance gives whole, by the end of their path: they take neither `limit` nor `cursor`.
WHOLE: Final = re.compile(
    r"(/settings|/signing-keys|/inbound/providers|/usage/quotas|/event-types|/versions|/legacy/passwords|/errors|/email/warmups"
    r"|/accounts/providers|/provider-apps|/connector-credentials|/connector-packages|/licences|/blocklists"
    r"|/installations/[^/]+/(actions|(options|fields)/[^/]+)|^/fields/(objects/)?[^/]+)$"
)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one acts: in which tenant, on its live rows or in its sandbox."""

    tenant_id: str = ""
    mode: str = "live"


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list; `cursor` gives the next ones, None ends the list."""

    rows: list[Row]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """One thing to ask of the appliance, as pages declare it."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | BinaryIO | None = None
    media_type: str = "application/json"


class Api:
    """An appliance as one credential sees it. Every method blocks and raises ClientError."""

    def __init__(self, transport: Transport, place: Place | None = None) -> None:
        self.transport = transport
        self.place = place or Place()

    def inside(self, tenant_id: str, mode: str = "live") -> Api:
        """Return the same appliance seen from a tenant."""
        return Api(self.transport, Place(tenant_id, mode))

    def send(self, call: Call, cancellation: Cancellation | None = None) -> Answer:
        """Send one call."""
        query = {name: value for name, value in call.query.items() if value not in (None, "")}
        request = Request(call.method, self.address(call.path), query, call.body, self.headers(call), call.content, call.media_type)
        return self.transport.send(request, cancellation or Cancellation())

    def headers(self, call: Call) -> Mapping[str, str]:
        """Return what a call carries besides the credential."""
        return {"Junction-Mode": self.place.mode, **call.headers} if self._lies_inside(call.path) else call.headers

    def ask(self, call: Call, cancellation: Cancellation | None = None) -> Any:
        """Send one call and return what its body says."""
        return self.send(call, cancellation).document

    def get(self, path: str, query: Mapping[str, Any] | None = None, cancellation: Cancellation | None = None) -> Row:
        """Read one thing."""
        return cast("Row", self.ask(Call("GET", path, query or {}), cancellation))

    def page(
        self,
        path: str,
        query: Mapping[str, Any] | None = None,
        cursor: str | None = None,
        limit: int = PAGE_ROWS,
        cancellation: Cancellation | None = None,
    ) -> Page:
        """Read some rows of a list."""
        paging = {} if WHOLE.search(path) else {"cursor": cursor, "limit": limit}
        found = self.ask(Call("GET", path, {**(query or {}), **paging}), cancellation)
        return Page(found["data"], found.get("next_cursor"))

    def every(self, path: str, query: Mapping[str, Any] | None = None, cancellation: Cancellation | None = None, most: int = MOST_ROWS) -> list[Row]:
        """Read a list page after page, no more than `most` rows of it."""
        page = self.page(path, query, cancellation=cancellation)
        rows = page.rows
        while page.cursor is not None and len(rows) < most:
            page = self.page(path, query, page.cursor, cancellation=cancellation)
            rows += page.rows
        return rows[:most]

    def address(self, path: str) -> str:
        """Return where a path lies on the appliance. Raises Missing when it lies in a tenant and none is chosen."""
        if not self._lies_inside(path):
            return path
        if not self.place.tenant_id:
            raise Missing(Problem(404, detail="Choose a tenant first."))
        return f"/admin/v1/tenants/{self.place.tenant_id}{path}"

    def _lies_inside(self, path: str) -> bool:
        return not path.startswith(("/admin/", "/healthz", "/readyz", "/metrics"))


def filled(path: str, row: Mapping[str, Any]) -> str:
    """Return a path with the `{names}` in it taken from a row, each encoded as one segment."""
    return path.format_map({name: quote(str(value), safe="") for name, value in row.items()})


def sign_in(transport: Transport, email: str, password: str, totp: str = "", cancellation: Cancellation | None = None) -> Row:
    """Sign in and have the transport carry the session's token from now on; the answer says whether the password has to be changed."""
    body = {"email": email, "password": password, **({"totp": totp} if totp else {})}
    session = cast("Row", Api(transport).ask(Call("POST", "/admin/v1/session", body=body), cancellation))
    transport.token = str(session["token"])
    return session


def sign_out(transport: Transport, cancellation: Cancellation | None = None) -> None:
    """End the session that the transport carries."""
    Api(transport).ask(Call("DELETE", "/admin/v1/session"), cancellation)


def change_password(transport: Transport, current: str, password: str, cancellation: Cancellation | None = None) -> Row:
    """Change the own password; the session that comes with the answer replaces the one before."""
    body = {"current_password": current, "password": password}
    session = cast("Row", Api(transport).ask(Call("POST", "/admin/v1/me/password", body=body), cancellation))
    transport.token = str(session["token"])
    return session
