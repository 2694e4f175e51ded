"""The second factor: one-time codes of an authenticator app (RFC 6238), and recovery codes for when it is lost.

A secret is sealed, counts only once a code of it was typed back, and each code and recovery code works once.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field

from server.domain import totp
from server.domain.errors import Conflict, Fault, Unprocessable
from server.services import branding, events, passwords, vaults
from server.services.accounts import person
from server.services.users import Password
from server.store import database, users
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.users import Row
    from server.system.settings import Settings

CONTEXT: Final = "user.totp/"


class TotpCode(BaseModel):
    """A code that the authenticator app shows."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=6, max_length=20, examples=["123456"])


class TotpRemoval(BaseModel):
    """The password, to switch the second factor off."""

    model_config = ConfigDict(extra="forbid")

    password: Password


class TotpSecret(BaseModel):
    """What the authenticator app is given: a QR code of `uri`, or `secret` typed in."""

    object: str
    secret: str
    uri: str


class RecoveryCodes(BaseModel):
    """Codes that each work once in place of the app's; shown this once."""

    object: str
    recovery_codes: list[str]


def begin(actor: Actor, settings: Settings) -> dict[str, Any]:
    """Make a secret, which counts once `confirm` was called. Raises Conflict when there is a second factor already."""
    row = person(actor)
    if row["totp_enabled"]:
        raise Conflict("There is a second factor already; switch it off first.", code="totp_enabled")
    secret = totp.new_secret()
    with database.transaction():
        users.put(row["tenant_id"], row["id"], {"totp_secret": vaults.vault().seal(secret, CONTEXT + row["id"]), "totp_last_step": None})
    uri = totp.provisioning_uri(branding.current(settings)["name"], row["email"], secret)
    return {"object": "totp", "secret": base64.b32encode(secret).decode().rstrip("="), "uri": uri}


def confirm(actor: Actor, body: TotpCode) -> dict[str, Any]:
    """Switch the second factor on by a code of the new secret, and return the recovery codes, once."""
    row = person(actor)
    if row["totp_enabled"] or row["totp_secret"] is None:
        raise Conflict("Begin anew: there is no secret waiting for its first code.", code="totp_not_begun")
    codes = totp.recovery_codes()
    with database.transaction():
        if not _app_code_fits(row, body.code):
            raise Unprocessable("The code is wrong.", code="invalid_totp", faults=[Fault("/code", "invalid_totp", "This code does not fit.")])
        kept = orjson.dumps([_digest(one) for one in codes]).decode()
        users.put(row["tenant_id"], row["id"], {"totp_enabled": 1, "recovery_codes": kept})
        events.record_audit(actor, "user.totp_enabled", row["id"])
    return {"object": "recovery_codes", "recovery_codes": codes}


def disable(actor: Actor, body: TotpRemoval) -> None:
    """Switch one's own second factor off. Slow: checks the password."""
    row = person(actor)
    if not passwords.verify(row["password_hash"], body.password):
        fault = Fault("/password", "wrong_password", "This is not the password.")
        raise Unprocessable("The password is wrong.", code="wrong_password", faults=[fault])
    with database.transaction():
        remove(row)
        events.record_audit(actor, "user.totp_disabled", row["id"])


def remove(row: Row) -> None:
    """Take the second factor from a user."""
    users.put(row["tenant_id"], row["id"], {"totp_secret": None, "totp_enabled": 0, "totp_last_step": None, "recovery_codes": "[]"})


def fits(row: Row, offered: str) -> bool:
    """Tell whether a code of the app, or a recovery code, is right, and use it up. Call inside a transaction."""
    return _app_code_fits(row, offered) or _recovery_code_fits(row, offered)


def _app_code_fits(row: Row, offered: str) -> bool:
    secret = vaults.vault().open(row["totp_secret"], CONTEXT + row["id"])
    step = totp.verify(secret, offered, clock.now_ms() // 1000, row["totp_last_step"])
    return step is not None and users.use_totp_step(row["id"], step)


def _recovery_code_fits(row: Row, offered: str) -> bool:
    kept = orjson.loads(row["recovery_codes"])
    used = _digest(offered)
    if used not in kept:
        return False
    rest = orjson.dumps([one for one in kept if one != used]).decode()
    return users.replace_recovery_codes(row["id"], row["recovery_codes"], rest)


def _digest(code: str) -> str:
    return vaults.vault().digest(totp.plain_recovery_code(code), "recovery-code")
