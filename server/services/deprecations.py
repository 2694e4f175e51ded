"""Who still calls what is going to end: deprecated operations, and any operation in an old version.

Calls are counted in memory and written together several times a second, so a request costs a dictionary update, and none at
all when nothing about it is deprecated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from server.domain.permissions import permit
from server.domain.versions import BY_NAME, VERSIONS
from server.services import pages
from server.services.tenants import require_operator
from server.store import database, deprecated_calls
from server.store.deprecated_calls import DAY_MS
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.deprecated_calls import Row

REPORT_DAYS: Final = 30


class VersionView(BaseModel):
    """A dated version; the two moments are null for one that is current. `changes` says what the next version does differently."""

    object: str
    version: str
    current: bool
    deprecated_at: str | None
    sunset_at: str | None
    changes: list[str]


class DeprecatedUseView(BaseModel):
    """How often one caller used one operation that is deprecated, or in a version that is."""

    object: str
    tenant_id: str
    mode: str
    actor: dict[str, str]
    operation: str
    version: str
    version_sunset_at: str | None
    calls: int
    last_called_at: str


class DeprecatedCalls:
    """Calls that are not yet written."""

    def __init__(self) -> None:
        """Start empty."""
        self._calls: dict[tuple[str, str, str, str, str, str], list[int]] = {}

    def add(self, actor: Actor, operation: str, version: str) -> None:
        """Count one call."""
        key = (actor.tenant_id, actor.mode, actor.kind, actor.id, operation, version)
        count = self._calls.setdefault(key, [0, 0])
        count[0] += 1
        count[1] = clock.now_ms()

    @property
    def waiting(self) -> bool:
        """Whether there is something to write."""
        return bool(self._calls)

    def flush(self) -> None:
        """Write what waits; call inside a write. Counts go only once they are committed."""
        written = {key: (calls, at) for key, (calls, at) in self._calls.items()}
        deprecated_calls.add_many([(*key[:2], at // DAY_MS, *key[2:], calls, at) for key, (calls, at) in written.items()])
        database.after_commit(lambda: self._forget({key: calls for key, (calls, _) in written.items()}))

    def _forget(self, written: dict[tuple[str, str, str, str, str, str], int]) -> None:
        for key, calls in written.items():
            self._calls[key][0] -= calls
            if not self._calls[key][0]:
                del self._calls[key]


def versions() -> list[dict[str, Any]]:
    """Return every version that is served, the oldest first."""
    now = clock.now_ms()
    return [
        {
            "object": "version",
            "version": version.name,
            "current": version is VERSIONS[-1],
            "deprecated_at": version.retirement and f"{version.retirement.deprecated}T00:00:00.000Z",
            "sunset_at": version.retirement and f"{version.retirement.sunset}T00:00:00.000Z",
            "changes": [change.about for change in version.changes],
        }
        for version in VERSIONS
        if version.retirement is None or not version.retirement.is_over(now)
    ]


def list_page(actor: Actor, since: int | None, until: int | None, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of the tenant's report between two moments in milliseconds, the last thirty days without them."""
    permit(actor, "logs:read")
    return _page(actor.tenant_id, actor.mode, since, until, cursor, limit)


def list_page_of_all(
    actor: Actor, tenant_id: str | None, since: int | None, until: int | None, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of the report over every tenant, or over one in both modes."""
    require_operator(actor)
    return _page(tenant_id, None, since, until, cursor, limit)


def _page(
    tenant_id: str | None, mode: str | None, since: int | None, until: int | None, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    today = clock.now_ms() // DAY_MS
    first = (today - REPORT_DAYS + 1) * DAY_MS if since is None else since
    last = (today + 1) * DAY_MS if until is None else until

    def read(place: str | None, most: int) -> list[Row]:
        tenant, its_mode, caller, operation, version = place.split("/") if place else [""] * 5
        after = (tenant, its_mode, caller, operation, version) if place else None
        rows = deprecated_calls.report(tenant_id, mode, first, last, after, most)
        return [{**row, "place": "/".join(row[name] for name in ("tenant_id", "mode", "actor_id", "operation", "version"))} for row in rows]

    found, following = pages.page(repr(("deprecations", tenant_id, mode, first, last)), cursor, limit, read, place="place", start=None)
    return [_shown(row) for row in found], following


def _shown(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {"object": "deprecated_use"} | {name: row[name] for name in ("tenant_id", "mode", "operation", "version", "calls")}
    version = BY_NAME.get(row["version"])
    sunset = version.retirement.sunset if version and version.retirement else None
    found |= {"actor": {"kind": row["actor_kind"], "id": row["actor_id"]}, "last_called_at": clock.rfc3339(row["last_at"])}
    return found | {"version_sunset_at": sunset and f"{sunset}T00:00:00.000Z"}
