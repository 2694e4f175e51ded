"""What was ordered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from server.store.declaration import Record, Resource
from server.store.fields import CompanyId, ContactId, DealId, LineItem, Moment, Money, Text


class Order(Record):
    """Goods or services that a customer ordered."""

    number: Text
    status: Literal["draft", "placed", "fulfilled", "cancelled"] = "draft"
    contact_id: ContactId | None = None
    company_id: CompanyId | None = None
    deal_id: DealId | None = None
    ordered_at: Moment | None = None
    total: Money | None = None
    items: Annotated[list[LineItem], Field(max_length=500)] = []


RESOURCE = Resource(
    Order, noun="order", plural="orders", prefix="ord", title=("number",), indexed=("number", "contact_id", "company_id"), identity=("number",)
)
