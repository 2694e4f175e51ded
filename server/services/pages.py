"""Simple keyset pages: lists in the order of one column, with sealed cursors that hold the last row's place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.domain import cursors
from server.services import vaults

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server.domain.actor import Actor

    Row = dict[str, Any]


def page(
    scope: str, cursor: str | None, limit: int, read: Callable[[Any, int], Sequence[Row]], *, place: str = "id", start: Any = ""
) -> tuple[list[Row], str | None]:
    """Return one page of rows, and the cursor of the next, None at the end. Raises Invalid (`invalid_cursor`).

    `read(after, limit)` returns rows behind a place in their order; `scope` names the list with everything that filters it.
    """
    key = vaults.cursor_key()
    after = cursors.decode(key, scope, cursor)[0] if cursor else start
    found = list(read(after, limit + 1))
    more = len(found) > limit
    return found[:limit], cursors.encode(key, scope, [found[limit - 1][place]]) if more else None


def scope_of(actor: Actor, noun: str, *filters: object) -> str:
    """Return the scope of a list inside the actor's tenant and mode."""
    return repr((noun, actor.tenant_id, actor.mode, *filters))
