"""Money as `{amount: "12.34", currency: "EUR"}` outside and whole ten-thousandths inside: exact, and no float ever.

Four decimals hold every currency of ISO 4217 and unit prices finer than a cent; twelve digits before them fit 64 bits.
"""

from __future__ import annotations

import re
from typing import Final

from server.domain.hints import near_miss

UNITS: Final = 10_000
DECIMALS: Final = 4
SHOWN_DECIMALS: Final = 2
WHOLE_DIGITS: Final = 12

CURRENCIES: Final = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF
    CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF
    IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT
    MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD
    SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS
    VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905 - a table to read
)
"""The codes of ISO 4217 that are in use."""

RETIRED: Final = frozenset({"ANG", "BGN", "CUC", "HRK", "SLL", "ZWL"})
"""Codes withdrawn since 2020: invoices of those years still carry them."""

PATTERN: Final = r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$"
"""How an amount is written, for documents; `to_units` goes by the same rule and says what is wrong."""

_AMOUNT = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,4}))?")
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def to_units(amount: str) -> int:
    """Return an amount in ten-thousandths; raises ValueError with a sentence for the caller."""
    found = _AMOUNT.fullmatch(amount)
    if not found:
        raise ValueError(_complaint(amount))
    sign, whole, decimals = found.groups()
    units = int(whole) * UNITS + int((decimals or "").ljust(DECIMALS, "0"))
    return -units if sign else units


def _complaint(amount: str) -> str:
    if not _PLAIN_NUMBER.fullmatch(amount):
        return "The amount must be a plain decimal number such as '12.34'."
    whole = amount.lstrip("-").partition(".")[0]
    if len(whole) > WHOLE_DIGITS:
        return f"The amount has more than {WHOLE_DIGITS} digits before the point."
    return f"The amount has more than {DECIMALS} decimals."


def from_units(units: int) -> str:
    """Return ten-thousandths as an amount with two decimals, or as many as it needs."""
    whole, rest = divmod(abs(units), UNITS)
    decimals = f"{rest:0{DECIMALS}}".rstrip("0").ljust(SHOWN_DECIMALS, "0")
    return f"{'-' if units < 0 else ''}{whole}.{decimals}"


def check_currency(code: str) -> str:
    """Return the code; raises ValueError when ISO 4217 has never known it, or not in this spelling."""
    if code not in CURRENCIES and code not in RETIRED:
        message = f"'{code[:16]}' is not a currency code of ISO 4217.{near_miss(code, CURRENCIES)}"
        raise ValueError(message)
    return code
