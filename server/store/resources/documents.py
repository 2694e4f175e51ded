"""Files that belong to records."""

from __future__ import annotations

from server.store.declaration import Record, Resource
from server.store.fields import CompanyId, ContactId, DealId, LongText, Text


class Document(Record):
    """A file's description; its content is stored apart."""

    name: Text
    description: LongText | None = None
    media_type: Text | None = None
    folder: Text | None = None
    contact_id: ContactId | None = None
    company_id: CompanyId | None = None
    deal_id: DealId | None = None


RESOURCE = Resource(Document, noun="document", plural="documents", prefix="doc", indexed=("contact_id", "company_id", "deal_id"))
