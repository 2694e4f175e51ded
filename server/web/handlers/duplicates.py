"""Groups of contacts or companies that look like one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.domain.events import MERGEABLE_NOUNS
from server.services import duplicates
from server.services.duplicates import DuplicateGroup
from server.store.records import by_noun
from server.web.calls import Answer, Call, list_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group, Route

if TYPE_CHECKING:
    from server.store.declaration import Resource


def _routes(resource: Resource) -> list[Route]:
    plural = resource.plural

    def list_duplicates(call: Call) -> Answer:
        found, cursor = duplicates.list_page(call.actor, resource, call.query("cursor"), call.number("limit", 50, 1, 200))
        return list_answer(found, cursor, call)

    group = Group(f"/api/v1/{plural}", plural.capitalize(), resource.scope)
    name, summary = f"list_{resource.noun}_duplicates", f"List {plural} that look like one"
    return [group.get("/duplicates", list_duplicates, summary, name=name, answer=DuplicateGroup, listed=True, query=PAGE_PARAMETERS)]


ROUTES: Final = [route for noun in MERGEABLE_NOUNS for route in _routes(by_noun()[noun])]
