"""Mailgun by `POST /v3/{domain}/messages.mime`: the message goes as it is, to the recipient that is named beside it.

documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from connectors.sdk.request import Request, Response

if TYPE_CHECKING:
    from server.outbound.mail_apis.letters import ApiAccount, Letter

_UNTRACKED: Final = ("o:tracking", "no")


def request(account: ApiAccount, letter: Letter, _now_ms: int) -> Request:
    """Return the request that hands a message over; the provider's own tracking stays off, so links are not rewritten twice."""
    from urllib3.filepost import encode_multipart_formdata  # loads only where this provider is used

    message = ("message.eml", letter.raw, "message/rfc822")
    body, kind = encode_multipart_formdata([("to", letter.recipient), ("message", message), _UNTRACKED, ("v:recipient", letter.mark)])
    proof = base64.b64encode(f"api:{account.key}".encode()).decode()
    url = f"{account.endpoint}/v3/{quote(account.domain, safe='')}/messages.mime"
    return Request("POST", url, body=body, headers={"Content-Type": kind, "Authorization": f"Basic {proof}"})


def identity(response: Response) -> str:
    """Return the provider's id of a message that it took."""
    return str(response.document.get("id", ""))


def words(response: Response) -> str:
    """Return why it refused; a wrong key is answered with a bare word."""
    said = response.document
    return str(said.get("message", "")) if isinstance(said, dict) else str(said)
