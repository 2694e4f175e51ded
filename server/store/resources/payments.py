"""What was paid."""

from __future__ import annotations

from typing import Literal

from server.store.declaration import Record, Resource
from server.store.fields import ContactId, InvoiceId, Moment, Money, OrderId, Text


class Payment(Record):
    """Money that moved, or tried to."""

    amount: Money
    status: Literal["pending", "succeeded", "failed", "refunded"] = "pending"
    method: Text | None = None
    reference: Text | None = None
    invoice_id: InvoiceId | None = None
    order_id: OrderId | None = None
    contact_id: ContactId | None = None
    paid_at: Moment | None = None


RESOURCE = Resource(
    Payment,
    noun="payment",
    plural="payments",
    prefix="pay",
    title=("reference",),
    indexed=("reference", "invoice_id", "contact_id"),
    identity=("reference",),
)
