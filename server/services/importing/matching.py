"""Which record a row is about: told by one field, or by the id that another system has for it."""

from __future__ import annotations

import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError

from server.domain.errors import Fault, Missing, Unprocessable
from server.domain.hints import near_miss
from server.services.records import Envelope
from server.store import records

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from server.domain.actor import Actor
    from server.store.declaration import Resource

EXTERNAL: Final = "external_id:"
IDENTITY: Final = "identity"
ID: Final = "id"


@dataclass(frozen=True)
class Match:
    """How rows find their records; `field` is a field of the resource, or the name of a system when `external`."""

    resource: Resource
    field: str
    external: bool
    normalise: TypeAdapter[Any]

    @property
    def target(self) -> str:
        """The field of a mapping that feeds the key."""
        return f"external_ids.{self.field}" if self.external else self.field

    def key(self, body: Mapping[str, Any]) -> str | None:
        """Return what a body is found by, as it is stored; None when the row does not say. Raises Unprocessable when it cannot be stored."""
        value = (body.get("external_ids") or {}).get(self.field) if self.external else body.get(self.field)
        if value is None:
            return None
        try:
            return str(self.normalise.validate_python(value))
        except ValidationError as error:
            detail = error.errors(include_url=False, include_input=False)[0]["msg"].removeprefix("Value error, ")
            fault = Fault(f"/{self.target.replace('.', '/')}", "invalid_value", detail)
            raise Unprocessable(detail, faults=[fault]) from error

    def find(self, actor: Actor, key: str) -> str | None:
        """Return the id of the record with this key, the oldest when there are several, or None. Raises Missing for an id that is none."""
        if self.field == ID and not self.external:
            if not records.existing(actor.tenant_id, actor.mode, self.resource, [key]):
                raise Missing(f"There is no {self.resource.noun} '{key[:100]}'.")
            return key
        if self.external:
            return records.find_by_external_id(actor.tenant_id, actor.mode, self.resource, self.field, key)
        return records.find_by_value(actor.tenant_id, actor.mode, self.resource, self.field, key)


def parse_match(text: str | None, resource: Resource, fed: Collection[str]) -> Match | None:
    """Return the match that an option names; `fed` are the fields that have a column.

    Raises Unprocessable (`bad_match`) for a field that records cannot be found by, or that no column feeds.
    """
    if text == IDENTITY:
        name = next((name for name in resource.identity if name in fed), None)
        return _by_field(resource, name) if name else None
    if text is None:
        return None
    match = _by_system(resource, text.removeprefix(EXTERNAL)) if text.startswith(EXTERNAL) else _named(resource, text)
    if match.target not in fed:
        raise _bad(f"Rows cannot be matched by {text!r}: no column feeds {match.target}.")
    return match


def _named(resource: Resource, name: str) -> Match:
    if name == ID:
        return Match(resource, ID, external=False, normalise=TypeAdapter(str))
    possible = [field for field in dict.fromkeys((*resource.identity, *resource.indexed)) if resource.fields[field].name == "text"]
    if name not in possible:
        offered = [*possible, ID, f"{EXTERNAL}<system>"]
        raise _bad(f"{resource.plural.capitalize()} cannot be matched by {name!r}.{near_miss(name, offered)} Possible: {', '.join(offered)}.")
    return _by_field(resource, name)


def _by_field(resource: Resource, name: str) -> Match:
    hints = typing.get_type_hints(resource.model, include_extras=True)
    return Match(resource, name, external=False, normalise=TypeAdapter(hints[name]))


def _by_system(resource: Resource, system: str) -> Match:
    hints = typing.get_type_hints(Envelope, include_extras=True)
    of_ids = typing.get_args(hints["external_ids"])[0]
    return Match(resource, system, external=True, normalise=TypeAdapter(typing.get_args(of_ids)[1]))


def _bad(detail: str) -> Unprocessable:
    return Unprocessable(detail, code="bad_match", faults=[Fault("/options/match", "bad_match", detail)])
