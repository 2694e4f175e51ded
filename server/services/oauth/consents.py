"""Consents as the person sees them who gave them: which applications may act for them, for what, and how that ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.domain.errors import Missing
from server.services.oauth import scopes, trail
from server.services.oauth.authorization import revoke
from server.store import authorizations, database

if TYPE_CHECKING:
    from server.services.oauth.consent import Person
    from server.services.oauth.messages import Asked
    from server.store.authorizations import Given


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person allows one application; `since` is in milliseconds."""

    client_id: str
    name: str
    allows: tuple[str, ...]
    since: int


def given(person: Person) -> list[Consent]:
    """Return what a person allows now, the newest application first."""
    found: dict[str, list[Given]] = {}
    for one in authorizations.given_by(person.tenant_id, person.id):
        found.setdefault(one.client_id, []).append(one)
    return [_together(every) for every in found.values()]


def _together(every: list[Given]) -> Consent:
    allows = scopes.described(frozenset(scope for one in every for scope in one.scopes))
    return Consent(every[0].client_id, every[0].client_name, tuple(allows), min(one.created_at for one in every))


def withdraw(asked: Asked, person: Person, client_id: str) -> None:
    """End all that a person allowed an application, with its tokens. Raises Missing when that is nothing."""
    with database.transaction():
        ended = [one for one in authorizations.given_by(person.tenant_id, person.id) if one.client_id == client_id]
        if not ended:
            raise Missing("You allow this application nothing.")
        for one in ended:
            revoke(one.id)
            trail.record(asked, ("user", person.id), (person.tenant_id, one.mode), "authorization.withdrawn", one.id, client_id=client_id)
