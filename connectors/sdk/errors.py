"""The six ways in which a vendor's answer is no success, split by what to do next.

    ConnectorError
      NeedsUser      only a person can go on: credential, scope, configuration; never retried
      Later          nothing is wrong with the request; send it again after a while
      Refused        this record is not taken; the others are
      Missing        there is no such thing at the vendor (any more)
      CursorExpired  the place to read on from is no longer known; that partition is listed anew
      VendorBug      the answer breaks the vendor's own rules (not JSON, a token that repeats, a page from elsewhere)

`code` is stable and part of the API, `remedy` is one sentence for whoever has to mend it. Neither ever holds a secret.
"""

from __future__ import annotations

from typing import ClassVar, Final


class ConnectorError(Exception):
    """The vendor did not do what was asked."""

    code: ClassVar[str] = "vendor_failed"
    remedy_by_default: ClassVar[str] = ""

    def __init__(self, detail: str | None = None, *, code: str | None = None, remedy: str | None = None, after: float | None = None) -> None:
        """`after` is in seconds from now, None when the vendor did not say."""
        self.detail = detail or (type(self).__doc__ or "").strip()
        self.stable_code = code or type(self).code
        self.remedy = type(self).remedy_by_default if remedy is None else remedy
        self.after = after
        super().__init__(self.detail)


class NeedsUser(ConnectorError):
    """The vendor no longer accepts this connection."""

    code = "invalid_credential"
    remedy_by_default = "Connect the account again."


class Later(ConnectorError):
    """The vendor asks to come back later."""

    code = "try_later"
    remedy_by_default = "Nothing needs to be done; it is tried again by itself."


class Refused(ConnectorError):
    """The vendor refused this record."""

    code = "record_refused"
    remedy_by_default = "Mend the record, or the mapping of its fields, and try it again."


class Missing(ConnectorError):
    """There is no such thing at the vendor."""

    code = "remote_missing"
    remedy_by_default = "It was deleted at the vendor, or never was there."


class CursorExpired(ConnectorError):
    """The vendor no longer knows where reading had stopped."""

    code = "cursor_expired"
    remedy_by_default = "Nothing needs to be done; the list is read anew by itself."


class VendorBug(ConnectorError):
    """The vendor's answer breaks its own rules."""

    code = "vendor_bug"
    remedy_by_default = "Report it to the publisher of the connector, with the request id of the run."


NOT_READY: Final = "not_ready"
"""The code of a Later for what the vendor is still making: nothing is wrong, and nobody else has to wait."""

# What a test of a connection tells apart, each with what mends it; raised with `refusal(code)` by connector and engine alike.
CODES: dict[str, tuple[type[ConnectorError], str, str]] = {
    "invalid_credential": (NeedsUser, "The vendor does not accept the credential.", "Enter it again, or connect the account again."),
    "scope_missing": (NeedsUser, "The credential lacks a permission.", "Connect again and grant what is listed, or widen the key's permissions."),
    "wrong_host": (NeedsUser, "The address does not belong to this vendor.", "Check the address in the configuration."),
    "host_unreachable": (Later, "The vendor's host could not be reached.", "Check the address, the network and the vendor's status page."),
    "clock_skewed": (NeedsUser, "The clock of this host differs from the vendor's.", "Set the clock of this host, best by NTP."),
    "quota_exhausted": (Later, "The vendor's quota is used up.", "Wait for the quota to be renewed, or raise it at the vendor."),
}


def refusal(code: str, detail: str | None = None, *, after: float | None = None) -> ConnectorError:
    """Return the error of a code in the table."""
    kind, words, remedy = CODES[code]
    return kind(detail or words, code=code, remedy=remedy, after=after)
