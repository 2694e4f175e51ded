"""The types that resource fields are made of; each normalises what it accepts and says plainly what it refuses."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from server.domain import money
from server.store.declaration import Kind
from server.system import clock

_EMAIL: Final = re.compile(r"[^@\s,;<>\x00-\x1f]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,62}\Z")
_PHONE: Final = re.compile(r"[0-9+()\-./ xextEXT#*]{3,40}\Z")
_DOMAIN: Final = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,62}\Z")
BIGGEST: Final = 2**63 - 1


def _email(text: str) -> str:
    if not _EMAIL.match(text):
        message = "is not an e-mail address"
        raise ValueError(message)
    return text.lower()


def _phone(text: str) -> str:
    if not _PHONE.match(text):
        message = "is not a telephone number"
        raise ValueError(message)
    return text


def _domain(text: str) -> str:
    if not _DOMAIN.match(text):
        message = "is not a domain name such as example.com"
        raise ValueError(message)
    return text.lower()


def _date(text: Any) -> Any:
    if not isinstance(text, str):
        message = "is not a date such as 2026-11-20"
        raise ValueError(message)  # noqa: TRY004 - pydantic reports ValueError only
    return date.fromisoformat(text).isoformat()


def _moment(text: Any) -> Any:
    if not isinstance(text, str) or len(text) > 40:
        message = "is not a moment such as 2026-11-20T12:00:00Z"
        raise ValueError(message)
    return clock.rfc3339(clock.parse_rfc3339(text))


def _amount(text: Any) -> Any:
    if not isinstance(text, str):
        message = 'is not an amount in a string such as "12.34"'
        raise ValueError(message)  # noqa: TRY004 - pydantic reports ValueError only
    return money.from_units(money.to_units(text))


def _currency(text: str) -> str:
    if text.upper() not in money.CURRENCIES:
        message = "is not an ISO 4217 currency"
        raise ValueError(message)
    return text.upper()


class Address(BaseModel):
    """A postal address."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    line1: Annotated[str, StringConstraints(max_length=300)] | None = None
    line2: Annotated[str, StringConstraints(max_length=300)] | None = None
    city: Annotated[str, StringConstraints(max_length=200)] | None = None
    region: Annotated[str, StringConstraints(max_length=200)] | None = None
    postal_code: Annotated[str, StringConstraints(max_length=40)] | None = None
    country: Annotated[str, StringConstraints(max_length=100)] | None = None


class MoneyValue(BaseModel):
    """An exact amount in a currency: `{"amount": "12.34", "currency": "EUR"}`."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    amount: Annotated[str, BeforeValidator(_amount), Field(examples=["12.34"], json_schema_extra={"pattern": money.PATTERN})]
    currency: Annotated[str, AfterValidator(_currency), Field(examples=["EUR"], json_schema_extra={"enum": sorted(money.CURRENCIES)})]


class Participant(BaseModel):
    """Somebody who takes part in an activity."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    email: Annotated[str, AfterValidator(_email), Field(json_schema_extra={"format": "email"})] | None = None
    name: Annotated[str, StringConstraints(max_length=200)] | None = None
    contact_id: Annotated[str, StringConstraints(max_length=40)] | None = None
    role: Annotated[str, StringConstraints(max_length=40)] | None = None


class LineItem(BaseModel):
    """One line of an order or invoice."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    product_id: Annotated[str, StringConstraints(max_length=40)] | None = None
    description: Annotated[str, StringConstraints(max_length=500)] | None = None
    quantity: Annotated[float, Field(strict=True, ge=0, le=1e12)] = 1
    unit_price: MoneyValue | None = None


# What documents say of these: a little narrower than what is accepted, in words that every validator of JSON Schema knows.
_EMAIL_SCHEMA: Final[Any] = Field(examples=["ada@example.com"], json_schema_extra={"format": "email"})
_PHONE_SCHEMA: Final[Any] = Field(examples=["+49 30 1234567"], json_schema_extra={"pattern": r"^[0-9+(][0-9+()./ -]{1,37}[0-9)]$"})
_DOMAIN_SCHEMA: Final[Any] = Field(
    examples=["example.com"], json_schema_extra={"pattern": r"^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,62}$"}
)

Text = Annotated[str, StringConstraints(max_length=500), Kind("text")]
LongText = Annotated[str, StringConstraints(max_length=100_000), Kind("text")]
Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(_email), Kind("text"), _EMAIL_SCHEMA]
Phone = Annotated[str, StringConstraints(max_length=40), AfterValidator(_phone), Kind("text"), _PHONE_SCHEMA]
Domain = Annotated[str, StringConstraints(max_length=253), AfterValidator(_domain), Kind("text"), _DOMAIN_SCHEMA]
Integer = Annotated[int, Field(strict=True, ge=-BIGGEST, le=BIGGEST), Kind("integer")]
Decimal = Annotated[float, Field(strict=True, allow_inf_nan=False), Kind("decimal")]
Percent = Annotated[float, Field(strict=True, ge=0, le=100), Kind("decimal")]
Boolean = Annotated[bool, Field(strict=True), Kind("boolean")]
Date = Annotated[str, BeforeValidator(_date), Kind("date"), Field(json_schema_extra={"format": "date"}, examples=["2026-11-20"])]
Moment = Annotated[
    str, BeforeValidator(_moment), Kind("moment"), Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-20T12:00:00.000Z"])
]
Money = Annotated[MoneyValue, Kind("money")]


_Id = StringConstraints(max_length=40)
ContactId = Annotated[str, _Id, Kind("reference", "contact")]
CompanyId = Annotated[str, _Id, Kind("reference", "company")]
DealId = Annotated[str, _Id, Kind("reference", "deal")]
OrderId = Annotated[str, _Id, Kind("reference", "order")]
InvoiceId = Annotated[str, _Id, Kind("reference", "invoice")]
