"""Lines: deliveries of an ordered webhook, where each waits for those before it that have the same ordering key.

A delivery's place is its event's in the order of all events. Whoever takes from a line, or lets the next one of it go, holds the webhook's row, so
that no two workers decide about one line at once. A delivery that has to wait is put off, so that looking for what may be
taken never walks past a long line again and again; it is let go when the one before it ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from server.store import database, given
from server.store.deliveries import TAKEN, Taken

if TYPE_CHECKING:
    from collections.abc import Sequence


class Standing(NamedTuple):
    """A delivery that is due, with the line it stands in and its place there; None for one that waits for nobody."""

    taken: Taken
    ordering_key: str | None
    place: int | None


def due(webhook_id: str, now_ms: int, limit: int) -> list[Standing]:
    """Return deliveries of a webhook that are due, those first that have been for longest; call in a transaction."""
    index, locked = (" INDEXED BY deliveries_due", "") if database.is_sqlite() else ("", " FOR UPDATE SKIP LOCKED")
    sql = (
        f"SELECT {TAKEN}, ordering_key, place FROM deliveries{index} WHERE webhook_id = ? AND state = 'pending' AND due_at <= ?"
        f" ORDER BY due_at, place LIMIT ?{locked}"
    )
    return [Standing(Taken(*row[:-2]), *row[-2:]) for row in database.rows(sql, (webhook_id, now_ms, limit))]


_EARLIER: Final = (
    "EXISTS (SELECT 1 FROM deliveries e WHERE e.webhook_id = ? AND e.ordering_key = given.ordering_key AND e.place < given.place"
    " AND e.ordering_key IS NOT NULL AND e.state "
)


def blocked(webhook_id: str, standing: Sequence[tuple[str, str, int]], *, parks: bool) -> set[str]:
    """Return which of the deliveries `(id, ordering key, place)` have to wait for an earlier one; with `parks` a dead one counts too."""
    sql = f"SELECT given.id FROM {given.table('id text, ordering_key text, place bigint')} WHERE {_EARLIER} IN ('pending', 'held'))"
    values: list[Any] = [given.rows(standing), webhook_id]
    if parks:
        sql += f" OR {_EARLIER} = 'dead')"
        values.append(webhook_id)
    return {row[0] for row in database.rows(sql, values)}


def lease(delivery_ids: Sequence[str], name: str, until_ms: int) -> None:
    """Take deliveries that `due` has returned in this transaction."""
    sql = f"UPDATE deliveries SET due_at = ?, lease = ? FROM {given.table('id text')} WHERE deliveries.id = given.id"
    database.execute(sql, (until_ms, name, given.rows([[one] for one in delivery_ids])))


def put_off(waits: Sequence[tuple[str, int]]) -> None:
    """Look at deliveries `(id, due_at)` again at another moment."""
    sql = f"UPDATE deliveries SET due_at = given.due_at FROM {given.table('id text, due_at bigint')} WHERE deliveries.id = given.id"
    database.execute(sql, (given.rows(waits),))


def let_go(delivery_ids: Sequence[str], now_ms: int) -> None:
    """Make due what stands next behind deliveries that have ended, unless it is being tried already."""
    following = (
        "SELECT (SELECT n.id FROM deliveries n WHERE n.webhook_id = d.webhook_id AND n.ordering_key = d.ordering_key"
        " AND n.ordering_key IS NOT NULL AND n.state IN ('pending', 'held') ORDER BY n.place LIMIT 1)"
        f" FROM deliveries d, {given.table('id text')} WHERE d.id = given.id"
    )
    untried = "state = 'pending' AND lease IS NULL AND due_at > ? AND attempts = attempts_before"
    database.execute(
        f"UPDATE deliveries SET due_at = ? WHERE id IN ({following}) AND {untried}", (now_ms, given.rows([[one] for one in delivery_ids]), now_ms)
    )


def abandon(webhook_id: str, now_ms: int) -> int:
    """End what somebody took and never settled, of a webhook that must get nothing twice; returns how many that were."""
    sql = (
        "UPDATE deliveries SET state = 'dead', lease = NULL, attempts = attempts + 1, last_error = 'outcome_unknown', finished_at = ?"
        " WHERE webhook_id = ? AND state = 'pending' AND due_at <= ? AND lease IS NOT NULL"
    )
    return database.run(sql, (now_ms, webhook_id, now_ms))
