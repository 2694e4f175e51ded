"""Asking by GraphQL in this process: a question is prepared and run as the handler does it."""

from __future__ import annotations

from typing import Any

from server.domain.actor import Actor
from server.services import records
from server.store.records import by_noun
from server.web.graphql import execution
from server.web.graphql.execution import Prepared, Question
from server.web.graphql.measures import Limits

LIMITS = Limits(depth=12, aliases=50, cost=5000)


def asked(
    actor: Actor, query: str, variables: dict[str, Any] | None = None, *, name: str | None = None, limits: Limits = LIMITS, introspection: bool = True
) -> dict[str, Any]:
    """Return the whole answer to a question."""
    prepared = execution.prepare(actor, Question(query, name, variables or {}), limits, introspection=introspection)
    return execution.run(actor, prepared) if isinstance(prepared, Prepared) else prepared


def given(actor: Actor, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the answer to a question that meets no error."""
    found = asked(actor, query, variables)
    assert "errors" not in found, found["errors"]
    answer: dict[str, Any] = found["data"]
    return answer


def codes(found: dict[str, Any]) -> list[str]:
    """Return the codes of an answer's errors."""
    return [error["extensions"]["code"] for error in found["errors"]]


def made(actor: Actor, noun: str, **fields: Any) -> dict[str, Any]:
    """Create a record."""
    return records.create(actor, by_noun()[noun], fields)
