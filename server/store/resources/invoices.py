"""What is to be paid."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from server.store.declaration import Record, Resource
from server.store.fields import CompanyId, ContactId, Date, LineItem, Money, OrderId, Text


class Invoice(Record):
    """A demand for payment."""

    number: Text
    status: Literal["draft", "open", "paid", "void", "uncollectible"] = "draft"
    contact_id: ContactId | None = None
    company_id: CompanyId | None = None
    order_id: OrderId | None = None
    issued_on: Date | None = None
    due_on: Date | None = None
    total: Money | None = None
    items: Annotated[list[LineItem], Field(max_length=500)] = []


RESOURCE = Resource(
    Invoice, noun="invoice", plural="invoices", prefix="inv", title=("number",), indexed=("number", "contact_id", "company_id"), identity=("number",)
)
