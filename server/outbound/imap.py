"""Reading IMAP mailboxes (RFC 9051): through the address guard, in TLS, by password or XOAUTH2; new mail is waited for with IDLE (RFC 2177).

Nothing is ever changed in a mailbox: folders are opened read-only, and bodies are fetched with PEEK, so that no mail is marked as read.
"""

from __future__ import annotations

import base64
import imaplib
import re
import select
import ssl
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Later
from server.outbound.mailboxes import LARGEST, TIMEOUT_SECONDS, MailboxSession, Oversized, brief
from server.outbound.sockets import connect

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

_UID: Final = re.compile(rb"UID (\d+)")
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_FOREIGN: Final = re.compile(r"[^\x20-\x7e]+")
# The fields by which a mail is known that is too large to be fetched; a header itself can be large.
_TELLING: Final = "DATE FROM TO CC SUBJECT MESSAGE-ID REFERENCES IN-REPLY-TO"
_IDLE_READ: Final = 65_536
# imaplib refuses longer lines; a search of a folder with 100,000 mails answers with a longer one.
imaplib._MAXLINE = 16 * 1024 * 1024  # type: ignore[attr-defined]  # noqa: SLF001 - there is no other way to say so


def encoded_name(folder: str) -> str:
    """Return a folder's name as it is written (RFC 3501, section 5.1.3): what is not ASCII in a base64 of UTF-16."""
    return _FOREIGN.sub(_shifted, folder.replace("&", "&-"))


def _shifted(match: re.Match[str]) -> str:
    packed = base64.b64encode(match[0].encode("utf-16-be")).decode().rstrip("=")
    return f"&{packed.replace('/', ',')}-"


class _Plain(imaplib.IMAP4):
    """Connects through the guard."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return connect(self.host, self.port, timeout)


class _Tls(imaplib.IMAP4_SSL):
    """Connects through the guard, in TLS from the first byte."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        context: ssl.SSLContext = self.ssl_context
        return context.wrap_socket(connect(self.host, self.port, timeout), server_hostname=self.host)


class ImapSession(MailboxSession[imaplib.IMAP4]):
    """A connection to one mailbox over IMAP."""

    AWAY = (*MailboxSession.AWAY, imaplib.IMAP4.error)

    def _opened(self, trusted: ssl.SSLContext) -> imaplib.IMAP4:
        server = self._server
        if server.security == "tls":
            return _Tls(server.host, server.port, ssl_context=trusted, timeout=self._timeout)
        client = _Plain(server.host, server.port, timeout=self._timeout)
        if server.security == "starttls":
            client.starttls(trusted)
        return client

    def _socket(self) -> object:
        return self._client.sock

    def _sign_in(self) -> None:
        try:
            if self._server.token:
                self._client.authenticate("XOAUTH2", lambda _challenge: self._server.bearer)
            else:
                self._client.login(self._server.username, self._server.password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise self._refused(error) from error

    def _leave(self) -> None:
        self._client.logout()

    def _hang_up(self) -> None:
        self._client.shutdown()

    def select(self, folder: str) -> str:
        """Open a folder for reading, and return its validity: uids of another validity mean other mails."""
        quoted = '"' + encoded_name(folder).replace("\\", "\\\\").replace('"', '\\"') + '"'
        status, said = self._guarded(lambda: self._client.select(quoted, readonly=True))
        if status != "OK":
            raise Later(f"The folder {folder} cannot be opened: {brief(said)}", code="mail_unreachable")
        self._told()
        found = self._client.response("UIDVALIDITY")[1]
        return found[0].decode() if found and found[0] else ""

    def uids_after(self, uid: int) -> list[int]:
        """Return the uids behind one, in order."""
        self._told()
        status, said = self._guarded(lambda: self._client.uid("SEARCH", f"UID {uid + 1}:*"))
        listed = said[0].split() if status == "OK" and said and said[0] else []
        # `*` means the last mail even where that lies before the range.
        return sorted(number for number in map(int, listed) if number > uid)

    def fetch(self, uid: int) -> bytes | Oversized | None:
        """Return a mail, of one larger than LARGEST its header; None when it is gone."""
        status, said = self._guarded(lambda: self._client.uid("FETCH", str(uid), "(UID RFC822.SIZE)"))
        size = _SIZE.search(_line(said)) if status == "OK" else None
        if size is None:
            return None
        if int(size[1]) > LARGEST:
            return Oversized(self._part(uid, f"HEADER.FIELDS ({_TELLING})") or b"", int(size[1]))
        return self._part(uid, "")

    def _part(self, uid: int, section: str) -> bytes | None:
        _, said = self._guarded(lambda: self._client.uid("FETCH", str(uid), f"(UID BODY.PEEK[{section}])"))
        return next((bytes(part[1]) for part in said if isinstance(part, tuple) and _names(part[0], uid)), None)

    def holds(self, header_id: str) -> bool:
        """Tell whether the inbox holds a mail with a Message-ID now."""
        self.select("INBOX")
        status, said = self._guarded(lambda: self._client.uid("SEARCH", "HEADER", "Message-ID", f'"{header_id}"'))
        return bool(status == "OK" and said and said[0])

    def idle(self, seconds: float, stopping: Callable[[], bool]) -> bool:
        """Wait until the server tells of something, at most a time; tell whether it did. Without IDLE this only waits a little.

        What came since the last search may have been told beside its answer or a mail's; a server tells nothing twice.
        """
        if self._told():
            return True
        if "IDLE" not in self._client.capabilities:
            select.select([], [], [], min(seconds, _POLL_SECONDS))
            return True
        return bool(self._guarded(lambda: self._idle(seconds, stopping)))

    def _told(self) -> bool:
        """Tell whether more mail was told of beside the answers to commands, once."""
        return bool(self._client.response("EXISTS")[1][0])

    def _idle(self, seconds: float, stopping: Callable[[], bool]) -> bool:
        # The client's own reader would take more than a line, and nobody could wait for what it holds; imaplib knows no IDLE before 3.14.
        tag = self._client._new_tag()  # noqa: SLF001
        lines = _Lines(self._client.sock)
        self._client.send(tag + b" IDLE\r\n")
        lines.until(b"+", seconds, stopping)
        told = lines.news or lines.until(b"", seconds, stopping)
        self._client.send(b"DONE\r\n")
        lines.until(tag, TIMEOUT_SECONDS, lambda: False)
        return told or lines.news


_ENDED: Final = "the server ended the connection"
_POLL_SECONDS: Final = 20.0
_TURN_SECONDS: Final = 0.5


class _Lines:
    """Lines that a server sends by itself, waited for in short turns; `news` says that one of them told of mail."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._rest = b""
        self.news = False

    def until(self, mark: bytes, seconds: float, stopping: Callable[[], bool]) -> bool:
        """Read lines until one begins with a mark, an empty one stands for news; False when none did in time.

        Raises OSError when the server ends it.
        """
        turns = int(seconds / _TURN_SECONDS) + 1
        while not stopping():
            while b"\r\n" in self._rest:
                line, _, self._rest = self._rest.partition(b"\r\n")
                if line.startswith(b"* BYE"):
                    raise ConnectionError(_ENDED)
                self.news = self.news or line.endswith((b"EXISTS", b"RECENT"))
                if line.startswith(mark) and (mark or self.news):
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
