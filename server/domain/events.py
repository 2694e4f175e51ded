"""The catalogue of event types, and which subscription patterns want which type.

A type is `noun.past_verb`. A pattern is `*`, `noun.*`, an exact type, or an alias. An alias is another name of a type, or, where it
names a vendor, of those events alone that speak of that vendor. A type that is `explicit_only` is matched by its exact name alone: a
wildcard that caught the failures of its own deliveries would feed itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Unprocessable
from server.domain.hints import near_miss

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

RECORD_NOUNS: Final = ("contact", "company", "deal", "activity", "product", "order", "invoice", "payment", "document", "object")
MERGEABLE_NOUNS: Final = ("contact", "company")

_RECORD_VERBS: Final = {
    "created": "{A_noun} was created.",
    "updated": "Fields of {a_noun} changed.",
    "deleted": "{A_noun} was deleted; it can be restored until retention removes it.",
    "restored": "{A_noun} was brought back after it had been deleted.",
}

_OTHERS: Final = {
    "integration.connected": "An integration was installed and its credentials work.",
    "integration.disconnected": "An integration was uninstalled or gave up its credentials.",
    "integration.failed": "An integration stopped working and needs attention.",
    "sync.completed": "A sync run reached its end.",
    "sync.failed": "A sync run ended early.",
    "lead.pushed": "A lead was handed to a connected CRM.",
    "webhook.created": "A webhook was configured.",
    "webhook.updated": "A webhook was changed, or switched on again.",
    "webhook.deleted": "A webhook was removed; what it was still owed is cancelled.",
    "webhook.failing": "A webhook has only failed for days, and will be disabled if that goes on.",
    "webhook.disabled": "A webhook was switched off, by hand or after too many failures.",
    "webhook.triggered": "An event was delivered to a webhook.",
    "webhook.attempt_failed": "One attempt to deliver to a webhook failed.",
    "api_key.created": "An API key was generated.",
    "api_key.revoked": "An API key was revoked.",
    "api_request.received": "A request reached the public API.",
    "user.created": "A user was invited or created.",
    "user.updated": "A user's name, role or settings changed.",
    "user.deleted": "A user was removed.",
    "form.created": "A form was created.",
    "field.revealed": "Somebody had the values of encrypted fields of a record shown; the event names the fields and never the values.",
    "payment.succeeded": "A payment went through.",
    "payment.failed": "A payment was refused.",
    "email.sent": "A message was handed to the next mail server.",
    "email.delivered": "The recipient's mail server accepted a message.",
    "email.opened": "A recipient opened a message.",
    "email.clicked": "A recipient followed a link in a message.",
    "email.bounced": "A message was returned.",
    "email.complained": "A recipient reported a message as unwanted.",
    "email.unsubscribed": "A recipient unsubscribed.",
    "email.received": "A message arrived for an inbound route.",
    "email.passed_over": "A message in a mailbox was too large to be fetched; it stays there.",
    "email.quarantined": "A message that arrived is kept from everybody: it is infected, or who sent it is forged.",
    "suppression.created": "An address or a domain is sent nothing from now on.",
    "suppression.deleted": "An address or a domain may be sent to again.",
    "email_route.created": "A route for arriving mail was made.",
    "email_route.updated": "A route for arriving mail was changed.",
    "email_route.deleted": "A route for arriving mail was removed.",
    "sending_domain.created": "A domain to send from was added.",
    "sending_domain.updated": "A sending domain's names were changed.",
    "sending_domain.deleted": "A sending domain was removed; nothing is sent from it any more.",
    "sending_domain.verified": "A sending domain is in order: mail may be sent from it.",
    "sending_domain.failed": "Records that a sending domain needs are gone; it is refused unless they come back within days.",
    "sending_domain.lapsed": "A sending domain is refused in From, since its records have been gone for days.",
    "sending_domain.findings_changed": "What the DNS says of a sending domain got better or worse.",
    "sending_domain.keys_made": "New keys for a sending domain wait to be published.",
    "sending_domain.keys_turned": "Keys of a sending domain came into use, or went out of it.",
    "email_report.received": "A receiver's report about a sending domain was read.",
    "import.completed": "An import reached its end.",
    "inbound.received": "A message of a vendor was accepted at an inbound source.",
    "inbound.quarantined": "A message of a vendor could not be processed; it waits for a fix and a retry.",
    "inbound_source.created": "An address for a vendor's messages was made.",
    "inbound_source.updated": "An address for a vendor's messages was changed, or its secret was.",
    "inbound_source.deleted": "An address for a vendor's messages was removed.",
    "inbound_source.failed": "A vendor's messages are refused or quarantined, one after the other.",
    "inbound_source.silenced": "A vendor has sent nothing for longer than is expected.",
    "inbound_source.recovered": "A vendor's messages come and are processed again.",
}

_EXPLICIT_ONLY: Final = frozenset({"webhook.triggered", "webhook.attempt_failed", "api_request.received"})

# What is told besides of a record that has come to hold a value: noun, field and value.
_MILESTONES: Final = {
    "payment": {("status", "succeeded"): "payment.succeeded", ("status", "failed"): "payment.failed"},
    "object": {("type", "form"): "form.created"},
}
# Another name of a type, and nothing more.
_ALIASES: Final = {
    "LeadsPushedToCRM": "lead.pushed",
    "WebhookConfigured": "webhook.created",
    "WebhookTriggered": "webhook.triggered",
    "APIKeyGenerated": "api_key.created",
    "APIRequestReceived": "api_request.received",
}
# A name for some events of a type: what has to stand at which path of their `data`. The first type is the one that the name stands for
# where no event is at hand. A row came into being at a vendor when it was read there, and also when one of ours was pushed there.
_NARROWED: Final[Mapping[str, Mapping[str, Mapping[str, str]]]] = {
    "ZapierIntegrationConnected": {"integration.connected": {"record.integration": "zapier"}},
    "CRMIntegrationConnected": {"integration.connected": {"record.category": "crm"}},
    "GoogleAnalyticsConnected": {"integration.connected": {"record.integration": "google_analytics"}},
    "FacebookPixelInstalled": {"integration.connected": {"record.integration": "facebook_pixel"}},
    "HubSpotContactCreated": {
        "contact.created": {"origin.integration": "hubspot"},
        "lead.pushed": {"record.integration": "hubspot", "record.resource": "contacts"},
    },
    "SalesforceLeadCreated": {
        "lead.pushed": {"record.integration": "salesforce", "record.resource": "leads"},
        "contact.created": {"origin.integration": "salesforce", "record.lifecycle": "lead"},
    },
}


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event; `aliases` are further names that it can be subscribed to by."""

    name: str
    aliases: tuple[str, ...]
    explicit_only: bool
    summary: str

    @property
    def alias(self) -> str | None:
        """Return the first alias."""
        return self.aliases[0] if self.aliases else None


def _summaries() -> dict[str, str]:
    named = {noun: "a record of a custom type" if noun == "object" else f"an {noun}" if noun[0] in "aeiou" else f"a {noun}" for noun in RECORD_NOUNS}
    records = {
        f"{noun}.{verb}": sentence.format(a_noun=words, A_noun=words.capitalize())
        for noun, words in named.items()
        for verb, sentence in _RECORD_VERBS.items()
    }
    merges = {f"{noun}.merged": f"Duplicates were merged into a {noun}." for noun in MERGEABLE_NOUNS}
    return records | merges | _OTHERS


@cache
def catalogue() -> dict[str, EventType]:
    """Return every event type by its name, sorted."""
    return {name: EventType(name, tuple(_aliases_of(name)), name in _EXPLICIT_ONLY, summary) for name, summary in sorted(_summaries().items())}


def _aliases_of(name: str) -> Iterator[str]:
    yield from (alias for alias, kind in _ALIASES.items() if kind == name)
    yield from (alias for alias, kinds in _NARROWED.items() if name in kinds)


@cache
def _patterns() -> dict[str, str]:
    """Return every spelling that is accepted, with the pattern it stands for."""
    wildcards = {f"{name.partition('.')[0]}.*" for name in catalogue() if name not in _EXPLICIT_ONLY}
    return {pattern: pattern for pattern in ("*", *sorted(wildcards), *catalogue(), *_NARROWED)} | _ALIASES


def spellings() -> Collection[str]:
    """Return everything that can be subscribed to: types, patterns of several, and aliases."""
    return _patterns().keys()


def normalise_pattern(pattern: str) -> str:
    """Return the pattern in its one spelling; raises Unprocessable (`unknown_event_type`) for one that could never match."""
    found = _patterns().get(pattern)
    if found is None:
        message = f"'{pattern}' is neither an event type nor a pattern of some.{near_miss(pattern, _patterns())}"
        raise Unprocessable(message, code="unknown_event_type")
    return found


def normalise_type(pattern: str) -> str:
    """Return the pattern with a type in the place of every alias, for questions of which type is meant; raises as `normalise_pattern`."""
    found = normalise_pattern(pattern)
    return next(iter(_NARROWED[found])) if found in _NARROWED else found


@lru_cache(maxsize=512)
def _wanted_by(event_type: str) -> frozenset[str]:
    if event_type in _EXPLICIT_ONLY:
        return frozenset({event_type})
    return frozenset({event_type, f"{event_type.partition('.')[0]}.*", "*"})


@lru_cache(maxsize=512)
def _narrowed(event_type: str) -> Mapping[str, Mapping[str, str]]:
    return {alias: kinds[event_type] for alias, kinds in _NARROWED.items() if event_type in kinds}


def milestones(noun: str, action: str, changes: Collection[str], record: Mapping[str, Any]) -> list[str]:
    """Return the types that are told besides `noun.action` of a record: what it holds now, and did not before."""
    new = action == "created"
    return [kind for (field, value), kind in _MILESTONES.get(noun, {}).items() if record.get(field) == value and (new or field in changes)]


def matches(patterns: Collection[str], event_type: str, detail: Mapping[str, Any]) -> bool:
    """Tell whether any of the normalised patterns wants an event of this type, whose `data` is `detail`."""
    if not _wanted_by(event_type).isdisjoint(patterns):
        return True
    named = _narrowed(event_type)
    return bool(named) and any(pattern in named and _says(detail, named[pattern]) for pattern in patterns)


def _says(detail: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    for path, value in wanted.items():
        part, _, name = path.partition(".")
        if (detail.get(part) or {}).get(name) != value:
            return False
    return True
