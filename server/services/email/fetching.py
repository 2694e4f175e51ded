"""Fetching: mail out of tenants' mailboxes, each mail once, nothing changed there.

The place in a folder is written after what lies before it was taken in, so a kill repeats a fetch and loses nothing; what is repeated is
a sighting that is known. A folder whose uids became invalid is read anew, and its mails are known for copies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import JunctionError, Later, NeedsUser
from server.domain.mail.reading import read
from server.domain.mail.trust import vouched_by
from server.outbound.imap import ImapSession
from server.outbound.mailboxes import LARGEST, MailServer, Oversized
from server.outbound.pop3 import Pop3Session
from server.services.email import accounts, arrivals, inbound_policies
from server.services.email.arrivals import Seen
from server.services.email.authentication import authenticate
from server.services.email.inbound_policies import USUAL, InboundPolicy
from server.store import database, email_accounts, email_arrivals, email_mailboxes
from server.system import clock, logs

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    Row = dict[str, Any]
    Stopping = Callable[[], bool]

INBOX: Final = "INBOX"
IDLE_SECONDS: Final = 540.0
"""Waiting longer than nine minutes without a word, some servers and many routers forget a connection."""
FOLDER_SECONDS: Final = 45.0
"""How long IDLE waits at INBOX before the other folders of an account are looked at again."""
_NEWEST: Final = 1000
"""Mails of a folder that is read for the first time: the newest are taken in, older ones are history."""
_MEGABYTE: Final = 1024 * 1024
_REMEDY: Final = "It stays in the mailbox: read it there, or ask for its files by a link."
log = logs.get_logger()


def server_of(row: Row, kind: str) -> MailServer | None:
    """Return an account's server of a kind with what it signs in by, None when it has none. Raises as `accounts.access_token`."""
    server = accounts.servers_of(row).get(kind)
    if not server:
        return None
    secrets = accounts.opened(row)
    token = accounts.access_token(row) if row["auth"] == "xoauth2" else ""
    username = secrets.get("username") or row["address"]
    return MailServer(server["host"], server["port"], server["security"], username, secrets.get("password", ""), token)


def fetch(row: Row, otherwise: InboundPolicy = USUAL) -> int:
    """Fetch what is new of an account, once, and return how many mails were taken in. Raises Later, NeedsUser."""
    imap, pop3 = server_of(row, "imap"), server_of(row, "pop3")
    if imap is not None:
        session = ImapSession(imap)
        try:
            return fetch_folders(row, session, otherwise)
        finally:
            session.close()
    return _fetch_pop3(row, pop3, otherwise) if pop3 is not None else 0


def watch(row: Row, stopping: Stopping, otherwise: InboundPolicy = USUAL) -> None:
    """Fetch what is new of an IMAP account, and go on as its server tells of more, until told to stop. Raises Later, NeedsUser."""
    server = server_of(row, "imap")
    if server is None:
        return
    session = ImapSession(server)
    try:
        note(row, None)
        while not stopping():
            fetch_folders(row, session, otherwise)
            session.idle(FOLDER_SECONDS if accounts.folders_of(row) else IDLE_SECONDS, stopping)
    finally:
        session.close()


def fetch_folders(row: Row, session: ImapSession, otherwise: InboundPolicy = USUAL) -> int:
    """Take in what is new in the chosen folders, then in INBOX, which stays open; a folder that is not there is told at the account."""
    taken = 0
    for folder in accounts.folders_of(row):
        try:
            taken += fetch_folder(row, session, folder, otherwise)
        except Later as error:
            note(row, error)
    return taken + fetch_folder(row, session, INBOX, otherwise)


def fetch_folder(row: Row, session: ImapSession, folder: str, otherwise: InboundPolicy = USUAL) -> int:
    """Take in what lies behind the place in a folder, and move the place on behind each mail."""
    tenant_id, mode, account_id = row["tenant_id"], row["mode"], row["id"]
    validity = session.select(folder)
    known, place = email_mailboxes.place(tenant_id, mode, account_id, folder)
    uids = session.uids_after(place if known == validity else 0)
    fresh = known != validity
    trusted = inbound_policies.of_tenant(tenant_id, mode, otherwise).trusted_authserv_ids
    taken = 0
    for uid in uids[-_NEWEST:] if fresh else uids:
        found = session.fetch(uid)
        if found is not None:
            _take_in(row, found, f"{folder}/{validity}/{uid}", trusted)
            taken += 1
        _move(row, folder, validity, uid)
    if fresh and not uids:
        _move(row, folder, validity, 0)
    return taken


def _take_in(row: Row, found: bytes | Oversized, place: str, trusted: Collection[str]) -> None:
    """Take a mail in; of one that is too large note that it is there, and why it was not fetched."""
    if isinstance(found, Oversized):
        why = f"too large: it has {found.size / _MEGABYTE:.1f} MB, and at most {LARGEST / _MEGABYTE:.0f} MB are fetched. {_REMEDY}"
        arrivals.pass_over(row["tenant_id"], row["mode"], found.header, found.size, Seen(row["id"], place), why)
    else:
        arrivals.take_in(row["tenant_id"], row["mode"], found, Seen(row["id"], place, authentication=vouched(found, trusted)))


def vouched(raw: bytes, trusted: Collection[str] = ()) -> dict[str, str]:
    """Return what a fetched mail's signatures prove, or what a trusted server found out when it took the mail in.

    Who handed it over is not known here, so nothing is a forgery for the lack of a signature alone.
    """
    found = authenticate(raw)
    words = found.words | ({"dmarc": "none"} if found.words["dmarc"] == "fail" else {})
    told = vouched_by(read(raw), trusted) if trusted else {}
    words |= {method: word for method, word in told.items() if words[method] != "pass"}
    return words | ({"policy": found.policy} if found.policy else {})


def _move(row: Row, folder: str, validity: str, uid: int) -> None:
    with database.transaction():
        email_mailboxes.move(row["tenant_id"], row["mode"], row["id"], folder, validity, uid, clock.now_ms())


def _fetch_pop3(row: Row, server: MailServer, otherwise: InboundPolicy) -> int:
    session = Pop3Session(server)
    try:
        listed = session.unique_ids()
        known = email_arrivals.seen(row["tenant_id"], row["mode"], row["id"], [f"pop3/{one}" for one in listed])
        fresh = [(one, number) for one, number in listed.items() if f"pop3/{one}" not in known]
        trusted = inbound_policies.of_tenant(row["tenant_id"], row["mode"], otherwise).trusted_authserv_ids
        for unique_id, number in fresh[-_NEWEST:]:
            _take_in(row, session.fetch(number), f"pop3/{unique_id}", trusted)
        return len(fresh)
    finally:
        session.close()


def note(row: Row, error: JunctionError | None) -> None:
    """Write how an account fares: well, or not, with the server's own words."""
    status = "active" if error is None else "failing" if isinstance(error, NeedsUser) else row["status"]
    with database.transaction():
        email_accounts.note(row["tenant_id"], row["mode"], row["id"], status, error.detail[:1000] if error else None, None)
