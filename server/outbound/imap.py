"""Reading IMAP mailboxes (RFC 9051): through the address guard, in TLS, by password or XOAUTH2; new mail is waited for with IDLE (RFC 2177).

Nothing is ever changed in a mailbox: folders are opened read-only, and bodies are fetched with PEEK, so that no mail is marked as read.
"""

from __future__ import annotations

import imaplib
import re
import select
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import JunctionError, Later, NeedsUser
from server.outbound.sockets import connect

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

TIMEOUT_SECONDS: Final = 30
LARGEST: Final = 32 * 1024 * 1024
_UID: Final = re.compile(rb"UID (\d+)")
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_IDLE_READ: Final = 65_536
# imaplib refuses longer lines; a search of a folder with 100,000 mails answers with a longer one.
imaplib._MAXLINE = 16 * 1024 * 1024  # type: ignore[attr-defined]  # noqa: SLF001 - there is no other way to say so


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server and how to sign in there; with a token by XOAUTH2, else by password."""

    host: str
    port: int
    security: str
    username: str = ""
    password: str = ""
    token: str = ""


class _Plain(imaplib.IMAP4):
    """Connects through the guard."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return connect(self.host, self.port, timeout)


class _Tls(imaplib.IMAP4_SSL):
    """Connects through the guard, in TLS from the first byte."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        context: ssl.SSLContext = self.ssl_context
        return context.wrap_socket(connect(self.host, self.port, timeout), server_hostname=self.host)


class ImapSession:
    """A connection to one mailbox. Every method raises Later when the server is away or ends it, NeedsUser when it lets nobody in."""

    def __init__(self, server: MailServer, context: ssl.SSLContext | None = None, timeout: float = TIMEOUT_SECONDS) -> None:
        """Connect, encrypt and sign in; `timeout` in seconds holds for each answer."""
        self._timeout = timeout
        trusted = context or ssl.create_default_context()
        self._client = self._guarded(lambda: self._opened(server, trusted))
        try:
            self._guarded(lambda: self._sign_in(server))
        except JunctionError:
            self.close()
            raise

    def _opened(self, server: MailServer, trusted: ssl.SSLContext) -> imaplib.IMAP4:
        if server.security == "tls":
            return _Tls(server.host, server.port, ssl_context=trusted, timeout=self._timeout)
        client = _Plain(server.host, server.port, timeout=self._timeout)
        if server.security == "starttls":
            client.starttls(trusted)
        return client

    def _sign_in(self, server: MailServer) -> None:
        if not isinstance(self._client.sock, ssl.SSLSocket):
            raise NeedsUser("A password is never sent without TLS.", code="mail_sign_in_refused")
        try:
            if server.token:
                said = f"user={server.username}\x01auth=Bearer {server.token}\x01\x01".encode()
                self._client.authenticate("XOAUTH2", lambda _challenge: said)
            else:
                self._client.login(server.username, server.password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise NeedsUser(f"{server.host} lets nobody in: {_said(error)}", code="mail_sign_in_refused") from error

    def select(self, folder: str) -> str:
        """Open a folder for reading, and return its validity: uids of another validity mean other mails."""
        quoted = '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
        status, said = self._guarded(lambda: self._client.select(quoted, readonly=True))
        if status != "OK":
            raise Later(f"The folder {folder} cannot be opened: {_said(said)}", code="mail_unreachable")
        found = self._client.response("UIDVALIDITY")[1]
        return found[0].decode() if found and found[0] else ""

    def uids_after(self, uid: int) -> list[int]:
        """Return the uids behind one, in order."""
        status, said = self._guarded(lambda: self._client.uid("SEARCH", f"UID {uid + 1}:*"))
        listed = said[0].split() if status == "OK" and said and said[0] else []
        # `*` means the last mail even where that lies before the range.
        return sorted(number for number in map(int, listed) if number > uid)

    def fetch(self, uid: int) -> bytes | None:
        """Return a mail, None when it is gone or larger than LARGEST."""
        status, said = self._guarded(lambda: self._client.uid("FETCH", str(uid), "(UID RFC822.SIZE)"))
        size = _SIZE.search(_line(said)) if status == "OK" else None
        if size is None or int(size[1]) > LARGEST:
            return None
        _, said = self._guarded(lambda: self._client.uid("FETCH", str(uid), "(UID BODY.PEEK[])"))
        return next((bytes(part[1]) for part in said if isinstance(part, tuple) and _names(part[0], uid)), None)

    def holds(self, header_id: str) -> bool:
        """Tell whether the inbox holds a mail with a Message-ID now."""
        self.select("INBOX")
        status, said = self._guarded(lambda: self._client.uid("SEARCH", "HEADER", "Message-ID", f'"{header_id}"'))
        return bool(status == "OK" and said and said[0])

    def idle(self, seconds: float, stopping: Callable[[], bool]) -> bool:
        """Wait until the server tells of something, at most a time; tell whether it did. Without IDLE this only waits a little."""
        if "IDLE" not in self._client.capabilities:
            select.select([], [], [], min(seconds, _POLL_SECONDS))
            return True
        return bool(self._guarded(lambda: self._idle(seconds, stopping)))

    def _idle(self, seconds: float, stopping: Callable[[], bool]) -> bool:
        # The client's own reader would take more than a line, and nobody could wait for what it holds; imaplib knows no IDLE before 3.14.
        tag = self._client._new_tag()  # noqa: SLF001
        lines = _Lines(self._client.sock)
        self._client.send(tag + b" IDLE\r\n")
        told = lines.until((b"+",), seconds, stopping) and lines.until((b"EXISTS", b"RECENT"), seconds, stopping)
        self._client.send(b"DONE\r\n")
        lines.until((tag,), TIMEOUT_SECONDS, lambda: False)
        return told

    def _guarded(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except (OSError, imaplib.IMAP4.error, EOFError, ValueError) as error:
            raise Later(f"The mail server cannot be reached: {_said(error)}", code="mail_unreachable", retry_after=30) from error

    def close(self) -> None:
        """End the connection; whatever goes wrong at that is of no account."""
        with suppress(OSError, imaplib.IMAP4.error):
            self._client.logout()
        with suppress(OSError):
            self._client.shutdown()


_ENDED: Final = "the server ended the connection"
_POLL_SECONDS: Final = 20.0
_TURN_SECONDS: Final = 0.5


class _Lines:
    """Lines that a server sends by itself, waited for in short turns."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._rest = b""

    def until(self, marks: Sequence[bytes], seconds: float, stopping: Callable[[], bool]) -> bool:
        """Read lines until one holds a mark; False when none did in time. Raises OSError when the server ends it."""
        turns = int(seconds / _TURN_SECONDS) + 1
        while not stopping():
            *lines, self._rest = self._rest.split(b"\r\n")
            if any(line.startswith(b"* BYE") for line in lines):
                raise ConnectionError(_ENDED)
            if any(mark in line for line in lines for mark in marks):
                return True
            turns -= 1
            if turns < 0:
                return False
            self._rest += self._more()
        return False

    def _more(self) -> bytes:
        if not (getattr(self._sock, "pending", lambda: 0)() or select.select([self._sock], [], [], _TURN_SECONDS)[0]):
            return b""
        found: bytes = self._sock.recv(_IDLE_READ)
        if not found:
            raise ConnectionError(_ENDED)
        return found


def _names(head: bytes, uid: int) -> bool:
    found = _UID.search(head)
    return found is None or int(found[1]) == uid


def _line(said: Sequence[Any]) -> bytes:
    first = said[0] if said else b""
    return first[0] if isinstance(first, tuple) else first or b""


def _said(what: object) -> str:
    return str(what)[:200]
