"""Hooks: where vendors call us, by any method and without a key. What is accepted is committed before it is answered, and processed later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from server.domain.errors import JunctionError, Later
from server.domain.inbound.arrivals import Arrival
from server.domain.inbound.handshakes import Reply
from server.domain.inbound.verification import KeyNeeded
from server.services.inbound import gateway, keyring
from server.services.inbound.gateway import Accepted, Refusals
from server.services.limits import Tier, Window
from server.web import bodies
from server.web.addresses import ascii_target
from server.web.calls import Answer, Call, answer
from server.web.routes import Route, Runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.services.inbound.gateway import Source

T = TypeVar("T")
_MOST_KEYS: Final = 2
_refusals: Final = Refusals()


async def receive_hook(call: Call) -> Answer:
    """Take in what a vendor sends to a source."""
    source = await _run(call, Runs.POINT, lambda: gateway.find(call.params["installation_id"]))
    _admit(call, source.id)
    arrival = await _arrival(call)
    try:
        found = await _examined(call, lambda: gateway.examine(source, arrival, call.actor.address or "", _tolerance(call)))
    except Later:
        raise
    except JunctionError as error:
        await _note(call, source, error)
        raise
    return await _answered(call, [found])


async def receive_provider_hook(call: Call) -> Answer:
    """Take in what a vendor sends to the one address of all its customers."""
    provider, address = call.params["provider"], call.actor.address or ""
    _admit(call, f"{provider}/{address}")
    arrival = await _arrival(call)
    return await _answered(call, await _examined(call, lambda: gateway.at_one_address(provider, arrival, address, _tolerance(call)), Runs.READ))


async def _run(call: Call, runs: Runs, job: Callable[[], T]) -> T:
    return cast("T", await cast("Any", call.execution).run(runs, job))


def _admit(call: Call, subject: str) -> None:
    """Count a message against the rate of its source, never against the address that several sources may be called from."""
    tier = Tier("inbound", (Window("inbound", call.settings.inbound.per_source_per_second, 1),))
    cast("Any", call.admit)(f"inbound:{subject}", None, tier)


def _tolerance(call: Call) -> int:
    return int(call.settings.inbound.tolerance_seconds)


async def _arrival(call: Call) -> Arrival:
    raw = await bodies.read(call.request, call.settings.inbound.body_limit_bytes)
    headers = {name.lower(): value for name, value in call.headers.items()}
    return Arrival(call.request.method, call.settings.server.public_url.rstrip("/") + ascii_target(call.request.raw_path), headers, call.pairs, raw)


async def _examined(call: Call, examine: Callable[[], T], runs: Runs = Runs.POINT) -> T:
    """Examine a message; a key of the vendor's that is not at hand is fetched in a thread first."""
    for _ in range(_MOST_KEYS):
        try:
            return await _run(call, runs, examine)
        except KeyNeeded as needed:
            url, kind = needed.url, needed.kind
        await _run(call, Runs.WORK, lambda url=url, kind=kind: keyring.bring(url, kind))  # type: ignore[misc]
    raise Later("The key that this message is verified with cannot be had right now; send it again.", code="inbound_key_unreachable", retry_after=30)


async def _note(call: Call, source: Source, error: JunctionError) -> None:
    count = _refusals.add(source, error)
    if count:
        await _run(call, Runs.WRITE, lambda: gateway.note_refusals(source, count, error))


async def _answered(call: Call, found: list[Reply | Accepted]) -> Answer:
    accepted = [one for one in found if isinstance(one, Accepted)]
    if accepted:
        kept = await _run(call, Runs.WRITE, lambda: [gateway.keep(one) for one in accepted])
        return Answer(headers={"Junction-Message": kept[0] or "repeated"} if len(kept) == 1 else {})
    reply = next(one for one in found if isinstance(one, Reply))
    if reply.value is not None:
        return answer(reply.value, reply.status)
    return Answer(reply.text.encode(), reply.status, content_type="text/plain; charset=utf-8")


_METHODS: Final = ("POST", "GET", "PUT", "PATCH", "DELETE")
_ADDRESSES: Final = (
    ("/hooks/{installation_id}", receive_hook, "Take in what a vendor sends to a source"),
    ("/api/webhooks/{provider}", receive_provider_hook, "Take in what a vendor sends to the one address of all its customers"),
)
_REST: Final[dict[str, Any]] = {"runs": Runs.STREAM, "protocol": "hooks", "access": "anyone", "any_query": True, "described": False}
ROUTES: Final = [
    Route(method, path, handler, f"{handler.__name__}_{method.lower()}", summary, "Hooks", **_REST)
    for path, handler, summary in _ADDRESSES
    for method in _METHODS
]
