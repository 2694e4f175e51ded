"""Encrypted fields: a record holds the mask of such a value and nothing else; the value lies sealed beside it.

So whatever reads, lists, searches, exports, tells or copies records has the mask alone, without knowing of encryption. Only
`reveal` opens a value for anybody, with a scope of its own and a line in the audit trail for each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.errors import Fault, Limited, Missing, Unprocessable
from server.domain.hints import near_miss
from server.domain.masking import is_mask, mask
from server.domain.permissions import REVEAL, permit
from server.services import events, vaults
from server.store import custom_fields, database, records, sealed_values
from server.system import clock
from server.system.crypto import CryptoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from server.domain.actor import Actor
    from server.store.declaration import Resource

    Secrets = Mapping[str, str | None]
    """What is to be sealed by field, None for a value that goes away."""

TYPE: Final = "encrypted"
MOST_A_MINUTE: Final = 120
"""How many fields one caller may reveal in a minute: enough for a person, too little to carry a database off."""
_MINUTE_MS: Final = 60_000
_BATCH: Final = 500


class Reveal(BaseModel):
    """Which encrypted fields of the record to show, by the names that they are declared by."""

    model_config = ConfigDict(extra="forbid")

    fields: Annotated[
        list[Annotated[str, StringConstraints(min_length=1, max_length=63)]], Field(min_length=1, max_length=50, examples=[["passport_number"]])
    ]


class RevealView(BaseModel):
    """The values of encrypted fields, null for one that has none."""

    object: Literal["revealed_fields"]
    id: str
    resource: str
    fields: dict[str, str | None]


def take(names: Iterable[str], values: dict[str, Any], before: Mapping[str, Any], pointer: str = "") -> tuple[dict[str, str | None], list[Fault]]:
    """Put masks in the place of what is to be sealed, and return that, with what is wrong.

    The mask that a record shows leaves its value as it is. A value always counts as another one than before: to tell whether it
    is the same would let whoever writes guess it.
    """
    secrets: dict[str, str | None] = {}
    faults = []
    for name in names:
        value, old = values.get(name), before.get(name)
        if value == old:
            continue
        if is_mask(value):
            detail = "This is a mask. Send the value itself, or the mask that this record shows to leave the value as it is."
            faults.append(Fault(f"{pointer}/{name}", "masked_value", detail))
        elif value is None:
            secrets[name] = None
        elif isinstance(value, str):
            secrets[name], values[name] = value, mask(value)
    return secrets, faults


def write(actor: Actor, resource: Resource, record_id: str, secrets: Secrets) -> None:
    """Seal what was taken for a record; call in the transaction that writes the record."""
    for name, secret in secrets.items():
        place = (resource.plural, record_id, name)
        if secret is None:
            sealed_values.remove(actor.tenant_id, actor.mode, place)
        else:
            sealed = vaults.vault().seal(secret.encode(), _context((actor.tenant_id, actor.mode, *place)))
            sealed_values.put(actor.tenant_id, actor.mode, place, sealed)


def changes(resource: Resource, secrets: Secrets, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return `{field: [old mask, new mask]}` for each value written: two values may have the same mask, and still it was changed."""
    if resource.encrypted:
        return {name: [before.get(name), after.get(name)] for name in secrets}
    return {f"custom.{name}": [before["custom"].get(name), after["custom"].get(name)] for name in secrets}


def names_of(actor: Actor, resource: Resource) -> tuple[str, ...]:
    """Return the encrypted fields of a resource, or of a tenant's own type."""
    if resource.only:
        return resource.encrypted
    return tuple(name for name, kind, _, _ in custom_fields.declared(actor.tenant_id, actor.mode, resource.plural) if kind == TYPE)


def among(tenant_id: str, mode: str, plural: str, paths: Iterable[str]) -> list[str]:
    """Return those of some paths of a resource's records that lead to encrypted fields."""
    custom = [path for path in paths if path.partition(".")[0] == "custom"]
    kinds = custom_fields.types(tenant_id, mode).get(plural, {}) if custom else {}
    return [path for path in custom if TYPE in (kinds.values() if path == "custom" else (kinds.get(path.split(".")[1]),))]


def reveal(actor: Actor, resource: Resource, record_id: str, body: Reveal) -> dict[str, Any]:
    """Return the values of encrypted fields, and tell that they were shown.

    Raises Missing, Unprocessable for a field that is not encrypted, Limited.
    """
    permit(actor, f"{resource.scope}:read")
    permit(actor, REVEAL)
    fields = list(dict.fromkeys(body.fields))
    with database.transaction():
        if not records.existing(actor.tenant_id, actor.mode, resource, [record_id]):
            raise Missing(f"There is no {resource.noun} '{record_id}'.")
        _check_names(actor, resource, fields)
        _count(actor, len(fields))
        there = opened(actor, resource, record_id)
        told = {"object": "field", "id": record_id, "resource": resource.plural, "fields": fields, "actor": {"kind": actor.kind, "id": actor.id}}
        events.emit(actor, "field.revealed", record_id, record=told, audited={resource.plural: [None, fields]})
    return {"object": "revealed_fields", "id": record_id, "resource": resource.plural, "fields": {name: there.get(name) for name in fields}}


def _check_names(actor: Actor, resource: Resource, fields: list[str]) -> None:
    known = names_of(actor, resource)
    faults = [
        Fault(f"/fields/{place}", "not_encrypted", f"'{name}' is no encrypted field of {resource.plural}.{near_miss(name, known)}")
        for place, name in enumerate(fields)
        if name not in known
    ]
    if faults:
        raise Unprocessable("Only encrypted fields can be revealed.", code="not_encrypted", faults=faults)


def _count(actor: Actor, fields: int) -> None:
    now = clock.now_ms()
    if sealed_values.count_revealed(actor.tenant_id, actor.mode, actor.id, now // _MINUTE_MS, fields) > MOST_A_MINUTE:
        seconds = -(-(_MINUTE_MS - now % _MINUTE_MS) // 1000)
        raise Limited(f"At most {MOST_A_MINUTE} fields a minute are revealed to one caller.", code="too_many_reveals", retry_after=seconds)


def opened(actor: Actor, resource: Resource, record_id: str, kept_for: str = "") -> dict[str, str]:
    """Return the values of a record by field: those it has, or those it had before an import. Raises CryptoError."""
    found = sealed_values.of_record(actor.tenant_id, actor.mode, resource.plural, record_id, kept_for)
    place = (actor.tenant_id, actor.mode, resource.plural, record_id)
    return {name: vaults.vault().open(sealed, _context((*place, name))).decode() for name, sealed in found.items()}


def carry(actor: Actor, resource: Resource, from_id: str, to_id: str, names: Iterable[str]) -> None:
    """Give a record the values that another one has in some fields, whose masks it got."""
    there = opened(actor, resource, from_id)
    write(actor, resource, to_id, {name: there[name] for name in names if name in there})


def keep_former(actor: Actor, resource: Resource, record_id: str, import_id: str) -> None:
    """Keep what a record has, for whoever takes back the import that is about to change it."""
    sealed_values.keep_former(actor.tenant_id, actor.mode, resource.plural, record_id, import_id, clock.now_ms())


def forget_former(actor: Actor, resource: Resource, record_id: str, import_id: str) -> None:
    """Forget what was kept of a record for an import that was taken back."""
    sealed_values.forget_former(actor.tenant_id, actor.mode, resource.plural, record_id, import_id)


def unreadable(most: int) -> tuple[int, list[str]]:
    """Try to open at most so many values of all tenants; returns how many were tried, and which fields of which records failed."""
    tried, broken = 0, []
    place: tuple[str, ...] = ()
    while tried < most and (found := sealed_values.everywhere(place, min(_BATCH, most - tried))):
        broken += [f"{place[4]} of {place[3]}" for place, sealed in found if not _opens(place, sealed)]
        tried, place = tried + len(found), found[-1][0]
    return tried, broken


def _opens(place: tuple[str, ...], sealed: bytes) -> bool:
    try:
        vaults.vault().open(sealed, _context(place[:5]))
    except CryptoError:
        return False
    return True


def _context(place: tuple[str, ...]) -> str:
    return "/".join(("sealed_value", *place))
