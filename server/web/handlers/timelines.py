"""What belongs to a contact, company or deal, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.services import timelines
from server.services.timelines import NOUNS, TimelineEntry
from server.store.records import by_noun
from server.web.calls import Answer, Call, list_answer
from server.web.documents import PAGE_PARAMETERS, TYPES
from server.web.routes import Group, Route

if TYPE_CHECKING:
    from server.store.declaration import Resource


def _routes(resource: Resource) -> list[Route]:
    noun = resource.noun

    def timeline(call: Call) -> Answer:
        limit = call.number("limit", 50, 1, 200)
        found, cursor = timelines.list_page(call.actor, resource, call.params["id"], call.names("types"), call.query("cursor"), limit)
        return list_answer(found, cursor, call)

    group = Group(f"/api/v1/{resource.plural}", resource.plural.capitalize(), resource.scope)
    query = (*PAGE_PARAMETERS, TYPES)
    summary = f"List what belongs to a {noun}, newest first"
    return [group.get("/{id}/timeline", timeline, summary, name=f"list_{noun}_timeline", answer=TimelineEntry, listed=True, query=query)]


ROUTES: Final = [route for noun in NOUNS for route in _routes(by_noun()[noun])]
