"""Organisations that contacts work for and deals are made with."""

from __future__ import annotations

from server.store.declaration import Record, Resource
from server.store.fields import Address, Domain, Phone, Text


class Company(Record):
    """An organisation."""

    name: Text
    domain: Domain | None = None
    phone: Phone | None = None
    industry: Text | None = None
    address: Address | None = None


RESOURCE = Resource(Company, noun="company", plural="companies", prefix="cmp", indexed=("domain", "name"), identity=("domain",))
