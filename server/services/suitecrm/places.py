"""Where a SuiteCRM field lives in one of our records: how it is read, written, compared and sorted by.

A place without a single column behind it has no `order`. What is written goes into a draft; what depends on several fields
at once waits there until all of them are in it (`drafts.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from server.domain.errors import Invalid
from server.domain.filters import All, Any_, Condition, Node, Not
from server.services.suitecrm.forms import TEXT, Form, Path, same
from server.services.suitecrm.ids import USER, View, inside

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.domain.actor import Actor
    from server.services.suitecrm.drafts import Draft
    from server.store.records import Document

LEAD: Final = "lead"


class Place(Protocol):
    """What every place can be asked."""

    @property
    def order(self) -> Path | None:
        """What records are sorted by for this field, None when they cannot be."""

    def read(self, document: Document, view: View) -> str:
        """Return the field's value."""

    def write(self, draft: Draft, value: str) -> None:
        """Take a value that a client gave; what cannot be written is passed over, as SuiteCRM does."""

    def test(self, actor: Actor, operator: str, value: Any) -> Node:
        """Return the test of records by this field. Raises Invalid for a comparison it cannot have."""


def untested(*_: Any) -> Node:
    """Raise Invalid: the test of a field that has none."""
    raise Invalid("This field cannot be compared.", code="invalid_value")


def by_equality(equals: Callable[[Any], Node], operator: str, value: Any) -> Node | None:
    """Return the test of a comparison that asks for equality alone, made of the test of being equal; None for any other."""
    if operator in {"in", "nin"}:
        found: Node = Any_(tuple(equals(one) for one in value))
        return found if operator == "in" else Not(found)
    if operator in {"eq", "ne"}:
        return equals(value) if operator == "eq" else Not(equals(value))
    return None


def dig(document: Document, path: Path) -> Any:
    """Return what lies at a path, None when nothing does."""
    found: Any = document
    for part in path:
        found = found.get(part) if isinstance(found, dict) else None
    return found


@dataclass(frozen=True, slots=True)
class At:
    """A value of its own."""

    path: Path
    form: Form
    writable: bool = True

    @property
    def order(self) -> Path | None:
        """The path itself."""
        return self.path

    def read(self, document: Document, view: View) -> str:  # noqa: ARG002 - a place's signature
        """Return the value as SuiteCRM writes it."""
        value = dig(document, self.path)
        return self.form.absent if value is None else self.form.show(value)

    def write(self, draft: Draft, value: str) -> None:
        """Put the value there, or nothing for an empty text."""
        if self.writable:
            draft.put(self.path, self.form.parse(value) if value else self.form.empty)

    def test(self, actor: Actor, operator: str, value: Any) -> Node:  # noqa: ARG002 - a place's signature
        """Compare the value."""
        if operator == "null":
            return Condition(self.path, "null", value)
        return self.form.test(self.path, operator, value)


@dataclass(frozen=True, slots=True)
class OfContent(At):
    """What a record says of its content; without one, what a client wrote of a file that never came. It is compared as it was written."""

    member: str = "file_name"

    def read(self, document: Document, view: View) -> str:
        """Return it from the content."""
        content = document.get("content")
        return str(content[self.member]) if content else At.read(self, document, view)


@dataclass(frozen=True, slots=True)
class Computed:
    """What follows from other fields and cannot be written."""

    reads: Callable[[Document, View], str]
    order: Path | None = None
    tests: Callable[[Actor, str, Any], Node] = untested

    def read(self, document: Document, view: View) -> str:
        """Compute it."""
        return self.reads(document, view)

    def write(self, draft: Draft, value: str) -> None:
        """Pass it over."""

    def test(self, actor: Actor, operator: str, value: Any) -> Node:
        """Compare what it follows from."""
        return self.tests(actor, operator, value)


@dataclass(frozen=True, slots=True)
class Reference:
    """The id of another record or user."""

    name: str
    noun: str

    @property
    def order(self) -> Path | None:
        """The id itself."""
        return (self.name,)

    def read(self, document: Document, view: View) -> str:
        """Return the id as clients know it."""
        return view.id(self.noun, document.get(self.name))

    def write(self, draft: Draft, value: str) -> None:
        """Refer to another one, or to none."""
        draft.put((self.name,), inside(draft.actor, self.noun, value) if value else None)

    def test(self, actor: Actor, operator: str, value: Any) -> Node:
        """Compare ids."""
        return id_test((self.name,), self.noun, actor, operator, value)


def id_test(path: Path, noun: str, actor: Actor, operator: str, value: Any) -> Node:
    """Return the test of an id; one that is given is turned into ours."""
    if operator == "null":
        return Condition(path, "null", value)
    if operator in {"in", "nin"}:
        return Condition(path, operator, tuple(inside(actor, noun, one) for one in value))
    if operator == "between":
        raise Invalid("Ids have no order.", code="invalid_value")
    if value == "":
        return Condition(path, "null", operator == "eq")
    return Condition(path, operator, value if operator == "like" else inside(actor, noun, value))


@dataclass(frozen=True, slots=True)
class NameOf:
    """What a referred record is called."""

    name: str
    noun: str

    @property
    def order(self) -> Path | None:
        """Nothing: names lie in another table."""
        return None

    def read(self, document: Document, view: View) -> str:
        """Return its name."""
        return view.name(self.noun, document.get(self.name))

    def write(self, draft: Draft, value: str) -> None:
        """Pass it over: the id counts."""

    def test(self, actor: Actor, operator: str, value: Any) -> Node:  # noqa: ARG002 - a place's signature
        """Compare its name through the reference."""
        if self.noun == USER:
            return untested()
        if operator in {"eq", "ne"} and value == "":
            return Condition((self.name,), "null", operator == "eq")
        hop = self.name.removesuffix("_id")
        if self.noun == "contact":
            return name_test((hop,), operator, value)
        return TEXT.test((hop, "name"), operator, value)


def name_test(before: Path, operator: str, value: Any) -> Node:
    """Return the test of a person's whole name: equal when its first word and the rest are, else by the last name."""
    if operator in {"eq", "ne"} and " " in value.strip():
        first, _, last = value.strip().partition(" ")
        found = All((same((*before, "first_name"), first), same((*before, "last_name"), last.strip())))
        return found if operator == "eq" else Not(found)
    if operator == "like":
        return Any_((Condition((*before, "first_name"), "ilike", value), Condition((*before, "last_name"), "ilike", value)))
    return TEXT.test((*before, "last_name"), operator, value)


def whole_name(document: Document, _view: View) -> str:
    """Return a person's first and last name."""
    return " ".join(part for part in (document.get("first_name"), document.get("last_name")) if part)


@dataclass(frozen=True, slots=True)
class Amount:
    """A deal's worth: an amount in a currency, which is the tenant's own where nothing else is known."""

    name: str
    form: Form

    @property
    def order(self) -> Path | None:
        """The amount."""
        return (self.name, "amount")

    def read(self, document: Document, view: View) -> str:  # noqa: ARG002 - a place's signature
        """Return the amount."""
        value = dig(document, (self.name, "amount"))
        return "" if value is None else str(value)

    def write(self, draft: Draft, value: str) -> None:
        """Put the amount there, in the currency it has."""
        currency = dig(draft.before, (self.name, "currency")) or draft.currency()
        draft.put((self.name,), {"amount": self.form.parse(value), "currency": currency} if value else None)

    def test(self, actor: Actor, operator: str, value: Any) -> Node:  # noqa: ARG002 - a place's signature
        """Compare the amount."""
        return self.form.test((self.name, "amount"), operator, value)


@dataclass(frozen=True, slots=True)
class Stage:
    """A deal's stage; the two that close one are its status here."""

    won: str = "Closed Won"
    lost: str = "Closed Lost"

    @property
    def order(self) -> Path | None:
        """The stage."""
        return ("stage",)

    def read(self, document: Document, view: View) -> str:  # noqa: ARG002 - a place's signature
        """Return the stage; of a deal that is closed, how it was."""
        closed = {"won": self.won, "lost": self.lost}.get(document["status"])
        return closed or document["stage"] or ""

    def write(self, draft: Draft, value: str) -> None:
        """Move the deal, and close or open it with that."""
        draft.put(("stage",), value or None)
        draft.put(("status",), {self.won: "won", self.lost: "lost"}.get(value, "open"))

    def test(self, actor: Actor, operator: str, value: Any) -> Node:  # noqa: ARG002 - a place's signature
        """Compare what `read` gives."""
        return by_equality(self._equals, operator, value) or TEXT.test(("stage",), operator, value)

    def _equals(self, value: str) -> Node:
        closed = {self.won.lower(): "won", self.lost.lower(): "lost"}.get(value.lower())
        if closed:
            return Condition(("status",), "eq", closed)
        return All((TEXT.test(("stage",), "eq", value), Condition(("status",), "eq", "open")))
