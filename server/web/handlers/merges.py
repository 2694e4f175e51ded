"""Merging contacts or companies, and undoing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.events import MERGEABLE_NOUNS
from server.services import merges
from server.services.merges import Merge, MergeView, Undo
from server.store.records import by_noun
from server.web.calls import Answer, Call, list_answer, record_answer
from server.web.documents import PAGE_PARAMETERS, record_model
from server.web.routes import Group, Route, Runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.store.declaration import Resource


def _merged(found: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Answer:
    document, merge = found
    return record_answer({**document, "merge": merge})


def _routes(resource: Resource) -> list[Route]:
    noun, plural = resource.noun, resource.plural

    def merge(call: Call) -> Answer:
        return _merged(merges.merge(call.actor, resource, call.params["id"], call.body, version=call.version()))

    def unmerge(call: Call) -> Answer:
        return _merged(merges.undo(call.actor, resource, call.params["id"], call.body, version=call.version()))

    def list_recent(call: Call) -> Answer:
        found, cursor = merges.list_recent(call.actor, resource, call.query("cursor"), call.number("limit", 50, 1, 200))
        return list_answer(found, cursor, call)

    def list_merges(call: Call) -> Answer:
        limit = call.number("limit", 50, 1, 200)
        found, cursor = merges.list_page(call.actor, resource, call.params["id"], call.query("cursor"), limit)
        return list_answer(found, cursor, call)

    group = Group(f"/api/v1/{plural}", plural.capitalize(), resource.scope)
    answered: dict[str, Any] = {"runs": Runs.WORK, "takes_version": True, "answer": record_model(resource)}
    example = {"duplicates": [f"{resource.prefix}_0pv3k8e1q5t7cb2m9s4d6f8g0h"]}
    return [
        group.post("/{id}/merge", merge, f"Merge {plural} into this one", name=f"merge_{plural}", body=Merge, example=example, **answered),
        group.post("/{id}/unmerge", unmerge, f"Undo a merge into this {noun}", name=f"unmerge_{plural}", body=Undo, body_optional=True, **answered),
        group.get(
            "/merges",
            list_recent,
            f"List merges of {plural}",
            name=f"list_{plural}_merges",
            answer=MergeView,
            listed=True,
            query=PAGE_PARAMETERS,
        ),
        group.get(
            "/{id}/merges",
            list_merges,
            f"List merges into a {noun}",
            name=f"list_{noun}_merges",
            answer=MergeView,
            listed=True,
            query=PAGE_PARAMETERS,
        ),
    ]


ROUTES: Final = [route for noun in MERGEABLE_NOUNS for route in _routes(by_noun()[noun])]
