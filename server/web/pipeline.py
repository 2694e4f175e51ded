"""The way of every request: find the route, let the caller in, read, run, answer, remember.

The order is the policy: nothing is read before the caller may call, nothing runs before it is counted, and whatever goes
wrong on the way leaves as a problem document with the same headers as a success.
"""

from __future__ import annotations

from functools import partial
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Final, cast

from aiohttp import hdrs, web

from server.domain.errors import Bug, Full, Invalid, JunctionError, Missing
from server.domain.permissions import permit
from server.domain.versions import upgrade_members
from server.services import tenants
from server.services.limits import Verdict
from server.system import ids, logs, metrics
from server.system.proxies import client_address
from server.system.version import API_VERSION
from server.web import bodies, dialects, idempotency, oauth, problems, queries, uploads, versions
from server.web.addresses import ascii_path, decoded
from server.web.admission import Admission
from server.web.calls import Answer, Call
from server.web.cors import CrossOrigin
from server.web.passages import Passage
from server.web.preconditions import tag_of, unchanged
from server.web.routes import FORM, Route, RouteTable, Runs
from server.web.wire import Whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.services.credentials import Credentials
    from server.services.deprecations import DeprecatedCalls
    from server.services.limits import Limiter
    from server.system.disk import DiskWatch
    from server.system.settings import Settings
    from server.web.execution import Execution
    from server.web.request_log import RequestLog

_BODIES: Final = frozenset({"POST", "PUT", "PATCH"})
_READS: Final = frozenset({"GET", "HEAD"})
_PLAIN: Final = frozenset({"limit", "cursor", "fields"})
_LONGEST_REQUEST_ID: Final = 128
_CLASSES: Final = ("", "1xx", "2xx", "3xx", "4xx", "5xx")
SECURITY_HEADERS: Final = {
    "Server": "Junction",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
log = logs.get_logger()


class Pipeline:
    """Turns requests into answers."""

    def __init__(
        self,
        table: RouteTable,
        execution: Execution,
        credentials: Credentials,
        limiter: Limiter,
        request_log: RequestLog,
        deprecated: DeprecatedCalls,
        disk: DiskWatch,
        settings: Settings,
    ) -> None:
        """Take the parts."""
        self._table = table
        self._execution = execution
        self._admission = Admission(execution, credentials, limiter, settings)
        self._log = request_log
        self._deprecated = deprecated
        self._disk = disk
        self._settings = settings
        self._headers = {**SECURITY_HEADERS, versions.HEADER: API_VERSION}
        if settings.server.tls != "off":
            self._headers["Strict-Transport-Security"] = "max-age=31536000"
        self._cors = CrossOrigin(settings.server.cors_origins) if settings.server.cors_origins else None

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        given = request.headers.get("X-Request-Id")
        own_id = ids.new_id("req")
        request_id = given if given and _acceptable(given) else own_id
        passage = Passage(request, own_id, request_id, perf_counter_ns(), ascii_path(request.rel_url.raw_path))
        try:
            found = await self._answer(passage)
        except JunctionError as error:
            found = self._problem(passage, error)
        except Exception:
            log.exception("request_failed", request_id=request_id, path=passage.path)
            found = self._problem(passage, Bug())
        if type(found) is Answer:
            if passage.version is not None and passage.route is not None:
                versions.downgrade(passage.version, passage.route.path, found)
            return self._send(passage, found)
        streamed = cast("web.StreamResponse", found)
        self._remember(passage, streamed.status, 0)
        return streamed

    async def _answer(self, passage: Passage) -> Answer | web.StreamResponse:
        request = passage.request
        passage.address = client_address(request.remote or "", request.headers.get("X-Forwarded-For"), self._settings.server.trusted_proxies)
        found = self._table.find(passage.path)
        values: Sequence[str] = ()
        if found is not None:
            routes, values = found
            chosen = routes.get("GET" if request.method == hdrs.METH_HEAD else request.method)
            if chosen is None:
                return self._wrong_method(passage, routes)
            passage.route = chosen[0]
            names = chosen[1]
        foreign = await self._admission.enter(passage)
        if passage.route is None:
            raise Missing(f"Nothing is served at {passage.path[:200]}.", code="unknown_route")
        self._admission.authorise(passage)
        self._choose_version(passage)
        if passage.credential is not None and passage.actor.tenant_id != passage.credential.tenant_id:
            await self._execution.run(Runs.POINT, lambda: tenants.require(passage.actor.tenant_id))
        call = Call(
            passage.route,
            passage.actor,
            {name: decoded(value) for name, value in zip(names, values, strict=True)} if values else {},
            queries.pairs_of(passage.route, request.rel_url.raw_query_string) if request.rel_url.raw_query_string else (),
            request.headers,
            passage.request_id,
            request,
            self._settings,
            admit=partial(self._admission.admit, passage) if foreign else None,
            execution=self._execution if foreign else None,
            need_room=self._need_room,
        )
        passage.call = call
        if passage.route.priced:
            call.charge = partial(self._admission.charge, passage)
        return await (self._run_foreign(passage, call) if foreign else self._run(passage, call))

    async def _run_foreign(self, passage: Passage, call: Call) -> Answer | web.StreamResponse:
        """Run a route that proves callers by itself; whoever it did not admit is counted by address."""
        try:
            found = await self._run(passage, call)
        except JunctionError:
            if passage.verdict is None:
                self._admission.count(passage)
            raise
        if passage.verdict is None:
            self._admission.count(passage)
        return found

    def _wrong_method(self, passage: Passage, routes: dict[str, Any]) -> Answer:
        allowed = sorted({*routes, "OPTIONS"} | ({"HEAD"} if "GET" in routes else set()))
        if passage.request.method == hdrs.METH_OPTIONS:
            found = Answer(status=204, headers={"Allow": ", ".join(allowed)})
            if self._cors is not None:
                found.headers |= self._cors.preflight(passage.request.headers, ", ".join(allowed))
            return found
        self._admission.count(passage)
        passage.code = "method_not_allowed"
        detail = f"{passage.request.method} is not possible here; {', '.join(allowed)} are."
        refusal = dialects.refusal_for(passage)
        if refusal is not None:
            found = refusal(Invalid(detail, code="method_not_allowed"))
        else:
            found = problems.document(405, "method_not_allowed", detail, passage.request_id, passage.path)
        found.headers["Allow"] = ", ".join(allowed)
        return found

    def _choose_version(self, passage: Passage) -> None:
        """Choose the dated version that a request is served in; what is retired is gone."""
        route, credential = cast("Route", passage.route), passage.credential
        if route.ending is not None:
            versions.refuse_retired(route)
        pinned = credential.api_version if credential is not None else ""
        if (pinned != API_VERSION or versions.HEADER in passage.request.headers) and route.protocol == "native":
            passage.version = versions.chosen(passage.request.headers.get(versions.HEADER), pinned)

    async def _run(self, passage: Passage, call: Call) -> Answer | web.StreamResponse:
        route = call.route
        if passage.version is not None:
            versions.upgrade(passage.version, call)
        if not (route.reads or route.when_full):
            self._need_room()
        if route.runs is Runs.STREAM:
            call.along = partial(self._along, passage)
            return await cast("Any", route.handler(call))  # type: ignore[no-any-return]
        if route.runs is Runs.UPLOAD:
            # Nothing is received from whoever may not send it.
            permit(call.actor, route.scope or "")
            async with uploads.received(passage.request, self._settings, route.media_types) as call.upload:
                passage.received = call.upload.size
                return await self._perform(call, call.upload.digest)
        raw = b""
        if route.method in _BODIES:
            raw = await bodies.read(passage.request, self._settings.server.body_limit_bytes)
            passage.received = len(raw)
            self._parse(call, raw)
        return await self._perform(call, raw)

    def _need_room(self) -> None:
        if self._disk.full():
            raise Full(retry_after=60)

    async def _perform(self, call: Call, raw: bytes) -> Answer:
        route, handler = call.route, cast("Any", call.route.handler)
        key = call.headers.get("Idempotency-Key") if route.idempotent else None
        if key is not None:
            return await idempotency.run(self._execution, call, key, raw, handler)
        place = _place(call)
        if place is Runs.POINT and self._execution.inline:
            return handler(call)  # type: ignore[no-any-return]
        return await self._execution.run(place, lambda: handler(call))

    def _parse(self, call: Call, raw: bytes) -> None:
        route = call.route
        if route.raw:
            call.document = raw
            return
        wanted = route.body or route.document
        if not raw and (wanted is None or route.body_optional):
            call.document = {}
        else:
            bodies.check_given(raw)
            bodies.check_media_type(call.request, route.media_types)
            call.document = bodies.parse_form(raw) if route.media_types == FORM else bodies.parse(raw)
            if call.served_in is not None:
                call.document = upgrade_members(call.served_in, route.path, call.document)
        if route.body is not None:
            call.body = bodies.validate(route.body, call.document)

    def _problem(self, passage: Passage, error: JunctionError) -> Answer:
        passage.code = error.stable_code
        refusal = dialects.refusal_for(passage)
        if refusal is not None:
            return refusal(error)
        found = problems.problem(error, passage.request_id, passage.path)
        if "WWW-Authenticate" in found.headers:
            found.headers["WWW-Authenticate"] += f', resource_metadata="{self._settings.server.public_url}{oauth.RESOURCE_METADATA}"'
        return found

    def _send(self, passage: Passage, found: Answer) -> web.StreamResponse:
        headers = self._headers.copy()
        headers["X-Request-Id"] = passage.request_id
        if passage.verdict is not None:
            _add_limits(headers, passage.verdict)
        headers.update(found.headers)
        if self._cors is not None and not (passage.route is not None and passage.route.produces == "text/html"):
            headers.update(self._cors.headers(passage.request.headers))
        if found.status == 200 and passage.request.method in _READS:
            found = _tagged(passage, found, headers)
        if _is_ending(passage):
            self._announce(passage, headers)
        if found.body:
            headers["Content-Type"] = found.content_type
        if "Location" in headers:
            headers["Location"] = _where(passage, headers["Location"])
        self._remember(passage, found.status, len(found.body), found.body)
        return cast("web.StreamResponse", Whole(found.status, headers, found.body))

    def _along(self, passage: Passage) -> dict[str, str]:
        """Return the headers of every answer, for one that streams by itself."""
        headers = self._headers.copy()
        headers["X-Request-Id"] = passage.request_id
        if passage.verdict is not None:
            _add_limits(headers, passage.verdict)
        if self._cors is not None:
            headers.update(self._cors.headers(passage.request.headers))
        if _is_ending(passage):
            self._announce(passage, headers)
            headers[versions.HEADER] = API_VERSION  # what streams is not turned back into an older version's words
        return headers

    def _announce(self, passage: Passage, headers: dict[str, str]) -> None:
        """Say when what was used will end, and count who used it."""
        version, route = passage.version, cast("Route", passage.route)
        headers[versions.HEADER] = version.name if version is not None else API_VERSION
        endings = [ending for ending in (version and version.retirement, route.ending) if ending is not None]
        for ending in endings:
            notice = versions.notice(ending)
            headers.update(notice, Link=", ".join(filter(None, (headers.get("Link"), notice["Link"]))))
        if passage.actor.tenant_id and endings:
            self._deprecated.add(passage.actor, route.name, headers[versions.HEADER])

    def _remember(self, passage: Passage, status: int, sent: int, body: bytes = b"") -> None:
        elapsed = perf_counter_ns() - passage.started
        name = passage.route.name if passage.route else "unknown"
        metrics.REQUEST_SECONDS.observe(elapsed / 1e9, name, _CLASSES[status // 100])
        self._log.add(passage, name, status, elapsed // 1000, sent, body)


def _is_ending(passage: Passage) -> bool:
    return passage.version is not None or (passage.route is not None and passage.route.ending is not None)


def _tagged(passage: Passage, found: Answer, headers: dict[str, str]) -> Answer:
    """Return a representation with its tag, or 304 when the caller has it already."""
    tag = headers.get("ETag")
    if tag is None:
        route = passage.route
        if route is None or not route.conditional:
            return found
        tag = headers["ETag"] = tag_of(found.body)
    condition = passage.request.headers.get("If-None-Match")
    return Answer(status=304) if condition is not None and unchanged(condition, tag) else found


def _where(passage: Passage, location: str) -> str:
    """Return a location as this caller can reach it: an operator goes through the tenant's mirror."""
    if location.startswith("/api/v1/") and passage.path.startswith("/admin/v1/tenants/"):
        return f"/admin/v1/tenants/{passage.actor.tenant_id}/{location.removeprefix('/api/v1/')}"
    return location


def _place(call: Call) -> Runs:
    """Return where a handler runs: a page whose time is bounded by its length may run on the loop."""
    if call.route.runs is not Runs.PAGE:
        return call.route.runs
    return Runs.POINT if all(name in _PLAIN for name, _ in call.pairs) else Runs.READ


def _acceptable(text: str) -> bool:
    return len(text) <= _LONGEST_REQUEST_ID and text.isascii() and text.isprintable() and " " not in text


def _add_limits(headers: dict[str, str], verdict: Verdict) -> None:
    """Say how much may still be asked: as the IETF draft has it, and as older clients read it."""
    _, policy, name, limit, remaining, reset, _ = verdict
    headers["RateLimit-Policy"] = policy
    headers["RateLimit"] = f'"{name}";r={remaining};t={reset}'
    headers["X-RateLimit-Limit"] = str(limit)
    headers["X-RateLimit-Remaining"] = str(remaining)
    headers["X-RateLimit-Reset"] = str(reset)
