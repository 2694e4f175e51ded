"""Reading POP3 mailboxes (RFC 1939): through the address guard, in TLS, by password or XOAUTH2.

Nothing is ever deleted: what was read before is known by its unique id (UIDL), so foreign mail stays where it is.
"""

from __future__ import annotations

import base64
import poplib
from functools import partial
from typing import TYPE_CHECKING, Final

from server.outbound.mailboxes import LARGEST, MailboxSession, Oversized
from server.outbound.sockets import connect

if TYPE_CHECKING:
    import socket
    import ssl

_LONGEST_LINE: Final = 1024 * 1024
_NEWEST: Final = 20
"""Mails among which one that has just come is looked for."""
# poplib refuses longer lines, which some messages have.
poplib._MAXLINE = _LONGEST_LINE  # type: ignore[attr-defined]  # noqa: SLF001 - there is no other way to say so


class _Plain(poplib.POP3):
    """Connects through the guard."""

    def _create_socket(self, timeout: float) -> socket.socket:
        return connect(self.host, self.port, timeout)


class _Tls(poplib.POP3_SSL):
    """Connects through the guard, in TLS from the first byte."""

    def _create_socket(self, timeout: float) -> socket.socket:
        context: ssl.SSLContext = self.context  # type: ignore[attr-defined]
        return context.wrap_socket(connect(self.host, self.port, timeout), server_hostname=self.host)


class Pop3Session(MailboxSession[poplib.POP3]):
    """A connection to one mailbox over POP3."""

    AWAY = (*MailboxSession.AWAY, poplib.error_proto, IndexError)

    def _opened(self, trusted: ssl.SSLContext) -> poplib.POP3:
        server = self._server
        if server.security == "tls":
            return _Tls(server.host, server.port, context=trusted, timeout=self._timeout)
        client = _Plain(server.host, server.port, timeout=self._timeout)
        if server.security == "starttls":
            client.stls(trusted)
        return client

    def _socket(self) -> object:
        return self._client.sock

    def _sign_in(self) -> None:
        try:
            if self._server.token:
                self._client._shortcmd(f"AUTH XOAUTH2 {base64.b64encode(self._server.bearer).decode()}")  # type: ignore[attr-defined]  # noqa: SLF001
            else:
                self._client.user(self._server.username)
                self._client.pass_(self._server.password)
        except poplib.error_proto as error:
            raise self._refused(error) from error

    def _leave(self) -> None:
        self._client.quit()

    def _hang_up(self) -> None:
        self._client.close()

    def unique_ids(self) -> dict[str, int]:
        """Return the number of each mail in this session, by its unique id."""
        listed = self._guarded(self._client.uidl)[1]
        return {line.split()[1].decode("ascii", "replace"): int(line.split()[0]) for line in listed if len(line.split()) == 2}

    def fetch(self, number: int) -> bytes | Oversized:
        """Return a mail, of one larger than LARGEST its header."""
        size = int(self._guarded(lambda: self._client.list(number)).split()[2])
        if size > LARGEST:
            return Oversized(b"\r\n".join(self._guarded(lambda: self._client.top(number, 0))[1]) + b"\r\n", size)
        return b"\r\n".join(self._guarded(lambda: self._client.retr(number))[1]) + b"\r\n"

    def holds(self, header_id: str) -> bool:
        """Tell whether one of the newest mails of this session has a Message-ID."""
        last = max(self.unique_ids().values(), default=0)
        heads = (b"\n".join(self._guarded(partial(self._client.top, number, 0))[1]) for number in range(last, max(last - _NEWEST, 0), -1))
        return any(header_id.encode() in head for head in heads)
