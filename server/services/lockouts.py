"""Lockouts: after a few failures an account, or an address, is refused unheard for a time that doubles with each further one.

An account is known by the address that was typed, whether there is such a user or not, so a lockout tells nothing about that.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final

from server.domain.errors import Limited
from server.services import vaults
from server.store import lockouts
from server.system import clock

FORGET_AFTER_MS: Final = 3_600_000
LONGEST_MS: Final = 900_000
FREE_FOR_ACCOUNT: Final = 5
FREE_FOR_ADDRESS: Final = 20
_SITE_PREFIX: Final = 64


@dataclass(frozen=True, slots=True)
class Subject:
    """What failures are counted for; `free` of them cost nothing."""

    name: str
    free: int


def account(email: str) -> Subject:
    """Return the subject of an account, by its folded address."""
    return Subject("account:" + vaults.vault().digest(email, "lockout"), FREE_FOR_ACCOUNT)


def address(text: str | None) -> Subject:
    """Return the subject of a client's address; an IPv6 client owns its whole /64."""
    try:
        plain = ip_address(text or "")
    except ValueError:
        return Subject("address:unknown", FREE_FOR_ADDRESS)
    site = plain if plain.version == 4 else ip_network((plain, _SITE_PREFIX), strict=False)
    return Subject(f"address:{site}", FREE_FOR_ADDRESS)


def check(subjects: tuple[Subject, ...]) -> None:
    """Raise Limited (`sign_in_locked`) while any of them is locked."""
    wait = lockouts.locked_until([one.name for one in subjects]) - clock.now_ms()
    if wait > 0:
        seconds = -(-wait // 1000)
        raise Limited(f"Signing in failed too often; try again in {seconds} s.", code="sign_in_locked", retry_after=seconds)


def count_failure(subjects: tuple[Subject, ...]) -> None:
    """Count a failure, and lock what has failed too often; call inside a transaction."""
    now = clock.now_ms()
    lockouts.prune(now - FORGET_AFTER_MS)
    for one in subjects:
        beyond = lockouts.count_failure(one.name, now, now - FORGET_AFTER_MS) - one.free
        if beyond >= 0:
            lockouts.lock(one.name, now + min(1000 * 2 ** min(beyond, 30), LONGEST_MS))


def clear(subject: Subject) -> None:
    """Forget the failures of a subject that signed in."""
    lockouts.clear(subject.name)
