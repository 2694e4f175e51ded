"""Business that may be won."""

from __future__ import annotations

from typing import Literal

from server.store.declaration import Record, Resource
from server.store.fields import CompanyId, ContactId, Date, Money, Percent, Text


class Deal(Record):
    """A possible sale, on its way through the stages of a pipeline."""

    name: Text
    stage: Text | None = None
    pipeline: Text | None = None
    value: Money | None = None
    close_date: Date | None = None
    probability: Percent | None = None
    contact_id: ContactId | None = None
    company_id: CompanyId | None = None
    status: Literal["open", "won", "lost"] = "open"


RESOURCE = Resource(Deal, noun="deal", plural="deals", prefix="deal", indexed=("contact_id", "company_id"))
