"""Admission: who calls, whether that caller may come here at all, and how much it has asked already.

A credential is looked up once and remembered; one that proves nothing counts against its address. What a caller may do with
what lies behind the door is the service's question.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from server.domain.actor import Actor
from server.domain.errors import Denied, JunctionError, Limited, Missing, Unauthenticated
from server.services.credentials import find_tier
from server.services.key_trail import Owned
from server.services.limits import Tier, Verdict, Window, allow
from server.system.proxies import network
from server.web import dialects, oauth
from server.web.passages import NOBODY
from server.web.routes import Runs

if TYPE_CHECKING:
    from aiohttp import web

    from server.services.credentials import Credential, Credentials
    from server.services.limits import Allowance, Limiter
    from server.system.settings import Settings
    from server.web.execution import Execution
    from server.web.passages import Passage
    from server.web.routes import Route


class Admission:
    """Lets requests in, or not."""

    def __init__(self, execution: Execution, credentials: Credentials, limiter: Limiter, settings: Settings) -> None:
        """Take the parts."""
        self._execution = execution
        self._credentials = credentials
        self._limiter = limiter
        self._settings = settings
        self._stranger = Tier("address", (Window("address", settings.limits.unauthenticated_per_minute, 60, per="address"),))

    async def enter(self, passage: Passage) -> bool:
        """Learn who calls and count it; returns whether the route proves callers by itself, in a protocol of its own."""
        if dialects.protocol_of(passage) != "native":
            passage.actor = replace(NOBODY, address=passage.address, request_id=passage.request_id)
            if passage.route is None:
                self._refuse_stranger(passage)
                self.count(passage)
            elif passage.route.protocol != "hooks":  # vendors call for many tenants from one address
                self._refuse_stranger(passage)
            return True
        await self._authenticate(passage)
        if self._limiter.is_remote:
            await self._count_apart(passage)
        else:
            self.count(passage)
        return False

    def admit(self, passage: Passage, client_id: str, tenant_id: str | None, tier: str | Tier | None, actor: Actor | None = None) -> None:
        """Count the request for a caller that proved itself by another protocol. Raises Limited."""
        passage.actor = actor or passage.actor
        found = tier if isinstance(tier, Tier) else find_tier(tier or self._settings.limits.default_tier)
        passage.verdict = self._limiter.take(allow(found, {"tenant": tenant_id or client_id, "key": client_id}), passage.path)
        _check_limit(passage.verdict)

    def charge(self, passage: Passage, units: int) -> None:
        """Count what a request costs beyond the one unit it was let in for, as far as anything is left: then the next one waits."""
        credential, verdict = passage.credential, passage.verdict
        if credential is not None and verdict is not None and (left := min(units, verdict.remaining)) > 0:
            found = self._limiter.take(credential.allowance, passage.path, left)
            passage.verdict = found if found.allowed else verdict

    async def _authenticate(self, passage: Passage) -> None:
        text = _presented(passage.request)
        if text is None:
            passage.actor = replace(NOBODY, address=passage.address, request_id=passage.request_id)
            return
        credential = self._credentials.remembered(text)
        if credential is None:
            self._refuse_stranger(passage)
            try:
                credential = await self._execution.run(Runs.POINT, lambda: self._credentials.verify(text))
                self._credentials.trail.entered(_owned(credential), passage.address, passage.request_id)
            except Unauthenticated as error:
                self._credentials.trail.unknown(text, error.stable_code, passage.address, passage.request_id)
                self.count(passage)
                if passage.route is not None and passage.route.access == "anyone":
                    return  # Who needs no credential is not turned away for a bad one; /metrics has a token of its own.
                raise
        try:
            shown = oauth.fingerprint(passage.request, self._settings) if credential.bound_to is not None else None
            self._credentials.check(credential, passage.address, shown)
        except JunctionError as error:
            self._credentials.trail.refused(_owned(credential), error.stable_code, passage.address, passage.request_id)
            raise
        passage.credential = credential
        passage.actor = Actor(
            credential.kind,
            credential.id,
            credential.tenant_id,
            credential.mode,
            credential.scopes,
            credential.role,
            credential.owner_id,
            passage.address,
            passage.request_id,
        )

    def _refuse_stranger(self, passage: Passage) -> None:
        """Refuse to even look a credential up for an address that has used up its failures."""
        if self._limiter.exhausted(self._allow_stranger(passage)):
            self.count(passage)

    def _allow_stranger(self, passage: Passage) -> Allowance:
        return allow(self._stranger, {"address": network(passage.address)})

    async def _count_apart(self, passage: Passage) -> None:
        """Count in a thread when that waits for another machine, else at once."""
        credential = passage.credential
        if self._limiter.waits(credential.allowance if credential else self._allow_stranger(passage), passage.path):
            await self._execution.run(Runs.READ, lambda: self.count(passage))
        else:
            self.count(passage)

    def count(self, passage: Passage) -> None:
        """Count the request for its caller, or once for its address. Raises Limited."""
        credential = passage.credential
        if credential is not None:
            passage.verdict = self._limiter.take(credential.allowance, passage.path)
        elif passage.verdict is None:
            passage.verdict = self._limiter.take(self._allow_stranger(passage), passage.path)
        if passage.verdict is not None:
            _check_limit(passage.verdict)

    def authorise(self, passage: Passage) -> None:
        """Check that this kind of caller may come here at all; what it may do is the service's question."""
        route = cast("Route", passage.route)
        if route.access == "anyone":
            return
        if passage.credential is None:
            raise Unauthenticated
        if route.access == "signed_in":
            return
        if passage.credential.must_change_password:
            raise Denied("Change the password first: POST /admin/v1/me/password.", code="password_change_required")
        mirrored = passage.path.startswith("/admin/v1/tenants/") and route.access == "tenant"
        if mirrored or route.access == "operator":
            if passage.actor.kind != "operator":
                raise Missing(f"Nothing is served at {passage.path[:200]}.", code="unknown_route")
        elif not passage.actor.tenant_id:
            raise Missing("An operator acts inside a tenant under /admin/v1/tenants/{id}/.", code="unknown_route")
        passage.actor = _placed(passage, mirrored=mirrored)


def _owned(credential: Credential) -> Owned:
    return Owned(credential.id, credential.tenant_id, credential.mode)


def _presented(request: web.BaseRequest) -> str | None:
    """Return the credential a request presents. Raises Unauthenticated for a scheme that is not understood."""
    header = request.headers.get("Authorization")
    if header is None:
        return request.headers.get("X-API-Key")
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise Unauthenticated("Present the key as 'Authorization: Bearer <key>' or 'X-API-Key: <key>'.", code="invalid_request")
    return text.strip()


def _placed(passage: Passage, *, mirrored: bool) -> Actor:
    """Return the actor inside the tenant an operator names, and in the mode a person asks for."""
    actor = passage.actor
    mode = passage.request.headers.get("Junction-Mode", actor.mode)
    if not mirrored and (actor.kind in {"key", "client"} or mode == actor.mode):
        return actor
    if mode not in {"live", "test"}:
        raise Missing("Junction-Mode is live or test.", code="unknown_mode")
    tenant_id = passage.path.split("/")[4] if mirrored else actor.tenant_id
    return Actor(actor.kind, actor.id, tenant_id, cast("Any", mode), actor.scopes, actor.role, actor.owner_id, actor.address, actor.request_id)


def _check_limit(verdict: Verdict) -> None:
    if not verdict.allowed:
        violated: dict[str, Any] = {"violated-policies": list(verdict.violated)}
        raise Limited(f"The limit of {verdict.limit} requests is used up; go on in {verdict.reset} s.", retry_after=verdict.reset, **violated)
