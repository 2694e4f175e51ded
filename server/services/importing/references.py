"""Names, domains, numbers and e-mail addresses in the place of an id: resolved to the record that they can only mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Fault, Unprocessable
from server.services import records as record_service
from server.store import records, users

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.domain.actor import Actor
    from server.store.declaration import Resource
    from server.store.records import Document

BY: Final = {"company": ("domain", "name"), "contact": ("email",), "order": ("number",), "invoice": ("number",)}
LOWERED: Final = frozenset({"domain", "email"})
MOST_REMEMBERED: Final = 10_000


class References:
    """Resolves the references of one resource's rows, each name once."""

    def __init__(self, actor: Actor, resource: Resource, on_missing_company: Callable[[str], str] | None) -> None:
        """Take who imports what; `on_missing_company` makes a company that is named and not there, and returns its id."""
        self._actor = actor
        self._targets = {name: records.by_noun()[kind.reference or ""] for name, kind in resource.fields.items() if kind.name == "reference"}
        self._on_missing_company = on_missing_company
        self._known: dict[tuple[str, str], str] = {}

    def forget(self) -> None:
        """Forget what was resolved: after a rollback, what was made meanwhile is gone."""
        self._known.clear()

    def resolve(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return a body with ids in the place of names. Raises Unprocessable naming every one that cannot be resolved."""
        faults: list[Fault] = []
        found = dict(body)
        for name in (*self._targets, "owner_id"):
            value = body.get(name)
            if isinstance(value, str):
                try:
                    found[name] = self._id(name, value)
                except Unprocessable as error:
                    faults.append(Fault(f"/{name}", error.stable_code, error.detail))
        if faults:
            raise Unprocessable(faults[0].detail, code=faults[0].code, faults=faults)
        return found

    def _id(self, name: str, value: str) -> str:
        key = (name, value)
        known = self._known.get(key)
        if known is None:
            known = self._owner(value) if name == "owner_id" else self._record(self._targets[name], value)
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = known
        return known

    def _record(self, target: Resource, value: str) -> str:
        if value.startswith(f"{target.prefix}_"):
            return value
        for name in BY.get(target.noun, ()):
            wanted = value.lower() if name in LOWERED else value
            found = records.ids_by_value(self._actor.tenant_id, self._actor.mode, target, name, wanted, 2)
            if len(found) > 1:
                raise Unprocessable(f"More than one {target.noun} has the {name} {value[:80]!r}; give the id.", code="ambiguous_reference")
            if found:
                return found[0]
        if target.noun == "company" and self._on_missing_company is not None:
            return self._on_missing_company(value)
        ways = " or ".join(("id", *BY.get(target.noun, ())))
        hint = "; the option create_companies makes it" if target.noun == "company" else ""
        raise Unprocessable(f"There is no {target.noun} with the {ways} {value[:80]!r}{hint}.", code="unknown_reference")

    def _owner(self, value: str) -> str:
        if "@" not in value:
            return value
        found = users.find_by_email(value.lower())
        if found is None or found["tenant_id"] != self._actor.tenant_id:
            raise Unprocessable(f"There is no user with the e-mail address {value[:80]!r}.", code="unknown_reference")
        return str(found["id"])


def make_company(actor: Actor, name: str) -> Document:
    """Create a company that is known by its name alone, or by its domain where the name is one."""
    company = records.by_noun()["company"]
    body = {"name": name}
    try:
        return record_service.create(actor, company, {**body, "domain": name} if "." in name and " " not in name else body)
    except Unprocessable:
        return record_service.create(actor, company, body)
