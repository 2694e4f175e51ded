"""Files that belong to records."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

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


class Content(BaseModel):
    """What is known of a content. `scan` says whether a virus scanner has looked at it; only what is not held back can be read."""

    id: Annotated[str, Field(description="Another one with every upload.")]
    file_name: str
    media_type: str
    size: Annotated[int, Field(description="In bytes.")]
    sha256: Annotated[str, Field(description="The digest of the content, in hexadecimal.")]
    scan: Literal["unscanned", "pending", "clean", "infected", "failed"]
    scan_detail: Annotated[str | None, Field(description="What the scanner found, or why it could not look.")]
    uploaded_at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class WithContent(BaseModel):
    """What the appliance says of a record that can have content."""

    content: Annotated[Content | None, Field(description="What was uploaded as the content; null while there is none.")]


RESOURCE = Resource(Document, noun="document", plural="documents", prefix="doc", indexed=("contact_id", "company_id", "deal_id"), managed=WithContent)
