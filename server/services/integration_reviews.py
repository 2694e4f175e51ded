"""Reviews of connectors: what users of the appliance think of them, and the rating that follows; a user has one for each connector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.errors import Missing
from server.domain.permissions import permit
from server.services import events, integrations, pages
from server.store import database, installations, integration_reviews
from server.system import clock, ids

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.tables import Row


class NewReview(BaseModel):
    """What a user thinks of a connector: one to five stars, and words if wanted. `author` is the name that others see."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    rating: Annotated[int, Field(ge=1, le=5)]
    title: Annotated[str, StringConstraints(max_length=200)] | None = None
    body: Annotated[str, StringConstraints(max_length=5000)] | None = None
    author: Annotated[str, StringConstraints(max_length=100)] | None = None


class ReviewView(BaseModel):
    """A review. `verified` tells that its author's organisation had the connector installed; `own` that the caller wrote it."""

    id: str
    object: str
    integration: str
    rating: int
    title: str | None
    body: str | None
    author: str | None
    verified: bool
    own: bool
    version: int
    created_at: str
    updated_at: str


def _author_of(actor: Actor) -> str:
    return actor.owner_id or actor.id


def _shown(actor: Actor, row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {"id": row["id"], "object": "review"}
    found |= {name: row[name] for name in ("integration", "rating", "title", "body", "author")}
    own = (row["tenant_id"], row["user_id"]) == (actor.tenant_id, _author_of(actor))
    found |= {"verified": bool(row["verified"]), "own": own, "version": row["version"]}
    return found | {name: clock.rfc3339(row[name]) for name in ("created_at", "updated_at")}


def list_page(actor: Actor, key: str, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of what users of the appliance wrote of a connector, the newest first. Raises Missing."""
    permit(actor, "integrations:read")
    integrations.require(key)
    found, following = pages.page(
        pages.scope_of(actor, "integration_reviews", key), cursor, limit, lambda before, most: integration_reviews.page(key, before, most)
    )
    return [_shown(actor, row) for row in found], following


def put(actor: Actor, key: str, body: NewReview) -> dict[str, Any]:
    """Write the caller's review of a connector in place of the one before. Raises Missing for an unknown connector."""
    permit(actor, "integrations:write")
    integrations.require(key)
    now = clock.now_ms()
    row: Row = {
        **body.model_dump(),
        "id": ids.new_id("rev"),
        "integration": key,
        "user_id": _author_of(actor),
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }
    with database.transaction():
        before = integration_reviews.find_own(actor.tenant_id, key, row["user_id"])
        if before is not None:
            row |= {"id": before["id"], "created_at": before["created_at"], "version": before["version"] + 1}
        row["verified"] = int(bool(installations.of_integration(actor.tenant_id, actor.mode, key)))
        integration_reviews.put(actor.tenant_id, row)
        events.record_audit(
            actor, "review.updated" if before else "review.created", row["id"], {"rating": [before and before["rating"], body.rating]}
        )
    return _shown(actor, {**row, "tenant_id": actor.tenant_id})


def remove(actor: Actor, key: str) -> None:
    """Remove the caller's review of a connector. Raises Missing."""
    permit(actor, "integrations:write")
    with database.transaction():
        before = integration_reviews.find_own(actor.tenant_id, key, _author_of(actor))
        if before is None or not integration_reviews.delete_own(actor.tenant_id, key, _author_of(actor)):
            raise Missing("You have not written about this connector.")
        events.record_audit(actor, "review.deleted", before["id"])
