"""What a vendor's rows may be here, by the names of listings and of fields, and the field maps that follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.sdk.drafts.descriptions import Description
from connectors.sdk.drafts.naming import singular

NOUNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("contact", "person", "people", "member", "subscriber", "customer", "lead", "recipient", "connection"), "contact"),
    **dict.fromkeys(("company", "organization", "organisation"), "company"),
    **dict.fromkeys(("deal", "opportunity"), "deal"),
    **dict.fromkeys(("task", "event", "meeting", "note", "message"), "activity"),
    **{noun: noun for noun in ("product", "order", "invoice", "payment")},
}
PLURALS: Final[Mapping[str, str]] = {"company": "companies", "activity": "activities"}
KINDS: Final[Mapping[str, str]] = {"task": "task", "event": "meeting", "meeting": "meeting", "message": "email"}
"""What kind of activity a listing holds; notes where it does not say."""
SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "email": ("email", "email_address", "emailAddress", "EmailAddress", "mail", "fields.all.email", "emailAddresses.0.value"),
    "first_name": ("first_name", "firstName", "firstname", "FirstName", "given_name", "givenName", "fields.all.firstname"),
    "last_name": ("last_name", "lastName", "lastname", "LastName", "family_name", "familyName", "surname", "fields.all.lastname"),
    "phone": ("phone", "phone_number", "phoneNumber", "mobile", "mobilePhone"),
    "name": ("name", "Name", "title", "display_name", "displayName"),
    "domain": ("domain", "website"),
    "sku": ("sku", "code", "Code"),
    "description": ("description", "Description"),
    "number": ("number", "order_number", "invoice_number", "InvoiceNumber", "OrderNumber", "name", "id"),
    "subject": ("subject", "summary", "title", "name"),
    "body": ("body", "bodyPreview", "description", "text"),
    "amount.amount": ("amount", "total", "Amount"),
    "amount.currency": ("currency", "currency_code", "CurrencyCode"),
}
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "contact": ("email", "first_name", "last_name", "phone"),
    "company": ("name", "domain", "phone"),
    "deal": ("name",),
    "product": ("name", "sku", "description"),
    "activity": ("subject", "body"),
    "order": ("number",),
    "invoice": ("number",),
    "payment": ("amount.amount", "amount.currency"),
}
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "contact": (),
    "company": ("name",),
    "deal": ("name",),
    "product": ("name",),
    "activity": ("subject",),
    "order": ("number",),
    "invoice": ("number",),
    "payment": ("amount.amount", "amount.currency"),
}
"""Without these a row cannot be one of ours."""
TEXTS: Final = ("number", "sku")


def noun_of(name: str, description: Description | None = None, schema: Mapping[str, Any] | None = None) -> str:
    """Return what rows of a listing are here, nothing where there is nothing like it, or where what one needs is not in the schema."""
    found = NOUNS.get(singular(name.rsplit("_", 1)[-1]), "")
    if not found or description is None:
        return found
    fields = fields_of(found, description, schema or {})
    return found if fields and all(one in fields for one in NEEDED[found]) else ""


def fields_of(noun: str, description: Description, schema: Mapping[str, Any]) -> dict[str, str]:
    """Return which of our fields stand where in a row, for values that are plain."""
    found: dict[str, str] = {}
    for ours in FIELDS[noun]:
        plain = [path for path in SYNONYMS[ours] if (one := description.at(schema, path)) is not None and is_plain(one)]
        if plain and plain[0] not in found.values():
            found[ours] = plain[0]
    return found


def is_plain(schema: Mapping[str, Any]) -> bool:
    """Tell whether a value is a text or a number."""
    kinds = schema.get("type", "string")
    return any(kind in ("string", "integer", "number") for kind in (kinds if isinstance(kinds, list) else [kinds]))


def maps_of(name: str, description: Description, schema: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the head of a listing's field maps and its fields; both empty where its rows are nothing of ours."""
    noun = noun_of(name, description, schema)
    if not noun:
        return {}, {}
    kind = KINDS.get(singular(name.rsplit("_", 1)[-1]), "note")
    head = {"local": noun, "defaults": {"type": kind} if noun == "activity" else {}}
    fields: dict[str, Any] = {}
    for ours, theirs in fields_of(noun, description, schema).items():
        numeric = description.at(schema, theirs) or {}
        text = ours in TEXTS or (numeric.get("type") in ("integer", "number") and not ours.startswith("amount"))
        one_way = noun == "payment" or theirs == "id" or text
        extra = (
            ({"convert": "text"} if text else {}) | ({"convert": "amount"} if ours == "amount.amount" else {}) | ({"way": "in"} if one_way else {})
        )
        fields[ours] = {"remote": theirs, **extra} if extra else theirs
    return head, fields
