"""What clients do at the provider, for the audit trail: each act by the client or person, from the address it came from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from server.services import events

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.actor import ActorKind, Mode
    from server.services.oauth.messages import Asked


def record(asked: Asked, who: tuple[ActorKind, str], where: tuple[str | None, Mode], action: str, object_id: str, **changes: Any) -> None:
    """Write what `who` (kind, id) did in `where` (tenant, mode); `changes` are new values by name. Call inside a transaction."""
    kind, actor_id = who
    actor = replace(asked.actor, kind=kind, id=actor_id, tenant_id=where[0] or "", mode=where[1])
    told: Mapping[str, Any] = {name: [None, value] for name, value in changes.items()}
    events.record_audit(actor, action, object_id, told)


def replayed(asked: Asked, row: Mapping[str, Any], authorization_id: str, proof: str) -> None:
    """Write that a code or refresh token came twice, which ended its authorization; `row` is the code's or token's."""
    record(asked, ("client", row["client_id"]), (row["tenant_id"], row["mode"]), "authorization.replayed", authorization_id, proof=proof)
