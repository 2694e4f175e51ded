"""Handing messages to providers over HTTP, through the one transport of vendors: vetted addresses, no redirect, bounds of time and size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from connectors.sdk.errors import ConnectorError
from server.domain.errors import Later
from server.domain.mail import provider_apis
from server.domain.redaction import redact_text
from server.outbound.mail_apis import mailgun, sendgrid, ses
from server.outbound.vendors.transport import Transport
from server.system import clock

if TYPE_CHECKING:
    from connectors.sdk.request import Response
    from server.outbound.mail_apis.letters import ApiAccount, Letter

_APIS: Final[dict[str, Any]] = {"sendgrid": sendgrid, "ses": ses, "mailgun": mailgun}
_KEPT: Final = 1000


class Handed(NamedTuple):
    """What a provider answered: its own `identity` of the message where it took it, else its words."""

    status: int
    identity: str
    words: str

    @property
    def accepted(self) -> bool:
        """Whether it took the message."""
        return 200 <= self.status <= 299


class Hand:
    """A kept connection to one account's provider."""

    def __init__(self, account: ApiAccount, seconds: float = 30.0) -> None:
        """Take the account; nothing is connected yet."""
        self.account = account
        host = urlsplit(account.endpoint).hostname
        self._api = _APIS[account.provider]
        self._transport = Transport(lambda one: one == host, {"provider": account.provider}, seconds)

    def over(self, letter: Letter) -> Handed:
        """Hand a message over, and return the answer.

        Raises Unprocessable for a message that this provider cannot be given, and Later (`mail_unreachable`) where no answer came: the
        provider may have it, or not.
        """
        asked = self._api.request(self.account, letter, clock.now_ms())
        title = provider_apis.APIS[self.account.provider].title
        try:
            answered = self._transport.send(asked)
        except ConnectorError as error:
            raise Later(f"{title}: {error.detail}"[:_KEPT], code="mail_unreachable") from error
        if 200 <= answered.status <= 299:
            return Handed(answered.status, self._taken(answered), "")
        return Handed(answered.status, "", f"{title} answered {answered.status}: {self._words(answered)}{_wait(answered)}"[:_KEPT])

    def _taken(self, response: Response) -> str:
        """Return the id of a message that was taken, empty where the answer does not tell it."""
        try:
            return str(self._api.identity(response))[:200]
        except (ConnectorError, AttributeError):
            return ""

    def _words(self, response: Response) -> str:
        try:
            said = str(self._api.words(response))
        except (ConnectorError, AttributeError, TypeError, KeyError):
            # An answer of something that stands before the provider.
            said = response.body[:_KEPT].decode("utf-8", "replace")
        return " ".join(redact_text(said).split())[:_KEPT]

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()


def _wait(response: Response) -> str:
    seconds = response.headers.get("retry-after", "")
    return f" Try again in {seconds} seconds." if seconds.isdigit() else ""
