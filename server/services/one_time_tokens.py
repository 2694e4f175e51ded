"""One-time tokens: sent to a person by mail, used once, and stored only as keyed hashes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from server.domain.errors import Unprocessable
from server.services import vaults
from server.store import one_time_tokens
from server.system import clock, ids

_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a token is good for, and for how long."""

    name: str
    valid_ms: int


INVITATION: Final = Purpose("invitation", 7 * 86_400_000)
PASSWORD_RESET: Final = Purpose("password_reset", 3_600_000)


def issue(user_id: str, purpose: Purpose) -> str:
    """Return a new token for a user; earlier ones of this purpose end. Call inside a transaction."""
    token, now = secrets.token_urlsafe(_BYTES), clock.now_ms()
    one_time_tokens.insert(ids.new_id("ott"), user_id, purpose.name, _digest(purpose, token), now, now + purpose.valid_ms)
    return token


def user_of(token: str, purpose: Purpose) -> str:
    """Return whose token this is, without using it. Raises Unprocessable (`invalid_token`)."""
    found = one_time_tokens.find_user(purpose.name, _digest(purpose, token), clock.now_ms())
    if found is None:
        raise _refused()
    return found


def use(token: str, purpose: Purpose) -> None:
    """Use a token up. Raises Unprocessable (`invalid_token`), also for the slower of two at once."""
    if not one_time_tokens.use(purpose.name, _digest(purpose, token), clock.now_ms()):
        raise _refused()


def recently_issued(user_id: str, purpose: Purpose, within_ms: int) -> bool:
    """Tell whether a user was sent a token just now, so that nobody's mailbox is filled."""
    return one_time_tokens.issued_since(user_id, purpose.name, clock.now_ms() - within_ms)


def _digest(purpose: Purpose, token: str) -> str:
    return vaults.vault().digest(token, f"one-time/{purpose.name}")


def _refused() -> Unprocessable:
    return Unprocessable("This address was used before, has expired, or is not complete; ask for a new one.", code="invalid_token")
