"""The kinds of record that there are, and which of them a list shows."""

from __future__ import annotations

from typing import Final

from app.client.api import Row
from app.widgets.fields import Field

FILES: Final = {
    "contacts": "Contacts",
    "companies": "Companies",
    "deals": "Deals",
    "activities": "Activities",
    "products": "Products",
    "orders": "Orders",
    "invoices": "Invoices",
    "payments": "Payments",
}
RESOURCES: Final = {**FILES, "documents": "Documents"}
TYPES: Final = "/object-types"
OF_TYPE: Final = "objects/{}"  # what records of a type are called among the resources
RESOURCE: Final = Field(
    "resource",
    "What",
    "choice",
    required=True,
    choices=FILES,
    default="contacts",
    source=TYPES,
    source_keys=("name", "label"),
    source_pattern=OF_TYPE,
)


def resource_of(row: Row) -> Row:
    """Return what a form about files begins with where it was opened over a list: the resource of the list."""
    resource = str(row.get("path", "")).strip("/")
    return {"resource": resource} if resource in RESOURCES or resource.startswith(OF_TYPE.format("")) else {}
