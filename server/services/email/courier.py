"""The courier: brings one message to one recipient by the first transport that takes it, over connections that are kept open.

Between the last line of a message and its answer nobody knows who has it. Of one server at most `in_doubt` messages are in that
state at a time, and the answer is written down before the next one enters it: so a kill repeats no more than these.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from server.domain.errors import JunctionError, Later, Skip, Unprocessable
from server.domain.mail import mta_sts, sites
from server.outbound import exchangers
from server.outbound.guard import AddressRefused
from server.outbound.mail import peer_of
from server.outbound.smtp import Peer, Reply, Session, SmtpFailed, stuffed, unverified_context
from server.services.email import accounts, routing, signing, transport_policies
from server.services.email.doubts import Doubts
from server.services.email.provider_courier import ProviderCourier
from server.services.email.settling import Outcome
from server.store import email_accounts

if TYPE_CHECKING:
    from server.services.email.settling import Attempt
    from server.store.email_sites import KnownSite
    from server.store.tables import Row
    from server.system.settings_table import Email

    Settle = Callable[[Outcome], None]

_NO_REPLY: Final = "no_reply"


class _Door(NamedTuple):
    """A server that may take a message, and how its connection is made."""

    peer: Peer
    most: int
    context: Callable[[], ssl.SSLContext] | None


class _Load(NamedTuple):
    """A message as it was composed, and with our signatures as it travels by SMTP."""

    raw: bytes
    signed: bytes


class Courier:
    """The connections of one thread."""

    def __init__(self, settings: Email, helo: str, doubts: Doubts, context: Callable[[], ssl.SSLContext] | None = None) -> None:
        """Take the settings; `context` makes what verifies servers that have to be trusted, None for the authorities of this host."""
        self._settings = settings
        self._helo = helo
        self._doubts = doubts
        self._context = context
        self._sessions: dict[Peer, Session] = {}
        self._providers = ProviderCourier(doubts)
        self._contexts: dict[Callable[[], ssl.SSLContext], ssl.SSLContext] = {}

    def bring(self, attempt: Attempt, body: bytes, transports: tuple[str, ...], settle: Settle) -> None:
        """Try the transports one after the other, and hand what came of it to `settle`, exactly once."""
        signed = self._signed(attempt, body)
        if isinstance(signed, Outcome):
            settle(signed)
            return
        failed = Outcome(None, "none", text="There is no transport: neither an account, nor a relay, nor direct delivery.", reason="systemerror")
        before: list[Outcome] = []
        for transport in transports:
            outcome = self._by(transport, attempt, _Load(body, signed), partial(_told, settle, tuple(before)))
            if outcome is None:
                return
            failed = replace(outcome, before=tuple(before))
            if outcome.accepted is False or outcome.final:
                break
            before.append(outcome)
        settle(failed)

    def _signed(self, attempt: Attempt, body: bytes) -> bytes | Outcome:
        """Return the message with its signatures; of a From that is an account's own address, as it is."""
        message = attempt.message
        try:
            return stuffed(signing.sign(message["tenant_id"], message["mode"], message["sender_domain"], body))
        except Unprocessable as error:
            if message["account_id"] or message["mode"] == "test":
                return stuffed(body)
            return Outcome(None, "none", text=error.detail, reason="rejected", final=False)

    def _by(self, transport: str, attempt: Attempt, load: _Load, settle: Settle) -> Outcome | None:
        """Try one transport; returns why it did not work, None when the outcome was settled."""
        if transport == routing.SANDBOX:
            settle(Outcome(accepted=True, source=transport, code=250, text="A test message leaves for nowhere."))
            return None
        try:
            account = None if transport in {routing.DIRECT, routing.RELAY} else _account(transport, attempt)
            provider = accounts.api_account(account) if account else None
            doors = [] if provider else self._doors(transport, attempt, account)
        except Skip as error:
            return Outcome(None, transport, text=error.detail, command="CONN", reason="hostunknown", final=True)
        except JunctionError as error:
            return Outcome(None, transport, text=error.detail, command="CONN", reason="networkerror")
        if provider is not None:
            return self._providers.bring(provider, transport, attempt, load.raw, settle)
        outcome = Outcome(None, transport, text=f"No host of {attempt.work.domain} can be reached.", reason="networkerror")
        for door in doors:
            found = self._through(door, transport, attempt, load.signed, settle)
            if found is None:
                return None
            outcome = found
            if outcome.accepted is False:
                break
        return outcome

    def _doors(self, transport: str, attempt: Attempt, account: Row | None) -> list[_Door]:
        if account is not None:
            return [_Door(accounts.peer(account), sites.DEFAULT.per_connection, self._context)]
        if transport == routing.RELAY:
            return [_Door(peer_of(self._settings.relay), sites.DEFAULT.per_connection, self._context)]
        return self._exchangers(routing.site_of(attempt.work.domain))

    def _exchangers(self, known: KnownSite) -> list[_Door]:
        """Return the hosts of a domain; where a policy is enforced (RFC 8461), those it covers alone, verified."""
        policy = transport_policies.policy_for(known.domain)
        enforced = policy is not None and policy.enforcement == "enforce"
        hosts = [host for host in known.hosts if not enforced or (policy is not None and mta_sts.covers(policy, host))]
        if enforced and not hosts:
            raise Later(f"No exchanger of {known.domain} is one that its MTA-STS policy names.", code="mail_unreachable")
        must = enforced or sites.site(known.site).requires_tls
        security = "starttls" if must else "opportunistic"
        context = self._context if enforced else unverified_context
        most = sites.site(known.site).per_connection
        return [
            _Door(Peer(host, self._settings.mx_port, security, address=address), most, context)
            for host in hosts
            for address in exchangers.addresses(host)
        ]

    def _through(self, door: _Door, transport: str, attempt: Attempt, body: bytes, settle: Settle) -> Outcome | None:
        """Hand the message over at one server; returns why that did not work, None when it was settled."""
        began = time.monotonic()
        try:
            session = self._session(door)
            refused = self._begun(session, door, attempt, body)
            session = self._sessions[door.peer]
            if refused is not None:
                return self._outcome(session, transport, refused, began)
            with self._doubts.of(f"{door.peer.address or door.peer.host}:{door.peer.port}"):
                settle(self._outcome(session, transport, session.finish(), began))
        except SmtpFailed as error:
            self._drop(door.peer)
            return _failure(error, transport, door.peer.host)
        except AddressRefused as error:
            return Outcome(None, transport, text=error.detail, host=door.peer.host, reason="networkerror")
        return None

    def _begun(self, session: Session, door: _Door, attempt: Attempt, body: bytes) -> Reply | None:
        """Begin on a connection that was kept open; one that the server has ended meanwhile is made anew, once."""
        sender, recipient = attempt.message["return_path"], attempt.work.address
        try:
            return session.begin(sender, recipient, body)
        except SmtpFailed:
            self._drop(door.peer)
            if session.sent == 0:
                raise
            return self._session(door).begin(sender, recipient, body)

    def _session(self, door: _Door) -> Session:
        kept = self._sessions.get(door.peer)
        if kept is not None and kept.sent >= door.most:
            self._drop(door.peer)
            kept = None
        if kept is None:
            # Reading the authorities of this host takes as long as sending twenty messages.
            make = door.context or ssl.create_default_context
            if make not in self._contexts:
                self._contexts[make] = make()
            kept = Session(door.peer, helo=self._helo, context=self._contexts[make])
            self._sessions[door.peer] = kept
        return kept

    def _drop(self, peer: Peer) -> None:
        session = self._sessions.pop(peer, None)
        if session is not None:
            session.close()

    def close(self) -> None:
        """End every connection."""
        for peer in list(self._sessions):
            self._drop(peer)
        self._providers.close()

    def _outcome(self, session: Session, transport: str, reply: Reply, began: float) -> Outcome:
        if reply.code == 421:
            self._drop(session.peer)
        return Outcome(
            reply.accepted,
            transport,
            reply.code,
            reply.enhanced,
            reply.text,
            session.peer.host,
            session.tls.version if session.tls else None,
            session.tls.verified if session.tls else None,
            "DATA" if reply.accepted else "RCPT",
            milliseconds=round((time.monotonic() - began) * 1000),
        )


def _told(settle: Settle, before: tuple[Outcome, ...], outcome: Outcome) -> None:
    """Settle an outcome that tells of the transports before it too."""
    settle(replace(outcome, before=before))


def _account(transport: str, attempt: Attempt) -> Row:
    row = email_accounts.find(attempt.work.tenant_id, attempt.work.mode, transport)
    if row is None or row["status"] == "disabled":
        raise Later("The mail account of this message is gone or disabled.", code="mail_unreachable")
    return row


_COMMANDS: Final = {"connect": "CONN", "greeting": "EHLO", "tls": "EHLO", "auth": "MAIL", "send": "DATA"}
_REASONS: Final = {"connect": "networkerror", "tls": "failedstarttls", "auth": "securityerror", "send": _NO_REPLY}


def _failure(error: SmtpFailed, transport: str, host: str) -> Outcome:
    """Return a failed step as an outcome: another server, or another time, may do better."""
    named: dict[str, Any] = {"code": error.reply.code, "enhanced": error.reply.enhanced} if error.reply else {}
    reason = _REASONS.get(error.step) if error.reply is None or error.step in {"tls", "auth"} else "blocked"
    return Outcome(None, transport, text=error.detail, host=host, command=_COMMANDS[error.step], reason=reason, **named)
