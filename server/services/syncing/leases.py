"""Tokens of vendors, renewed by exactly one of all workers: the lease of a credential's row decides which.

No transaction is open while the vendor is asked. The new secret is written over the version that was seen, so a slower one never
overwrites a newer one. A vendor that refuses the grant is believed only if nobody has moved the version on meanwhile; then a person is
asked, once. A kill between the vendor's answer and our commit can lose a token that is good for one use: the old one is tried once more
when the lease is over, and then a person is asked; it never becomes a storm.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.outbound.vendors.tokens import Token
from server.outbound.vendors.values import Later, NeedsUser
from server.services import vaults
from server.store import connector_credentials, database
from server.system import clock, logs, presence

if TYPE_CHECKING:
    from server.store.tables import Row

CONTEXT: Final = "connector_credential.secret/"
EARLY_MS: Final = 60_000
LEASE_MS: Final = 40_000
COOL_DOWN_MS: Final = 35_000
"""How long nobody asks after the vendor did not answer: at most two calls a minute, however many workers there are."""
_LOOK_SECONDS: Final = 0.05
_PATIENCE_SECONDS: Final = 5.0
log = logs.get_logger()
Ask = Callable[[Mapping[str, Any]], Token]
"""Asks the vendor for a token, given the secret as it is."""
Told = Callable[[NeedsUser], None]


@dataclass
class TokenKeeper:
    """The token of one credential. `ask` fetches a new one, `lost` is told in the transaction that gives a credential up."""

    tenant_id: str
    mode: str
    credential_id: str
    ask: Ask
    lost: Told
    _version: int = field(default=0, init=False)
    _secret: dict[str, Any] = field(default_factory=dict, init=False, repr=False)
    _expires_at: int | None = field(default=None, init=False)

    def secret(self) -> Mapping[str, Any]:
        """Return the secret with a token that holds for another minute, renewed where need be. Raises NeedsUser or Later."""
        if not self._holds():
            self._take(self._read())
            if not self._holds():
                self._renew(self._version)
        return self._secret

    @property
    def held(self) -> tuple[str, ...]:
        """The tokens themselves."""
        return tuple(self._secret[name] for name in ("access_token", "refresh_token") if self._secret.get(name))

    def renew(self) -> None:
        """Replace a token that was refused although it should hold. Raises NeedsUser or Later."""
        refused = self._version
        self._take(self._read())
        if self._version == refused:
            self._renew(refused)

    def _holds(self) -> bool:
        if not self._secret.get("access_token"):
            return False
        return self._expires_at is None or self._expires_at - clock.now_ms() > EARLY_MS

    def _read(self) -> Row:
        row = connector_credentials.find(self.tenant_id, self.mode, self.credential_id)
        if row is None:
            raise NeedsUser("The account is no longer connected.", code="not_connected")
        if row["state"] != "active":
            raise NeedsUser(row["reason"] or "The account has to be connected again.", code="reauthorisation_needed")
        return row

    def _take(self, row: Row) -> None:
        if row["version"] == self._version:
            return
        opened = vaults.vault().open(row["secret"], CONTEXT + row["id"]) if row["secret"] else b"{}"
        self._secret, self._version, self._expires_at = orjson.loads(opened), row["version"], row["expires_at"]

    def _renew(self, seen: int) -> None:
        """Get a newer version than the one that was seen: by the lease, or from whoever has it."""
        owner, until = presence.new_lease(), time.monotonic() + _PATIENCE_SECONDS
        while self._version == seen:
            if self._lease(seen, owner):
                self._exchange(owner)
                return
            if time.monotonic() > until:
                raise Later("Another worker is renewing the token.", code="token_unavailable", after=COOL_DOWN_MS / 1000)
            time.sleep(_LOOK_SECONDS)
            self._take(self._read())

    def _lease(self, seen: int, owner: str) -> bool:
        now = clock.now_ms()
        with database.transaction():
            return connector_credentials.take_lease(self.tenant_id, self.mode, self.credential_id, seen, owner, now, now + LEASE_MS)

    def _exchange(self, owner: str) -> None:
        """Ask the vendor and keep the answer; the lease is ours."""
        try:
            token = self.ask(self._secret)
        except NeedsUser as error:
            self._give_up(error)
        except Later:
            self._cool_down(owner)
            raise
        else:
            self._keep(token)

    def _keep(self, token: Token) -> None:
        now = clock.now_ms()
        secret = {**self._secret, "access_token": token.access_token, "fields": {**self._secret.get("fields", {}), **token.fields}}
        secret |= {"refresh_token": token.refresh_token} if token.refresh_token else {}
        change: dict[str, Any] = {"expires_at": None if token.seconds is None else now + round(token.seconds * 1000), "updated_at": now}
        change["secret"] = vaults.vault().seal(orjson.dumps(secret), CONTEXT + self.credential_id)
        change |= {"scopes": list(token.scopes)} if token.scopes is not None else {}
        with database.transaction():
            kept = connector_credentials.replace(self.tenant_id, self.mode, self.credential_id, self._version, change)
        if kept:
            self._secret, self._version, self._expires_at = secret, self._version + 1, change["expires_at"]
        else:
            self._take(self._read())

    def _give_up(self, error: NeedsUser) -> None:
        """Ask a person, unless somebody has renewed the token meanwhile: then that one is good."""
        change = {"state": "needs_user", "reason": error.detail, "updated_at": clock.now_ms()}
        with database.transaction():
            given_up = connector_credentials.replace(self.tenant_id, self.mode, self.credential_id, self._version, change)
            if given_up:
                self.lost(error)
        if given_up:
            raise error
        self._take(self._read())

    def _cool_down(self, owner: str) -> None:
        with database.transaction():
            until = clock.now_ms() + COOL_DOWN_MS
            connector_credentials.prolong_lease(self.tenant_id, self.mode, self.credential_id, owner, until)
