"""What a tenant sells."""

from __future__ import annotations

from server.store.declaration import Record, Resource
from server.store.fields import Boolean, LongText, Money, Text


class Product(Record):
    """A good or service with a price."""

    name: Text
    sku: Text | None = None
    description: LongText | None = None
    price: Money | None = None
    unit: Text | None = None
    active: Boolean = True


RESOURCE = Resource(Product, noun="product", plural="products", prefix="prd", indexed=("sku",), identity=("sku",))
