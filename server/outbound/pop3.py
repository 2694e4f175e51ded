"""Reading POP3 mailboxes (RFC 1939): through the address guard, in TLS, by password or XOAUTH2.

Nothing is ever deleted: what was read before is known by its unique id (UIDL), so foreign mail stays where it is.
"""

from __future__ import annotations

import base64
import poplib
import ssl
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import JunctionError, Later, NeedsUser
from server.outbound.imap import LARGEST, TIMEOUT_SECONDS
from server.outbound.sockets import connect

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from server.outbound.imap import MailServer

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


class Pop3Session:
    """A connection to one mailbox. Every method raises Later when the server is away, NeedsUser when it lets nobody in."""

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

    def _opened(self, server: MailServer, trusted: ssl.SSLContext) -> poplib.POP3:
        if server.security == "tls":
            return _Tls(server.host, server.port, context=trusted, timeout=self._timeout)
        client = _Plain(server.host, server.port, timeout=self._timeout)
        if server.security == "starttls":
            client.stls(trusted)
        return client

    def _sign_in(self, server: MailServer) -> None:
        if not isinstance(self._client.sock, ssl.SSLSocket):
            raise NeedsUser("A password is never sent without TLS.", code="mail_sign_in_refused")
        try:
            if server.token:
                said = f"user={server.username}\x01auth=Bearer {server.token}\x01\x01".encode()
                self._client._shortcmd(f"AUTH XOAUTH2 {base64.b64encode(said).decode()}")  # noqa: SLF001
            else:
                self._client.user(server.username)
                self._client.pass_(server.password)
        except poplib.error_proto as error:
            raise NeedsUser(f"{server.host} lets nobody in: {str(error)[:200]}", code="mail_sign_in_refused") from error

    def unique_ids(self) -> dict[str, int]:
        """Return the number of each mail in this session, by its unique id."""
        listed = self._guarded(self._client.uidl)[1]
        return {line.split()[1].decode("ascii", "replace"): int(line.split()[0]) for line in listed if len(line.split()) == 2}

    def fetch(self, number: int) -> bytes | None:
        """Return a mail, None when it is larger than LARGEST."""
        size = int(self._guarded(lambda: self._client.list(number)).split()[2])
        if size > LARGEST:
            return None
        return b"\r\n".join(self._guarded(lambda: self._client.retr(number))[1]) + b"\r\n"

    def holds(self, header_id: str) -> bool:
        """Tell whether one of the newest mails of this session has a Message-ID."""
        last = max(self.unique_ids().values(), default=0)
        heads = (b"\n".join(self._guarded(partial(self._client.top, number, 0))[1]) for number in range(last, max(last - _NEWEST, 0), -1))
        return any(header_id.encode() in head for head in heads)

    def _guarded(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except (OSError, poplib.error_proto, EOFError, ValueError, IndexError) as error:
            raise Later(f"The mail server cannot be reached: {str(error)[:200]}", code="mail_unreachable", retry_after=30) from error

    def close(self) -> None:
        """End the session; whatever goes wrong at that is of no account."""
        with suppress(OSError, poplib.error_proto):
            self._client.quit()
        with suppress(OSError):
            self._client.close()
