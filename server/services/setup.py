"""The first start of an appliance: data folder, master key, database, tiers and an operator; taken up again where it was interrupted."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.actor import system_actor
from server.domain.passwords import check_password
from server.services import events, seals, vaults
from server.store import database, schema
from server.system import clock, ids, master_key, recovery_code

if TYPE_CHECKING:
    from server.system.settings import Settings

TIERS: Final = {"standard": [{"requests": 100, "period": "second"}], "unlimited": []}
_PASSWORD_BYTES: Final = 15


@dataclass(frozen=True, slots=True, repr=False)
class FirstStart:
    """What is shown this once; `one_time_password` is None when the operator chose a password."""

    operator_email: str
    one_time_password: str | None
    recovery_code: str


def first_start(settings: Settings, email: str, password: str | None) -> FirstStart:
    """Make the appliance of a data folder that has none. Raises Unprocessable for a weak password, Conflict for a newer database."""
    if password is not None:
        check_password(password, email)
    settings.folder.prepare()
    key = master_key.locate(settings)
    code = key.create() if not key.exists() else _code_of(key)
    vaults.install(key.vault())
    database.open_database(settings.database.url)
    schema.migrate()
    seals.ensure_canary()
    chosen = password or secrets.token_urlsafe(_PASSWORD_BYTES)
    _insert_operator(email, chosen)
    return FirstStart(email, None if password else chosen, code)


def has_operator() -> bool:
    """Tell whether somebody administers this appliance."""
    return database.row("SELECT 1 FROM users WHERE tenant_id IS NULL LIMIT 1") is not None


def _code_of(key: master_key.MasterKey) -> str:
    keys = key.keys()
    return recovery_code.encode(keys.current, keys.masters[keys.current], keys.digest)


def _insert_operator(email: str, password: str) -> None:
    from argon2 import PasswordHasher

    now, user_id = clock.now_ms(), ids.new_id("usr")
    digest = PasswordHasher().hash(password)
    with database.transaction():
        for name, limits in TIERS.items():
            database.execute(
                "INSERT INTO tiers (name, limits, version, created_at, updated_at) VALUES (?, ?, 1, ?, ?) ON CONFLICT (name) DO NOTHING",
                (name, json.dumps(limits), now, now),
            )
        database.execute(
            "INSERT INTO users (id, email, role, status, password_hash, version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, 1, ?, ?)",
            (user_id, email.lower(), "operator", "active", digest, now, now),
        )
        events.record_audit(system_actor(""), "user.created", user_id, {"email": [None, email.lower()]})
