"""The first start: data folder, master key, schema, tiers and the first operator; what is there already stays as it is."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain import passwords as rules
from server.domain.actor import system_actor
from server.domain.errors import Missing
from server.services import events, passwords, seals, vaults
from server.services.users import fold
from server.store import database, schema, tiers, users
from server.system import clock, ids, master_key

if TYPE_CHECKING:
    from server.system.settings import Settings

TIERS: Final[dict[str, list[dict[str, Any]]]] = {
    "standard": [{"requests": 100, "period": "second", "endpoints": []}],
    "unlimited": [],
}
# Without letters and digits that look alike: it is read off a terminal once.
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS: Final = 5
_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class FirstStart:
    """What the first start made. A field is None for what was there before, or what its owner chose."""

    operator_email: str
    one_time_password: str | None
    recovery_code: str | None


def first_start(settings: Settings, operator_email: str, password: str | None = None) -> FirstStart:
    """Make what an appliance needs, and open it in this process; doing so again makes only what is missing.

    Without a password one is made that has to be changed at the first sign-in. Raises Unprocessable for one that is too weak.
    """
    if password is not None:
        rules.check_password(password, operator_email)
    recovery_code = open_or_create(settings)
    made = None if _operators() else password or one_time_password()
    hashed = passwords.digest(made) if made else None
    with database.transaction():
        _create_tiers()
        # Another start may have been faster while the password was hashed.
        created = hashed is not None and not _operators()
        if hashed is not None and created:
            _create_operator(operator_email, hashed, must_change=password is None)
    shown = made if created and password is None else None
    return FirstStart(_operators()[0]["email"], shown, recovery_code)


def open_or_create(settings: Settings) -> str | None:
    """Make folder, key and schema where they are missing, and open them; returns the recovery code of a new key."""
    settings.folder.prepare()
    key = master_key.locate(settings)
    database.close()
    database.open_database(settings.database.url, synchronous="normal" if settings.database.synchronous == "normal" else "full")
    if not key.exists() and schema.applied_names():
        raise Missing(
            "The database is there, but its master key is not; bring it back with 'junction restore' or the recovery code.", code="no_master_key"
        )
    recovery_code = None if key.exists() else key.create()
    vaults.install(key.vault())
    schema.migrate()
    seals.ensure_canary()
    return recovery_code


def has_operator() -> bool:
    """Tell whether somebody administers this appliance."""
    return bool(_operators())


def one_time_password() -> str:
    """Return a password that is easily read off a screen: five groups of four, about a hundred bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def _operators() -> list[dict[str, Any]]:
    return users.page(None, "", 1)


def _create_tiers() -> None:
    now = clock.now_ms()
    new = {"version": 1, "created_at": now, "updated_at": now}
    for name, limits in TIERS.items():
        if tiers.find(name) is None:
            tiers.put({"name": name, "price": None, "limits": orjson.dumps(limits).decode(), "costs": "[]", **new})


def _create_operator(email: str, hashed: str, *, must_change: bool) -> None:
    now = clock.now_ms()
    row: dict[str, Any] = {"id": ids.new_id("usr"), "email": fold(email), "role": "operator", "status": "active", "password_hash": hashed}
    row |= {"must_change_password": int(must_change), "version": 1, "created_at": now, "updated_at": now}
    users.insert(None, row)
    events.record_audit(system_actor(""), "user.created", row["id"], {"email": [None, row["email"]], "role": [None, "operator"]})
