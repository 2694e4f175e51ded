"""Operators' keys: for scripts that administer the appliance by `/admin/v1`; the text of one is returned once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from server.domain.errors import Missing
from server.services import events, keys, pages
from server.services.credentials import GENERATION
from server.services.tenants import require_operator
from server.store import api_keys, database, generations
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.api_keys import Row


class NewOperatorKey(BaseModel):
    """What makes an operator's key."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]


def create(actor: Actor, body: NewOperatorKey) -> dict[str, Any]:
    """Make a key."""
    return keys.create_operator_key(actor, body.name)


def list_page(actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of keys that have not ended, and the cursor of the next."""
    require_operator(actor)
    now = clock.now_ms()
    found, following = pages.page("operator keys", cursor, limit, lambda after, most: api_keys.page(None, "live", now, after, most))
    return [keys.shown(row) for row in found], following


def get(actor: Actor, key_id: str) -> dict[str, Any]:
    """Return a key. Raises Missing."""
    require_operator(actor)
    return keys.shown(_find(key_id))


def revoke(actor: Actor, key_id: str) -> None:
    """End a key; it is refused everywhere within a second."""
    require_operator(actor)
    with database.transaction():
        _find(key_id)
        api_keys.revoke(None, "live", key_id, clock.now_ms())
        generations.bump(GENERATION)
        events.record_audit(actor, "api_key.revoked", key_id)


def _find(key_id: str) -> Row:
    row = api_keys.find(None, "live", key_id, clock.now_ms())
    if row is None:
        raise Missing(f"There is no key '{key_id}'.")
    return row
