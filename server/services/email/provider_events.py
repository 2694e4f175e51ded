"""Events of providers: what those that took mail of ours tell of it, written as what mail servers say is; a processor of the inbox.

The gateway has verified that the provider said it, and only the recipients of the source's own tenant and mode are looked among. Our own
mark names the recipient, else the return path, the provider's id of the message, or its Message-ID do. What is told again changes nothing.
"""

from __future__ import annotations

import zlib
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Later
from server.domain.mail import provider_events, verp
from server.domain.mail.addressing import normal
from server.services.email import hits, return_paths, returns, unsubscribing
from server.services.email.returns import Linked, Told
from server.services.inbound.processing import confirm_subscription
from server.services.inbound.received import publish_received
from server.store import email_messages, email_provider_events, email_queue
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from server.domain.actor import Actor
    from server.domain.mail.provider_events import ProviderEvent
    from server.services.inbound.processing import Processor
    from server.services.inbound.received import Message

    Row = dict[str, Any]

_LONGEST_KEY: Final = 400
_IN_HAND_SECONDS: Final = 5


def take(actor: Actor, message: Message) -> Callable[[], None]:
    """Return what writes what a provider tells; the tenant hears of the message itself too."""
    first = confirm_subscription if message.provider == "ses" else publish_received
    return partial(_write, actor, message.provider, provider_events.read(message.provider, message.payload), first(actor, message))


PROCESSORS: Final[Mapping[str, Processor]] = dict.fromkeys(provider_events.PROVIDERS, take)


def _write(actor: Actor, provider: str, told: Sequence[ProviderEvent], publish: Callable[[], None]) -> None:
    publish()
    for event in told:
        recipient = _recipient(actor, event)
        if recipient is not None:
            _record(actor, provider, event, recipient)


def _recipient(actor: Actor, event: ProviderEvent) -> Row | None:
    """Return whom an event is about, None for nobody of this tenant's."""
    place = (actor.tenant_id, actor.mode)
    found = email_queue.find(*place, event.mark) if event.mark else None
    if found is None and verp.is_return_path(event.return_path):
        named = return_paths.find_recipient(event.return_path)
        found = named if named and (named["tenant_id"], named["mode"]) == place else None
    return found or _of(email_queue.of_provider(*place, event.identities), event) or _by_header(actor, event)


def _by_header(actor: Actor, event: ProviderEvent) -> Row | None:
    message = email_messages.find_by_header(actor.tenant_id, actor.mode, event.header_id) if event.header_id else None
    return _of(email_queue.of_message(actor.tenant_id, actor.mode, message["id"]), event) if message else None


def _of(recipients: Sequence[Row], event: ProviderEvent) -> Row | None:
    return next((one for one in recipients if normal(one["address"]) == normal(event.address)), None)


def _record(actor: Actor, provider: str, event: ProviderEvent, recipient: Row) -> None:
    """Write an event that was not written before. Raises Later while the message is still being handed over."""
    now = clock.now_ms()
    if recipient["lease"] is not None and recipient["due_at"] > now:
        raise Later("The message is just being handed to its provider.", code="mail_in_hand", retry_after=_IN_HAND_SECONDS)
    message = email_messages.find(actor.tenant_id, actor.mode, recipient["message_id"])
    key = f"{provider}/{event.key}"[:_LONGEST_KEY]
    if message is None or not email_provider_events.insert(actor.tenant_id, actor.mode, recipient["id"], key, now):
        return
    at = min(event.at_ms or now, now)
    judgement = event.judgement()
    if judgement is not None:
        returns.record(actor.tenant_id, actor.mode, judgement, Linked(message, (recipient,), recipient), Told(provider, at))
    elif event.happened == "unsubscribed":
        unsubscribing.unsubscribe(actor, message, recipient, "stream", provider)
    else:
        hits.keep(recipient, _hit(event), at)


def _hit(event: ProviderEvent) -> Row:
    """Return an open or a click as one on an address of ours would be kept; links are told apart by where they lead."""
    place = zlib.crc32(event.url.encode()) >> 1 if event.url else 0
    found: Row = {"kind": event.happened, "place": place, "links": 0, "target": event.url or None, "method": "GET"}
    return found | {"agent": event.agent}
