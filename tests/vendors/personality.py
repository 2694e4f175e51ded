"""What vendors differ in: a personality is a table of routes and the few answers that have the vendor's own form.

It is written from the vendor's description and documentation, never from a connector, or the two would prove no more than that they agree.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from tests.vendors.contract import Contract, described, facts
from tests.vendors.hooks import Hook, Notification
from tests.vendors.identity import IdentityFacts
from tests.vendors.limits import Limit
from tests.vendors.messages import Answer, Call, Refusal
from tests.vendors.store import Row, Table, Values

if TYPE_CHECKING:
    from tests.vendors.vendor import MockVendor

Handler = Callable[..., Answer]


@dataclass(frozen=True)
class Published:
    """A description that lies among the vendors' own, and what in it is known to be wrong, with the reason."""

    path: str
    address: str | None = None
    waivers: Mapping[str, str] = field(default_factory=dict)
    any_case: bool = False
    annotations: str = ""

    def contract(self) -> Contract | None:
        return described(self.path, address=self.address, waivers=self.waivers, any_case=self.any_case, annotations=self.annotations)


@dataclass(frozen=True)
class Slice:
    """Facts written by hand."""

    document: Mapping[str, Any]

    def contract(self) -> Contract:
        return facts(self.document)


def route(method: str, path: str, *, host: str = "*") -> Callable[[Handler], Handler]:
    """Answer the calls of a path; what stands in braces becomes an argument, and `{name:rest}` takes slashes too."""

    def mark(handler: Handler) -> Handler:
        marks = getattr(handler, "routes", ())
        handler.routes = (*marks, (method, host, pattern_of(path)))  # type: ignore[attr-defined]
        return handler

    return mark


def pattern_of(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[a-z_]+(?::rest)?\})", path)
    return re.compile("".join(placeholder(part) if part.startswith("{") else re.escape(part) for part in parts))


def placeholder(part: str) -> str:
    name, _, rest = part.strip("{}").partition(":")
    return f"(?P<{name}>{'.+' if rest else '[^/]+'})"


class Personality:
    """One vendor. Subclasses say what they are in class attributes, and answer in methods marked with `route`."""

    key: ClassVar[str]
    host: ClassVar[str]
    descriptions: ClassVar[Sequence[Published | Slice]] = ()
    needs_descriptions: ClassVar[bool] = False  # where the vendor's own file does not only judge but answer
    identity: ClassVar[IdentityFacts | None] = None
    limits: ClassVar[Sequence[Limit]] = ()
    idempotency_header: ClassVar[str] = ""
    secret: ClassVar[str] = "hook-secret"
    required: ClassVar[Mapping[str, str]] = {}  # resource -> dotted place of what a row must have
    routes: ClassVar[list[tuple[str, str, re.Pattern[str], str]]] = []

    def __init__(self, vendor: MockVendor) -> None:
        self.vendor = vendor
        self.store = vendor.store
        self.oldest = 0

    def __init_subclass__(cls) -> None:
        cls.routes = [(*mark, name) for name, member in vars(cls).items() for mark in getattr(member, "routes", ())] + cls.routes

    @classmethod
    @cache
    def contracts(cls) -> tuple[Contract, ...]:
        """Return the descriptions that are at hand, read once in a process."""
        return tuple(contract for each in cls.descriptions if (contract := each.contract()) is not None)

    def prepare(self) -> None:
        """Fill in what every account of this vendor has."""

    def new_id(self, resource: str, place: int, values: Mapping[str, Any]) -> str:
        """Return the id of a new row; ids grow with their rows unless a personality says otherwise."""
        return str(place)

    def notice(self, resource: str, row: Row, verb: str) -> None:
        """Take note of a change, whoever made it; `verb` is created, updated or deleted."""

    def sample(self, resource: str, number: int) -> Values:
        """Return the values of a plausible row, the same ones for the same number."""
        raise NotImplementedError

    def show(self, resource: str, row: Row) -> Any:
        """Return a row as the vendor writes it."""
        raise NotImplementedError

    def handle(self, call: Call) -> Answer:
        """Answer a call that may be answered."""
        for method, host, pattern, name in self.routes:
            if method == call.method and host in {"*", call.host} and (match := pattern.fullmatch(call.path)):
                answer: Answer = getattr(self, name)(call, **match.groupdict())
                return answer
        raise Refusal(self.missing(call))

    def authorized(self, call: Call) -> bool:
        """Tell whether a call carries a token that holds."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self.vendor.identity.holds(token)

    def unauthorized(self, call: Call) -> Answer:
        return self.refusal(401, "unauthorized", "The credentials are not valid.")

    def forbidden(self, call: Call) -> Answer:
        """Answer a credential that holds, and may not do this."""
        return self.refusal(403, "forbidden", "The credential lacks a permission.")

    def throttled(self, wait: int) -> Answer:
        return Answer.of({"message": "Too many requests"}, 429, {"retry-after": str(wait)})

    def expired(self, call: Call) -> Answer:
        """Answer a cursor that is too old."""
        return self.refusal(410, "gone", "The cursor has expired.")

    def missing(self, call: Call) -> Answer:
        return self.refusal(404, "not_found", f"{call.path} was not found.")

    def refusal(self, status: int, code: str, message: str) -> Answer:
        """Return an error in the vendor's own form."""
        return Answer.of({"error": code, "message": message}, status)

    def headers(self, call: Call) -> dict[str, str]:
        """Return the headers that stand on every answer."""
        return {}

    def hook(self, body: bytes, url: str, *, secret: str, at: int) -> Hook:
        """Return a message to a webhook, signed as the vendor signs."""
        raise NotImplementedError

    def notification(self, resource: str, row: Row, verb: str) -> Notification:
        """Return what the vendor tells our webhooks of a change."""
        raise NotImplementedError

    def shown(self, resource: str, row: Row) -> Any:
        """Return a row as the vendor writes it, spoilt as a test has asked."""
        return spoil(self.show(resource, row), row.mischief, self.required.get(resource, "id")) if row.mischief else self.show(resource, row)

    def row(self, table: Table, row_id: str, call: Call) -> Row:
        """Return a row that is there, or refuse."""
        found = table.get(row_id)
        if found is None:
            raise Refusal(self.missing(call))
        return found

    def remembered(self, number: str, call: Call) -> int:
        """Return the number that a cursor stands for, or refuse it because it is too old."""
        if not number.isdigit() or int(number) < self.oldest:
            raise Refusal(self.expired(call))
        return int(number)

    def forget(self) -> None:
        """Let every cursor that was given out until now expire."""
        self.oldest = next(self.store.numbers)

    def cut(self, rows: Sequence[Row], start: int, size: int) -> tuple[list[Row], int | None]:
        """Return a page of rows and where the next one starts; the one place where paging goes wrong on request."""
        page, end = list(rows[start : start + size]), start + size
        faults = self.vendor.faults.current
        if "duplicate_row" in faults and start:
            page = [rows[start - 1], *page]
        if "repeated_token" in faults:
            return page, start
        return page, end if end < len(rows) else None


def spoil(shown: Any, mischief: Sequence[str], required: str) -> Any:
    """Return a row as no description has it: malformed, with a member that nobody knows, or with nothing where something has to be."""
    if "malformed_row" in mischief:
        return {"unexpected": [shown]}
    if "unknown_field" in mischief:
        shown = {**shown, "brand_new_member": {"depth": [1, "two", None]}}
    if "null_required" in mischief:
        shown = without(shown, required.split("."))
    return shown


def without(shown: Any, path: Sequence[str]) -> Any:
    if len(path) == 1:
        return {**shown, path[0]: None}
    return {**shown, path[0]: without(shown[path[0]], path[1:])}


def token(*parts: object) -> str:
    """Return an opaque token that stands for these parts."""
    return base64.urlsafe_b64encode(":".join(map(str, parts)).encode()).decode().rstrip("=")


def parts_of(text: str) -> list[str]:
    """Return the parts that a token stands for; none of a token that was not ours."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(":") if text else []
    except ValueError:
        return []
