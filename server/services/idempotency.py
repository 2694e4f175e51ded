"""Kept answers of idempotent requests, sealed like every secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.errors import Conflict
from server.services import vaults
from server.store import database, idempotency
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor

KEPT_MS: Final = 86_400_000
# A request that has not ended by then died with its process, and its key must not stay taken for a day.
LONGEST_RUN_MS: Final = 900_000


@dataclass(frozen=True, slots=True)
class Kept:
    """What is remembered of a key; `answer` is None while its request runs."""

    digest: str
    answer: bytes | None


def claim(actor: Actor, key: str, digest: str) -> Kept | None:
    """Take a key for a request; what is remembered of it when it is taken already."""
    now = clock.now_ms()
    with database.transaction():
        if idempotency.claim(actor.tenant_id, actor.mode, key, digest, now, now - KEPT_MS, now - LONGEST_RUN_MS):
            return None
        found = idempotency.find(actor.tenant_id, actor.mode, key)
    if found is None:
        raise Conflict(code="idempotency_key_in_use", retry_after=1)
    sealed = found[1]
    return Kept(found[0], vaults.vault().open(sealed, _context(actor, key)) if sealed is not None else None)


def keep(actor: Actor, key: str, digest: str, answer: bytes) -> None:
    """Remember the answer to a claimed key."""
    sealed = vaults.vault().seal(answer, _context(actor, key))
    with database.transaction():
        idempotency.keep(actor.tenant_id, actor.mode, key, digest, sealed)


def release(actor: Actor, key: str) -> None:
    """Forget a claimed key whose request failed."""
    with database.transaction():
        idempotency.release(actor.tenant_id, actor.mode, key)


def _context(actor: Actor, key: str) -> str:
    return f"idempotency/{actor.tenant_id}/{actor.mode}/{key}"
