"""What was done, or is to be done, with contacts, companies and deals."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from server.store.declaration import Record, Resource
from server.store.fields import Boolean, CompanyId, ContactId, DealId, LongText, Moment, Participant, Text
from server.store.resources.documents import WithContent


class Activity(Record):
    """A call, meeting, task, note or e-mail."""

    type: Literal["call", "meeting", "task", "note", "email"]
    subject: Text | None = None
    body: LongText | None = None
    due_at: Moment | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    done: Boolean = False
    contact_id: ContactId | None = None
    deal_id: DealId | None = None
    company_id: CompanyId | None = None
    participants: Annotated[list[Participant], Field(max_length=200)] = []


RESOURCE = Resource(
    Activity,
    noun="activity",
    plural="activities",
    prefix="act",
    title=("subject",),
    indexed=("contact_id", "deal_id", "company_id", "due_at"),
    managed=WithContent,
)
