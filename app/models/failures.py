"""Why a delivery failed, in words: one table of the codes that attempts end with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from app.system.languages import tr

FAILURES: Final[Mapping[str, str]] = {
    "connection_closed": "Connection closed",
    "connection_failed": "No connection",
    "connection_refused": "Connection refused",
    "connection_reset": "Connection reset",
    "dns_failed": "The name does not resolve",
    "egress_proxy_failed": "The proxy failed",
    "request_failed": "The request failed",
    "response_broken": "The answer broke off",
    "response_malformed": "The answer is not HTTP",
    "template_failed": "The template failed",
    "timeout": "No answer in time",
    "tls_certificate_invalid": "The certificate is not valid",
    "tls_failed": "TLS failed",
    "token_failed": "No token was given",
    "url_invalid": "The address is not valid",
    "webhook_address_refused": "The address is not allowed",
}
_STATUS: Final = re.compile(r"status_(\d{3})")


def failure(code: str) -> str:
    """Return what a code means in the user's language; one that is not known is shown as it came."""
    if answered := _STATUS.fullmatch(code):
        return tr("Answered {status}", status=answered.group(1))
    return tr(FAILURES[code]) if code in FAILURES else code
