"""SendGrid by `POST /v3/mail/send`, which takes no ready message: it is taken apart into its texts and files, and built anew there.

Each recipient gets a copy that names nobody else, and a message that carries somebody's own signature or encryption cannot be
sent so. docs: sendgrid.com, API reference, Mail Send.
"""

from __future__ import annotations

import base64
from email.utils import getaddresses
from typing import TYPE_CHECKING, Any, Final

from connectors.sdk.request import Request, Response
from server.domain.errors import Unprocessable
from server.domain.mail import reading

if TYPE_CHECKING:
    from server.domain.mail.reading import Mail, Part
    from server.outbound.mail_apis.letters import ApiAccount, Letter

_SEALED: Final = frozenset(
    {"multipart/signed", "multipart/encrypted", "application/pkcs7-mime", "application/pkcs7-signature", "application/pgp-signature"}
    | {"application/pgp-encrypted"}
)
_TEXTS: Final = ("text/plain", "text/html")
# What is said in members of its own, or is the provider's to write.
_NOT_CARRIED: Final = frozenset(
    {"from", "to", "cc", "bcc", "subject", "reply-to", "date", "received", "dkim-signature", "return-path", "mime-version", "sender"}
)
_OFF: Final = {"click_tracking": {"enable": False}, "open_tracking": {"enable": False}}


def request(account: ApiAccount, letter: Letter, _now_ms: int) -> Request:
    """Return the request that hands a message over. Raises Unprocessable (`message_sealed`) for one that must not be taken apart."""
    mail = reading.read(letter.raw)
    if mail.media_type() in _SEALED or any(part.media_type in _SEALED for part in mail.parts):
        detail = "This provider builds messages anew, which would break this one's own signature or encryption."
        raise Unprocessable(detail, code="message_sealed")
    headers = {"Authorization": f"Bearer {account.key}"}
    return Request("POST", account.endpoint + "/v3/mail/send", json=_body(letter, mail), headers=headers)


def _body(letter: Letter, mail: Mail) -> dict[str, Any]:
    texts, files = _parts(mail)
    names = {one["email"].lower(): one for one in reversed([*_people(mail, "To"), *_people(mail, "Cc")])}
    recipient = {**names.get(letter.recipient.lower(), {}), "email": letter.recipient}
    found: dict[str, Any] = {
        "personalizations": [{"to": [recipient], "custom_args": {"recipient": letter.mark}}],
        "from": next(iter(_people(mail, "From")), {"email": letter.sender}),
        "reply_to_list": _people(mail, "Reply-To"),
        # An empty one is refused.
        "subject": mail.header("Subject") or " ",
        "content": [{"type": kind, "value": texts[kind] or " "} for kind in _TEXTS if kind in texts],
        "attachments": files,
        "headers": _headers(mail),
        "tracking_settings": _OFF,
    }
    return {name: value for name, value in found.items() if value not in ([], {})}


def _people(mail: Mail, field: str) -> list[dict[str, str]]:
    """Return who stands in a field; an address is read before its name is decoded, which may hold a comma."""
    found = getaddresses([str(value) for value in mail.message.get_all(field, [])])
    people = [{"email": address, "name": reading.unfolded(name)} for name, address in found if address]
    return [one if one["name"] else {"email": one["email"]} for one in people]


def _headers(mail: Mail) -> dict[str, str]:
    kept = (name for name in mail.message if name.lower() not in _NOT_CARRIED and not name.lower().startswith("content-"))
    return {name: mail.header(name) for name in kept}


def _parts(mail: Mail) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return the first text of each kind, and everything else as files."""
    texts: dict[str, str] = {}
    files: list[dict[str, str]] = []
    for part in mail.parts:
        if part.media_type in _TEXTS and part.media_type not in texts and not part.file_name:
            texts[part.media_type] = reading.decoded(part.content(), str(part.message.get_content_charset("utf-8")))
        else:
            files.append(_file(part))
    return texts, files


def _file(part: Part) -> dict[str, str]:
    found = {"content": base64.b64encode(part.content()).decode(), "type": part.media_type, "filename": part.file_name or "attachment"}
    content_id = (part.message.get("Content-ID") or "").strip("<> ")
    return {**found, "disposition": "inline", "content_id": content_id} if content_id else {**found, "disposition": "attachment"}


def identity(response: Response) -> str:
    """Return the provider's id of a message that it took."""
    return response.headers.get("x-message-id", "")


def words(response: Response) -> str:
    """Return why it refused: each error with the member that it is about."""
    errors = response.document.get("errors") or []
    return "; ".join(f"{one.get('message', '')} ({one['field']})" if one.get("field") else str(one.get("message", "")) for one in errors)
