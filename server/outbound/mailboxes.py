"""Opening a mailbox, whatever it is read by: connect through the address guard, encrypt, and sign in by password or XOAUTH2.

A password is never sent without TLS.
"""

from __future__ import annotations

import ssl
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar

from server.domain.errors import JunctionError, Later, NeedsUser

if TYPE_CHECKING:
    from collections.abc import Callable

TIMEOUT_SECONDS: Final = 30
LARGEST: Final = 32 * 1024 * 1024
"""Bytes of the largest mail that is read."""
Client = TypeVar("Client")


@dataclass(frozen=True, slots=True)
class Oversized:
    """A mail that is larger than LARGEST: its header, as far as it tells who wrote what, and how many bytes the whole has."""

    header: bytes
    size: int


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server and how to sign in there; with a token by XOAUTH2, else by password."""

    host: str
    port: int
    security: str
    username: str = ""
    password: str = ""
    token: str = ""

    @property
    def bearer(self) -> bytes:
        """The token as XOAUTH2 says it (https://developers.google.com/workspace/gmail/imap/xoauth2-protocol)."""
        return f"user={self.username}\x01auth=Bearer {self.token}\x01\x01".encode()


class MailboxSession(ABC, Generic[Client]):
    """A connection to one mailbox. Every method raises Later when the server is away or ends it, NeedsUser when it lets nobody in."""

    AWAY: ClassVar[tuple[type[Exception], ...]] = (OSError, EOFError, ValueError)
    """What is raised when the server is away or talks nonsense."""

    def __init__(self, server: MailServer, context: ssl.SSLContext | None = None, timeout: float = TIMEOUT_SECONDS) -> None:
        """Connect, encrypt and sign in; `timeout` in seconds holds for each answer."""
        self._server = server
        self._timeout = timeout
        trusted = context or ssl.create_default_context()
        self._client: Client = self._guarded(lambda: self._opened(trusted))
        try:
            self._guarded(self._let_in)
        except JunctionError:
            self.close()
            raise

    @abstractmethod
    def _opened(self, trusted: ssl.SSLContext) -> Client:
        """Connect, and encrypt as the server's security says."""

    @abstractmethod
    def _socket(self) -> object:
        """Return what the client speaks over."""

    @abstractmethod
    def _sign_in(self) -> None:
        """Say who we are. Raises NeedsUser by `_refused`."""

    @abstractmethod
    def _leave(self) -> None:
        """Take leave."""

    @abstractmethod
    def _hang_up(self) -> None:
        """End the connection."""

    def _let_in(self) -> None:
        if not isinstance(self._socket(), ssl.SSLSocket):
            raise NeedsUser("A password is never sent without TLS.", code="mail_sign_in_refused")
        self._sign_in()

    def _refused(self, error: Exception) -> NeedsUser:
        return NeedsUser(f"{self._server.host} lets nobody in: {brief(error)}", code="mail_sign_in_refused")

    def _guarded(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except self.AWAY as error:
            raise Later(f"{self._server.host} cannot be reached: {brief(error)}", code="mail_unreachable", retry_after=30) from error

    def close(self) -> None:
        """End the connection; whatever goes wrong at that is of no account."""
        with suppress(*self.AWAY):
            self._leave()
        with suppress(OSError):
            self._hang_up()


def brief(what: object) -> str:
    """Return what a server said, or why it cannot be reached, in words and not longer than somebody reads."""
    if isinstance(what, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {what.verify_message}"
    if isinstance(what, ssl.SSLError):
        return f"TLS failed: {(what.reason or str(what)).replace('_', ' ').lower()}"
    if isinstance(what, OSError) and what.strerror:
        return what.strerror
    said = what.args[0] if isinstance(what, Exception) and what.args else what
    said = said[0] if isinstance(said, list) and said else said
    return (said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said))[:200]
