"""Finding messages among millions, by what holds of them and of one of their recipients, the newest first.

A search walks down one index, whose rows it wants all or nearly all of: that of the rarest thing it asks for. Which that is, is a table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Way(NamedTuple):
    """What a filter asks of `m`, a message, or of `r`, one of its recipients, and the index that finds it."""

    condition: str
    by: str

    @property
    def table(self) -> str:
        """The table that it asks."""
        return self.condition.removeprefix("lower(")[0]


_STATE: Final = Way("r.state = ?", "email_recipients_state")
# The first of these that a search has is what it walks by.
WAYS: Final[dict[str, Way]] = {
    "message_id": Way("m.header_id = ?", "email_messages_header"),
    "address": Way("lower(r.address) = ?", "email_recipients_address"),
    "provider_message_id": Way("r.provider_id = ?", "email_recipients_provider"),
    "rare_state": _STATE,
    "template_id": Way("m.template_id = ?", "email_messages_template"),
    "account": Way("m.account_id = ?", "email_messages_account"),
    "domain": Way("r.domain = ?", "email_recipients_domain"),
    "sender_domain": Way("m.sender_domain = ?", "email_messages_sender"),
    "provider": Way("r.site = ?", "email_recipients_site"),
    "stream": Way("m.stream = ?", "email_messages_stream"),
    "state": _STATE,
    "not_before": Way("m.send_at > ?", "email_messages_tenant"),
}
_USUAL: Final = frozenset({"sent", "delivered"})
_WHOLE: Final = Way("m.id", "email_messages_tenant")


def find(tenant_id: str, mode: str, filters: Mapping[str, Any], below: str, above: str, limit: int) -> list[str]:
    """Return the ids of messages to which all of `WAYS` named in `filters` apply, the newest first, between two ids or "" for no bound.

    What is asked of a recipient holds of one and the same.
    """
    named = {"rare_state" if name == "state" and value not in _USUAL else name: value for name, value in filters.items()}
    asked = {name: named[name] for name in WAYS if name in named}
    way = WAYS[next(iter(asked))] if asked else _WHOLE
    walk = _recipients if way.table == "r" else _messages
    sql, values = walk(way, asked)
    place = "r.message_id" if way.table == "r" else "m.id"
    bounds = (f" AND {place} < ?" if below else "") + (f" AND {place} >= ?" if above else "")
    found = database.rows(f"{sql}{bounds} ORDER BY {place} DESC LIMIT ?", (tenant_id, mode, *values, *(one for one in (below, above) if one), limit))
    return [row[0] for row in found]


def _recipients(way: Way, asked: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Return the walk over recipients, with their messages beside them where something is asked of these."""
    first = sorted(asked.items(), key=lambda one: WAYS[one[0]].table != "r")
    join = " JOIN email_messages m ON m.id = r.message_id" if any(WAYS[name].table == "m" for name in asked) else ""
    sql = (
        f"SELECT DISTINCT r.message_id FROM email_recipients r{_by(way)}{join} WHERE r.tenant_id = ? AND r.mode = ?{_all(name for name, _ in first)}"
    )
    return sql, [value for _, value in first]


def _messages(way: Way, asked: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Return the walk over messages, which looks at the recipients of each where something is asked of these."""
    own = {name: value for name, value in asked.items() if WAYS[name].table == "m"}
    theirs = {name: value for name, value in asked.items() if name not in own}
    some = f" AND EXISTS (SELECT 1 FROM email_recipients r WHERE r.message_id = m.id{_all(theirs)})" if theirs else ""
    sql = f"SELECT m.id FROM email_messages m{_by(way)} WHERE m.tenant_id = ? AND m.mode = ?{_all(own)}{some}"
    return sql, [*own.values(), *theirs.values()]


def _all(names: Iterable[str]) -> str:
    return "".join(f" AND {WAYS[name].condition}" for name in names)


def _by(way: Way) -> str:
    """Return the index to take, where the database is not to choose by itself: SQLite knows too little of how rare a thing is."""
    return f" INDEXED BY {way.by}" if database.is_sqlite() else ""
