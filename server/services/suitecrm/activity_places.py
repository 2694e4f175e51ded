"""Where the fields of activities live that SuiteCRM has otherwise: how far one is, how long it takes, what it belongs to, and who takes part."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import getaddresses
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Invalid
from server.domain.filters import All, Any_, Condition, Node, Not
from server.services.suitecrm.forms import TEXT, Path, same
from server.services.suitecrm.parents import PARENTS, parent_of
from server.services.suitecrm.places import LEAD, by_equality, dig, id_test, untested
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.services.suitecrm.drafts import Draft
    from server.services.suitecrm.ids import View
    from server.store.records import Document

_NEVER: Final = Condition(("id",), "eq", "")
"""The test that no record passes."""


@dataclass(frozen=True, slots=True)
class Progress:
    """An activity's status: done or not is our own field, the rest of SuiteCRM's words lie beside it."""

    done: tuple[str, ...]
    default: str
    words: Path = ("custom", "suitecrm_status")

    @property
    def order(self) -> Path | None:
        """Whether it is done."""
        return ("done",)

    def read(self, document: Document, view: View) -> str:  # noqa: ARG002 - a place's signature
        """Return the word that was written, as long as it agrees with whether it is done."""
        word = dig(document, self.words)
        if word is not None and (word in self.done) is bool(document["done"]):
            return str(word)
        return self.done[0] if document["done"] else self.default

    def write(self, draft: Draft, value: str) -> None:
        """Keep the word, and be done or not by it."""
        draft.put(("done",), value in self.done)
        draft.put(self.words, value or None)

    def test(self, actor: Actor, operator: str, value: Any) -> Node:  # noqa: ARG002 - a place's signature
        """Compare what `read` gives."""
        return by_equality(self._equals, operator, value) or TEXT.test(self.words, operator, value)

    def _equals(self, value: str) -> Node:
        value = next((one for one in (*self.done, self.default) if one.lower() == value.lower()), value)
        is_done = Condition(("done",), "eq", "true" if value in self.done else "false")
        word = same(self.words, value)
        if value not in {self.done[0], self.default}:
            return All((is_done, word))
        others = Condition(self.words, "in", self.done)
        disagrees = Not(others) if value in self.done else others
        return All((is_done, Any_((word, Condition(self.words, "null", value=True), disagrees))))


@dataclass(frozen=True, slots=True)
class Duration:
    """Hours, or the minutes beyond them, from an activity's beginning to its end."""

    part: str

    @property
    def order(self) -> Path | None:
        """Nothing: it is computed."""
        return None

    def read(self, document: Document, view: View) -> str:  # noqa: ARG002 - a place's signature
        """Return the part, empty without a beginning and an end."""
        if not document.get("starts_at") or not document.get("ends_at"):
            return ""
        minutes = max(0, clock.parse_rfc3339(document["ends_at"]) - clock.parse_rfc3339(document["starts_at"])) // 60_000
        return str(minutes // 60 if self.part == "hours" else minutes % 60)

    def write(self, draft: Draft, value: str) -> None:
        """Wait for the beginning."""
        if value and not value.isdecimal():
            raise Invalid(f"'{value[:100]}' is not a number of {self.part}.", code="invalid_value")
        draft.later[f"duration_{self.part}"] = value

    def test(self, actor: Actor, operator: str, value: Any) -> Node:
        """Refuse."""
        return untested(actor, operator, value)


@dataclass(frozen=True, slots=True)
class Parent:
    """What an activity belongs to: `type` the module, `id` the record, `name` what that is called."""

    part: str

    @property
    def order(self) -> Path | None:
        """Nothing: it is one of several fields."""
        return None

    def read(self, document: Document, view: View) -> str:
        """Return this part of the first parent that there is."""
        found = parent_of(document)
        if found is None:
            return ""
        module, name, noun = found
        if self.part == "type":
            there = view.record(noun, document[name])
            return "Leads" if there is not None and there.get("lifecycle") == LEAD else module
        return view.id(noun, document[name]) if self.part == "id" else view.name(noun, document[name])

    def write(self, draft: Draft, value: str) -> None:
        """Wait for the other part; the name is passed over."""
        if self.part != "name":
            draft.later[f"parent_{self.part}"] = value

    def test(self, actor: Actor, operator: str, value: Any) -> Node:
        """Compare the id with every parent there can be, the module with which of them is there."""
        if self.part == "name":
            return untested()
        equals = partial(_belongs_to, actor) if self.part == "id" else _is_of
        return by_equality(equals, operator, value) or untested()


def _belongs_to(actor: Actor, value: str) -> Node:
    return Any_(tuple(id_test((name,), noun, actor, "eq", value) for _, name, noun in PARENTS)) if value else _orphan()


def _orphan() -> Node:
    return All(tuple(Condition((name,), "null", value=True) for _, name, _ in PARENTS))


def _is_of(module: str) -> Node:
    tests: list[Node] = []
    for known, name, _ in PARENTS:
        if known == ("Contacts" if module == "Leads" else module):
            return All((*tests, Condition((name,), "null", value=False)))
        tests.append(Condition((name,), "null", value=True))
    return _NEVER if module else _orphan()


@dataclass(frozen=True, slots=True)
class Addresses:
    """The e-mail addresses of those who take part in one role, separated by commas."""

    role: str

    @property
    def order(self) -> Path | None:
        """Nothing: there are several."""
        return None

    def read(self, document: Document, view: View) -> str:  # noqa: ARG002 - a place's signature
        """Return them."""
        return ", ".join(one["email"] for one in document["participants"] if one.get("role") == self.role and one.get("email"))

    def write(self, draft: Draft, value: str) -> None:
        """Replace those of this role."""
        others = [one for one in draft.now("participants") or [] if one.get("role") != self.role]
        given = [{"email": address, "name": name or None, "role": self.role} for name, address in getaddresses([value]) if address]
        draft.put(("participants",), others + given)

    def test(self, actor: Actor, operator: str, value: Any) -> Node:
        """Refuse."""
        return untested(actor, operator, value)
