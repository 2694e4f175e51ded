"""How fast vendors may be called: one row per limit of a vendor's, shared by every process that uses this database.

A limit is a virtual schedule: `next_at` is when the bucket is full again, and a call is given the first moment that fits. A tenant
holds two moments at most, so that whoever has many workers waits in his own line and not in everybody's. Moments are microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.store import database


@dataclass(frozen=True, slots=True)
class Pace:
    """A limit: what a call takes in microseconds of refilling, how far calls may run ahead, and so many calls until a moment, 0 for any number."""

    key: str
    takes_us: int
    ahead_us: int = 0
    quota: int = 0
    resets_at: int = 0


@dataclass(slots=True)
class _Row:
    next_at: int
    used: int
    resets_at: int


def reserve(tenant_id: str, mode: str, paces: list[Pace], clock_us: Callable[[], int], most_wait_us: int) -> tuple[int, bool]:
    """Return how long to wait, in microseconds, and whether a moment was reserved for then; if not, it is to be asked for again.

    Nothing is reserved beyond `most_wait_us`, nor for a tenant who holds two moments already. The call counts on every pace or on
    none. Needs an open transaction. The keys are locked in their order, and the clock is read only then: whoever waited for a lock
    must not be given a moment that is over.
    """
    ordered = sorted(paces, key=lambda pace: pace.key)
    rows = {pace.key: _locked(pace) for pace in ordered}
    now_us = clock_us()
    for pace in ordered:
        _renew(pace, rows[pace.key], now_us)
    turn = max(_own_turn(tenant_id, mode, pace, now_us) for pace in ordered)
    at = max(_earliest(pace, rows[pace.key], now_us) for pace in ordered)
    if turn > now_us or at - now_us > most_wait_us:
        return max(turn, at) - now_us if at - now_us > most_wait_us else turn - now_us, False
    for pace in ordered:
        row = rows[pace.key]
        database.execute(
            "UPDATE vendor_paces SET next_at = ?, used = ?, resets_at = ? WHERE key = ?",
            (max(row.next_at, at) + pace.takes_us, row.used + 1, row.resets_at, pace.key),
        )
        _take_turn(tenant_id, mode, pace.key, at)
    return max(at - now_us, 0), True


def _locked(pace: Pace) -> _Row:
    """Return a pace's row, made when it is not there."""
    database.execute(
        "INSERT INTO vendor_paces (key, next_at, used, resets_at) VALUES (?, 0, 0, ?) ON CONFLICT (key) DO NOTHING", (pace.key, pace.resets_at)
    )
    lock = "" if database.is_sqlite() else " FOR UPDATE"
    found = database.row(f"SELECT next_at, used, resets_at FROM vendor_paces WHERE key = ?{lock}", (pace.key,))
    return _Row(*found) if found else _Row(0, 0, 0)


def _renew(pace: Pace, row: _Row, now_us: int) -> None:
    """Begin a quota anew whose time is over."""
    if row.resets_at <= now_us:
        row.used, row.resets_at = 0, pace.resets_at


def _earliest(pace: Pace, row: _Row, now_us: int) -> int:
    """Return when the vendor's limit and its quota let a call through."""
    at = max(row.next_at - pace.ahead_us, now_us)
    if pace.quota and row.used >= pace.quota:
        at = max(at, row.resets_at)
    return at


def _own_turn(tenant_id: str, mode: str, pace: Pace, now_us: int) -> int:
    """Return when the tenant may ask for another moment: at once, or when the first of the two that he holds has come."""
    turns = database.row("SELECT first_at, second_at FROM vendor_turns WHERE key = ? AND tenant_id = ? AND mode = ?", (pace.key, tenant_id, mode))
    return min(turns) if turns else now_us


def _take_turn(tenant_id: str, mode: str, key: str, at_us: int) -> None:
    """Write a moment over the older of the tenant's two."""
    database.execute(
        "INSERT INTO vendor_turns (key, tenant_id, mode, first_at, second_at) VALUES (?, ?, ?, ?, 0) ON CONFLICT (key, tenant_id, mode) DO UPDATE"
        " SET first_at = excluded.first_at, second_at = vendor_turns.first_at",
        (key, tenant_id, mode, at_us),
    )


def hold(key: str, until_us: int, reason: str = "") -> None:
    """Let nobody call before a moment: the vendor has said so to one of us, with its reason where it gave one."""
    database.execute(
        "INSERT INTO vendor_paces (key, next_at, used, resets_at, reason) VALUES (?, ?, 0, 0, ?) ON CONFLICT (key) DO UPDATE"
        " SET reason = CASE WHEN vendor_paces.next_at > excluded.next_at THEN vendor_paces.reason ELSE excluded.reason END,"
        " next_at = CASE WHEN vendor_paces.next_at > excluded.next_at THEN vendor_paces.next_at ELSE excluded.next_at END",
        (key, until_us, reason),
    )


def reason(keys: Sequence[str], now_us: int) -> str:
    """Return why the limit of these is held that is held longest, empty where none is or nobody has said why."""
    marks = ", ".join("?" * len(keys))
    sql = f"SELECT reason FROM vendor_paces WHERE key IN ({marks}) AND next_at > ? ORDER BY next_at DESC LIMIT 1"
    found = database.row(sql, (*keys, now_us)) if keys else None
    return str(found[0]) if found and found[0] else ""


def prune(before_us: int) -> None:
    """Forget limits and turns that hold nobody any more."""
    database.execute("DELETE FROM vendor_turns WHERE first_at < ?", (before_us,))
    database.execute("DELETE FROM vendor_paces WHERE next_at < ? AND resets_at < ?", (before_us, before_us))
