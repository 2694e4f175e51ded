"""Signing keys: what id tokens and signed access tokens are signed with (RS256), and the public set that others verify by.

A key is published a day before it signs and a day after it has ended, so whoever keeps the set for a day never meets a
signature they cannot verify. Keys are changed every 90 days by whoever asks for the set, or at once by an operator.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import orjson
from pydantic import BaseModel

from server.services import events, vaults
from server.services.tenants import require_operator
from server.store import database, signing_keys
from server.system import clock

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

    from server.domain.actor import Actor
    from server.store.signing_keys import Row

ALGORITHM: Final = "RS256"
BITS: Final = 2048
DAY_MS: Final = 86_400_000
SIGNS_MS: Final = 90 * DAY_MS
AHEAD_MS: Final = DAY_MS
OVERLAP_MS: Final = DAY_MS


class SigningKeyView(BaseModel):
    """A signing key as operators see it."""

    id: str
    object: str
    algorithm: str
    created_at: str
    signs_from: str
    retires_at: str | None


def current() -> RSAKey:
    """Return the key that signs now; makes the first one."""
    now = clock.now_ms()
    # A key that is retiring signs only until its successor does.
    row = max((row for row in _live(now) if row["signs_from"] <= now), key=lambda one: (one["retires_at"] is None, one["signs_from"]))
    return _opened(row["id"], row["private"])


def public_set() -> dict[str, Any]:
    """Return the JSON Web Key Set; makes the next key when it is time."""
    return {"keys": [orjson.loads(row["public"]) for row in _live(clock.now_ms())]}


def list_all(actor: Actor) -> list[dict[str, Any]]:
    """Return the keys that are published, the newest first."""
    require_operator(actor)
    return [_shown(row) for row in _live(clock.now_ms())]


def rotate(actor: Actor) -> dict[str, Any]:
    """Sign with a new key from now on; the others stay published for a day. Slow: makes a key."""
    require_operator(actor)
    now = clock.now_ms()
    with database.transaction():
        signing_keys.hold()
        key_id = _make(now, now)
        events.record_audit(actor, "signing_key.rotated", key_id)
    return next(_shown(row) for row in signing_keys.all_live(now) if row["id"] == key_id)


def _live(now: int) -> list[Row]:
    found = signing_keys.all_live(now)
    if found and found[0]["signs_from"] + SIGNS_MS - AHEAD_MS > now:
        return found
    with database.transaction():
        signing_keys.hold()
        there = signing_keys.all_live(now)
        if there[:1] == found[:1]:
            _make(now, now + AHEAD_MS if there else now)
    return signing_keys.all_live(now)


def _make(now: int, signs_from: int) -> str:
    from joserfc.jwk import RSAKey

    key = RSAKey.generate_key(BITS, {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    key_id = str(key.kid)
    private = vaults.vault().seal(orjson.dumps(key.as_dict(private=True)), _context(key_id))
    signing_keys.insert(key_id, ALGORITHM, private, orjson.dumps(key.as_dict(private=False)).decode(), now, signs_from)
    signing_keys.retire(key_id, signs_from + OVERLAP_MS)
    return key_id


def _context(key_id: str) -> str:
    return f"signing_key/{key_id}"


@lru_cache(maxsize=8)
def _opened(key_id: str, private: bytes) -> RSAKey:
    from joserfc.jwk import RSAKey

    return RSAKey.import_key(orjson.loads(vaults.vault().open(private, _context(key_id))))


def _shown(row: Row) -> dict[str, Any]:
    times = {name: None if row[name] is None else clock.rfc3339(row[name]) for name in ("created_at", "signs_from", "retires_at")}
    return {"id": row["id"], "object": "signing_key", "algorithm": row["algorithm"], **times}
