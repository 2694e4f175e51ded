"""Testing a connection: one call of the vendor within five seconds, and what is wrong told apart, each with what mends it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from server.domain.permissions import permit
from server.outbound import catalogue
from server.outbound.vendors.driving import Paused, Unknown
from server.outbound.vendors.values import Account, ConnectorError, Later, Missing, NeedsUser, VendorBug, refusal
from server.services import installation_status, installations
from server.services.syncing import connections

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.outbound.vendors.driving import Driver
    from server.outbound.vendors.values import Connector
    from server.store.tables import Row

DEADLINE_SECONDS: Final = 4.0
MOST_SKEW_SECONDS: Final = 300


class TestedAccount(BaseModel):
    """Who we are at the vendor."""

    __test__ = False

    id: str
    name: str


class ConnectionTest(BaseModel):
    """How a test of a connection went. When it is not `ok`, `code` tells what is wrong and `remedy` what mends it."""

    object: str
    ok: bool
    code: str | None
    detail: str | None
    remedy: str | None
    account: TestedAccount | None
    missing_scopes: list[str]
    clock_skew_seconds: int | None
    duration_ms: int


def test(actor: Actor, installation_id: str) -> dict[str, Any]:
    """Call an installation's vendor once, and write how the installation fares. Raises Missing."""
    permit(actor, "integrations:write")
    row = installations.find(actor, installation_id)
    began = time.monotonic()
    found: dict[str, Any] = {"object": "connection_test", "ok": True, **dict.fromkeys(("code", "detail", "remedy", "account", "clock_skew_seconds"))}
    found["missing_scopes"] = []
    place = (row["tenant_id"], row["mode"], row["id"])
    try:
        _ask(row, found)
        installation_status.connected(place)
    except ConnectorError as error:
        found |= {"ok": False, "code": error.stable_code, "detail": error.detail, "remedy": error.remedy or None}
        installation_status.failed(place, error.stable_code, error.detail, error.remedy or None, needs_user=isinstance(error, NeedsUser))
    return found | {"duration_ms": round((time.monotonic() - began) * 1000)}


def _ask(row: Row, found: dict[str, Any]) -> None:
    with connections.opened(row, deadline_seconds=DEADLINE_SECONDS) as connection:
        try:
            account = tried(connection.connector, connection.driver)
        finally:
            found["clock_skew_seconds"] = connection.driver.skew_seconds
        found["account"] = {"id": account.id, "name": account.name}
        found["missing_scopes"] = _missing(row, account)
        if found["missing_scopes"]:
            raise refusal("scope_missing", f"The credential lacks {', '.join(found['missing_scopes'])}.")
        judge_clock(connection.driver)
        connections.require_choices(connection)


def tried(connector: Connector, driver: Driver) -> Account:
    """Return who we are at the vendor. Raises the ConnectorError that says what is wrong with the connection."""
    driver.patient = False
    try:
        account: Account = next(driver.run(connector.test_connection()))
    except (ConnectorError, Paused, Unknown) as error:
        raise _meant(driver, error if isinstance(error, ConnectorError) else error.error) from error
    return account


def _meant(driver: Driver, error: ConnectorError) -> ConnectorError:
    """Return what an error of the first call means: a wrong clock is refused like a wrong credential, a strange host answers strangely."""
    if isinstance(error, NeedsUser) and error.stable_code == "invalid_credential":
        try:
            judge_clock(driver)
        except NeedsUser as clock_skewed:
            return clock_skewed
    if isinstance(error, Missing | VendorBug):
        return refusal("wrong_host", f"What answers there is not this vendor: {error.detail}")
    if isinstance(error, Later) and error.stable_code == "answer_lost":
        return refusal("host_unreachable", error.detail)
    return error


def judge_clock(driver: Driver) -> None:
    """Refuse a clock, theirs or ours, that is wrong by minutes: what is signed or dated would be too. Raises NeedsUser (`clock_skewed`)."""
    skew = driver.skew_seconds
    if skew is not None and abs(skew) > MOST_SKEW_SECONDS:
        raise refusal("clock_skewed", f"The vendor's clock is {abs(skew)} seconds {'ahead of' if skew > 0 else 'behind'} ours.")


def _missing(row: Row, account: Account) -> list[str]:
    """Return the scopes that the connector needs for what is synced, and the vendor says we lack."""
    if account.scopes is None:
        return []
    manifest = catalogue.manifest(row["integration"], row["connector_version"])
    chosen = row["options"].get("resources") or list(manifest.resources)
    needed = [
        scope for name, one in manifest.resources.items() if name in chosen for scope in (*one.scopes, *(one.write_scopes if one.writes else ()))
    ]
    return [scope for scope in dict.fromkeys(needed) if scope not in account.scopes]
