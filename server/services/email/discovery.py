"""Finding out about mail servers: the providers that are known by heart, and the servers of an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.actor import Actor
from server.domain.errors import Later, Skip
from server.domain.mail import addressing, presets
from server.domain.permissions import permit
from server.outbound import exchangers
from server.services.email.accounts import SERVERS, MailServer, place_shown

if TYPE_CHECKING:
    from server.domain.mail.presets import Preset


class Discovery(BaseModel):
    """The address whose servers are wanted."""

    model_config = ConfigDict(extra="forbid")

    address: Annotated[str, StringConstraints(min_length=3, max_length=320), Field(json_schema_extra={"examples": ["ada@example.com"]})]


class DiscoveryView(BaseModel):
    """The servers of an address, and how they were found; none were where `source` is null."""

    object: str
    address: str
    source: Literal["known_domain", "exchanger", "srv_record"] | None
    provider: str | None
    smtp: MailServer | None
    imap: MailServer | None
    pop3: MailServer | None
    auth: list[str]
    note: str | None


class PresetView(BaseModel):
    """A provider whose servers are known."""

    object: str
    key: str
    title: str
    smtp: MailServer
    imap: MailServer | None
    pop3: MailServer | None
    auth: list[str]
    note: str | None


def preset_list(actor: Actor) -> list[dict[str, Any]]:
    """Return every provider whose servers are known."""
    permit(actor, "email:read")
    return [{"object": "email_provider", "key": one.key, "title": one.title, **_of_preset(one)} for one in presets.PRESETS]


def _of_preset(preset: Preset) -> dict[str, Any]:
    servers = {name: place_shown(getattr(preset, name)) for name in SERVERS}
    return {**servers, "auth": list(preset.auth), "note": preset.note}


def discover(actor: Actor, body: Discovery) -> dict[str, Any]:
    """Return the servers of an address: known by heart, by SRV records (RFC 6186), or by its exchangers. Nothing is connected to."""
    permit(actor, "email:read")
    domain = addressing.mailbox(body.address).domain
    found: dict[str, Any] = {"object": "email_discovery", "address": body.address, "source": None, "provider": None, "note": None, "auth": []}
    found |= dict.fromkeys(SERVERS)
    known = presets.BY_DOMAIN.get(domain)
    if known:
        return found | {"source": "known_domain", "provider": known.key, **_of_preset(known)}
    announced = _announced(domain)
    if announced:
        return found | {"source": "srv_record", "auth": ["password"], **announced}
    try:
        behind = next(filter(None, map(presets.of_exchanger, exchangers.hosts(domain))), None)
    except (Later, Skip):
        return found
    return found | {"source": "exchanger", "provider": behind.key, **_of_preset(behind)} if behind else found


_ANNOUNCED: Final = (
    ("smtp", "_submissions", "tls"), ("smtp", "_submission", "starttls"), ("imap", "_imaps", "tls"), ("pop3", "_pop3s", "tls"),
)  # fmt: skip


def _announced(domain: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for server, service, security in _ANNOUNCED:
        if server not in found:
            place = next(iter(exchangers.services(f"{service}._tcp.{domain}")), None)
            if place:
                found[server] = {"host": place[0], "port": place[1], "security": security}
    return found
