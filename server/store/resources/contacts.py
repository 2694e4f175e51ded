"""People a tenant deals with."""

from __future__ import annotations

from server.store.declaration import Record, Resource
from server.store.fields import Address, CompanyId, Email, Phone, Text


class Contact(Record):
    """A person."""

    first_name: Text | None = None
    last_name: Text | None = None
    email: Email | None = None
    phone: Phone | None = None
    title: Text | None = None
    company_id: CompanyId | None = None
    address: Address | None = None
    source: Text | None = None
    lifecycle: Text | None = None


RESOURCE = Resource(
    Contact, noun="contact", plural="contacts", prefix="con", title=("first_name", "last_name"), indexed=("email", "company_id"), identity=("email",)
)
