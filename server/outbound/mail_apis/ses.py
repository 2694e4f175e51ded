"""Amazon SES by `SendEmail` of its API version 2: the message goes as it is; the service puts in a Message-ID and Date of its own and signs.

docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Final

from connectors.sdk.request import Request, Response
from server.outbound.vendors.sigv4 import Signer

if TYPE_CHECKING:
    from server.outbound.mail_apis.letters import ApiAccount, Letter

_PATH: Final = "/v2/email/outbound-emails"
_TAG: Final = "recipient"


def request(account: ApiAccount, letter: Letter, now_ms: int) -> Request:
    """Return the request that hands a message over, signed with the account's key."""
    asked = {
        "FromEmailAddress": letter.sender,
        "Destination": {"ToAddresses": [letter.recipient]},
        "Content": {"Raw": {"Data": base64.b64encode(letter.raw).decode()}},
        "EmailTags": [{"Name": _TAG, "Value": letter.mark}],
    }
    body, url = json.dumps(asked).encode(), account.endpoint + _PATH
    signer = Signer(account.key_id, account.key, account.region, "ses")
    return Request("POST", url, body=body, headers={"Content-Type": "application/json", **signer.headers("POST", url, (), body, now_ms)})


def identity(response: Response) -> str:
    """Return the provider's id of a message that it took."""
    return str(response.document.get("MessageId", ""))


def words(response: Response) -> str:
    """Return why it refused: the name of the error and its message."""
    said = response.document
    name = response.headers.get("x-amzn-errortype", "").partition(":")[0]
    return f"{name}: {said.get('message') or said.get('Message') or ''}"
