"""Jobs of one kind as a resource of their own, such as imports and exports: found, listed and stopped under the scope of their kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from server.domain.errors import Missing
from server.domain.permissions import permit
from server.services import jobs, pages
from server.store import database
from server.store import jobs as rows

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.jobs import Row


@dataclass(frozen=True, slots=True)
class JobResource:
    """The jobs of a kind; `noun` is what a person calls one, `shown` makes its wire form."""

    kind: str
    noun: str
    shown: Callable[[Row], dict[str, Any]]

    def _permit(self, actor: Actor, action: str) -> None:
        permit(actor, f"{jobs.KINDS[self.kind].scope}:{action}")

    def find(self, actor: Actor, job_id: str) -> Row:
        """Return the row of one; what the actor may do with it is not checked. Raises Missing."""
        row = rows.find(actor.tenant_id, actor.mode, job_id)
        if row is None or row["kind"] != self.kind:
            raise Missing(f"There is no {self.noun} '{job_id}'.")
        return row

    def get(self, actor: Actor, job_id: str) -> dict[str, Any]:
        """Return one in its wire form. Raises Missing."""
        self._permit(actor, "read")
        return self.shown(self.find(actor, job_id))

    def list_page(self, actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
        """Return them, the newest first, and where to go on."""
        self._permit(actor, "read")
        scope = pages.scope_of(actor, f"{self.noun}s")
        found, following = pages.page(scope, cursor, limit, lambda before, most: rows.page(actor.tenant_id, actor.mode, [self.kind], before, most))
        return [self.shown(row) for row in found], following

    def cancel(self, actor: Actor, job_id: str) -> dict[str, Any]:
        """Stop one; what it has done stays. Raises Missing, or Conflict when it has ended."""
        self._permit(actor, "write")
        with database.transaction():
            self.find(actor, job_id)
            jobs.cancel(actor, job_id)
            return self.shown(self.find(actor, job_id))
