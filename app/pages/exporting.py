"""What an export wizard has been told so far, and the requests it comes to. It knows no widget."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import uuid4

from app.client.api import Api, Call, Row
from app.client.cancellation import Cancellation
from app.pages.resources import RESOURCE, RESOURCES, resource_of
from app.pages.specs import Action
from app.widgets.fields import Field

CONTENT: Final = Action(
    "content",
    "Keep the file",
    "/exports/{id}/content",
    "GET",
    "download",
    file="{resource}.{format}",
    done="File kept",
    when=lambda job: bool(job["state"] == "completed"),
)
FORMATS: Final = {"csv": "CSV", "xlsx": "Excel", "jsonl": "JSON lines", "xml": "XML", "pdf": "PDF"}
WHAT: Final = (
    replace(RESOURCE, choices=RESOURCES),
    Field("format", "Format", "choice", required=True, choices=FORMATS, default="csv"),
    Field("filter", "Filter", "json", placeholder='{"email": {"null": false}}', help="Empty: every record."),
)
_STEP: Final = re.compile(r"\[([^\]]*)\]")


@dataclass
class Exporting:
    """One export that is being prepared."""

    document: Row = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    _keys: dict[str, str] = field(default_factory=dict)

    def look(self, api: Api, cancellation: Cancellation) -> tuple[str, ...]:
        """Return the fields that records of this kind have, as one of them shows them; nothing where there is none."""
        page = api.page(f"/{self.document['resource']}", {"limit": 1}, cancellation=cancellation)
        return tuple(page.rows[0]) if page.rows else ()

    def questions(self) -> tuple[Field, ...]:
        """Return the question which fields are written."""
        return (Field("fields", "Fields", "many", required=True, choices=self.fields, default=list(self.fields)),)

    def run(self, chosen: list[str]) -> Call:
        """Return the request that begins; the same export asked for again after silence has the same key."""
        some = {"fields": chosen} if chosen and len(chosen) < len(self.fields) else {}
        body = {**self.document, **some}
        return Call("POST", "/exports", body=body, headers={"Idempotency-Key": self._keys.setdefault(repr(body), str(uuid4()))})


def begun_with(row: Row) -> Row:
    """Return what a wizard that was opened over a list begins with: the resource of the list, and what its filters say."""
    return {**resource_of(row), "filter": filter_of(row.get("query") or {}) or None}


def filter_of(query: Mapping[str, str]) -> dict[str, Any]:
    """Return the filter that parameters such as `filter[email][eq]` say, as the document that an export takes."""
    found: dict[str, Any] = {}
    for name, value in query.items():
        steps = _STEP.findall(name)
        if not name.startswith("filter[") or not steps:
            continue
        inner = found
        for step in steps[:-1]:
            inner = inner.setdefault(step, {})
        inner[steps[-1]] = value
    return found
