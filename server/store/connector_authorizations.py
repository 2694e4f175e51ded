"""Consents under way at vendors: each is found by the keyed hash of its state, can be used once, and not after its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE: Final = Table(
    "connector_authorizations",
    (
        "id", "tenant_id", "mode", "state_digest", "provider", "app_id", "installation_id", "credential_id", "scopes", "verifier", "redirect_uri",
        "return_url", "browser_digest", "actor_id", "created_at", "expires_at", "used_at",
    ),
    json=frozenset({"scopes"}),
    blobs=frozenset({"verifier"}),
)  # fmt: skip


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a consent, in place of those of the same installation that were never used."""
    sql = "DELETE FROM connector_authorizations WHERE tenant_id = ? AND mode = ? AND installation_id = ? AND used_at IS NULL"
    database.execute(sql, (tenant_id, mode, row["installation_id"]))
    TABLE.insert({**row, "tenant_id": tenant_id, "mode": mode})


def find_by_state(state_digest: str) -> Row | None:
    """Return the consent that a state stands for, used, expired or neither; None when it is nobody's."""
    return TABLE.find("state_digest = ?", (state_digest,))


def bind(state_digest: str, browser_digest: str) -> bool:
    """Bind a consent to the browser that first asks for it; False when it is bound already."""
    return TABLE.update({"browser_digest": browser_digest}, "state_digest = ? AND browser_digest IS NULL", (state_digest,)) == 1


def choose_app(state_digest: str, app_id: str) -> None:
    """Write which app a consent goes through."""
    TABLE.update({"app_id": app_id}, "state_digest = ?", (state_digest,))


def use(state_digest: str, now_ms: int) -> bool:
    """Use a consent up; False when it is unknown, used or expired. Of several at once, one is told True."""
    return TABLE.update({"used_at": now_ms}, "state_digest = ? AND used_at IS NULL AND expires_at > ?", (state_digest, now_ms)) == 1
