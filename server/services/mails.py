"""The appliance's own mails: composed from templates when they are sent, so what waits is only a template's name and values.

The templates lie in `resources/mail`: `<kind>.txt`, whose first line is the subject, and `<kind>.html`. Jinja2 is loaded by
the process that sends, at its first mail.
"""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain import signing
from server.outbound import alerting, mail
from server.outbound.mail import Mail
from server.services import branding, outbox
from server.system import clock

if TYPE_CHECKING:
    from jinja2 import Environment

    from server.system.settings import Settings

TEMPLATES: Final = Path(__file__).parents[2] / "resources" / "mail"
KINDS: Final = ("alert", "daily_report", "domain_changed", "invitation", "password_reset", "stream_paused", "webhook_failing")


def queue(kind: str, to: str, values: dict[str, Any], *, useful_ms: int) -> None:
    """Queue a mail of a kind, in the open transaction if there is one; `values` are what its template names."""
    outbox.queue("mail", kind, {"kind": kind, "to": to, "values": values}, useful_ms=useful_ms)


def configured(settings: Settings) -> bool:
    """Tell whether the appliance can send mail at all."""
    return bool(settings.mail.system_smtp)


def send_due_mails(settings: Settings) -> int:
    """Send the mails and alerts that are due, and return how many went out. Without a mail server mails wait until they expire."""
    senders: dict[str, Any] = {}
    if configured(settings):
        senders["mail"] = partial(_send, settings)
    if settings.alerts.webhook_url:
        senders["webhook"] = partial(_post, settings)
    return outbox.work_off(senders)


def _send(settings: Settings, message_id: str, message: dict[str, Any]) -> None:
    mail.send(settings.mail.system_smtp, compose(settings, message_id, message["kind"], message["to"], message["values"]))


def _post(settings: Settings, message_id: str, message: dict[str, Any]) -> None:
    """Post an alert, signed now: receivers refuse a signature that has waited."""
    body, at = orjson.dumps(message), clock.now_ms() // 1000
    headers = {"Content-Type": "application/json", "webhook-id": message_id, "webhook-timestamp": str(at)}
    if settings.alerts.webhook_secret:
        headers["webhook-signature"] = signing.sign([signing.secret_bytes(settings.alerts.webhook_secret)], message_id, at, body)
    alerting.post(settings.alerts.webhook_url, headers, body)


def compose(settings: Settings, message_id: str, kind: str, to: str, values: dict[str, Any]) -> Mail:
    """Return a mail of a kind, branded, as text and as HTML."""
    known = {**values, "brand": branding.current(settings), "public_url": settings.server.public_url}
    subject, _, text = _templates().get_template(f"{kind}.txt").render(known).partition("\n")
    html = _templates().get_template(f"{kind}.html").render(known)
    return Mail(message_id, settings.mail.system_from, to, subject, text.lstrip("\n"), html)


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
