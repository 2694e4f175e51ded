"""DKIM keys of sending domains: made, shown, and led through their states as their records are seen; private halves are sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.domain.mail import dkim, rotation
from server.services import vaults
from server.services.email.signing import CONTEXT
from server.store import dkim_keys
from server.system import clock, ids
from server.system import dkim_keys as key_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.store.dkim_keys import Row

# The column that says since when a key is in a state.
SINCE: Final = {
    "pending": "created_at", "verified": "verified_at", "active": "activated_at", "retiring": "replaced_at", "retired": "retired_at",
}  # fmt: skip


def make(domain_id: str, taken: Sequence[str] = ()) -> list[Row]:
    """Return new keys of both algorithms, not yet stored, under selectors that are not `taken`; finding an RSA key takes a while."""
    return [_made(domain_id, algorithm, taken) for algorithm in dkim.ALGORITHMS]


def _made(domain_id: str, algorithm: str, taken: Sequence[str]) -> Row:
    now, key_id, pair = clock.now_ms(), ids.new_id("dkm"), key_pairs.new(algorithm)
    key: Row = {"id": key_id, "domain_id": domain_id, "selector": _selector(algorithm, now, taken), "algorithm": algorithm, "state": "pending"}
    return {**key, "private": vaults.vault().seal(pair.private, CONTEXT + key_id), "public": pair.public, "created_at": now}


def _selector(algorithm: str, now: int, taken: Sequence[str]) -> str:
    """Return a selector that names the day, and was never used for this domain: verifiers may remember an old key."""
    first = algorithm[0] + clock.rfc3339(now)[:10].replace("-", "")
    return next(name for number in range(len(taken) + 1) if (name := f"{first}{chr(96 + number) if number else ''}") not in taken)


def advance(tenant_id: str, mode: str, domain_id: str, seen: Mapping[str, bool]) -> dict[str, list[str]]:
    """Let the keys of a domain take their steps; call in a transaction. Returns `{selector: [before, after]}` of those that did."""
    rows = dkim_keys.of_domain(tenant_id, mode, domain_id)
    taken = rotation.steps([rotation.Turn(row["id"], row["algorithm"], row["state"], row[SINCE[row["state"]]]) for row in rows], seen, clock.now_ms())
    changed = [(row, taken[row["id"]]) for row in rows if row["id"] in taken]
    return {row["selector"]: [row["state"], after] for row, after in changed if _write(tenant_id, mode, row, after)}


def _write(tenant_id: str, mode: str, row: Row, after: str) -> bool:
    times = {} if after == "pending" else {SINCE[after]: clock.now_ms()}
    private = None if after == "retired" else row["private"]
    return dkim_keys.update(tenant_id, mode, {**row, **times, "state": after, "private": private}, row["state"])
