"""GraphQL: one address for questions and changes, each answered in GraphQL's own form."""

from __future__ import annotations

from typing import Annotated, Any, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field

from server.domain.errors import Fault, Unprocessable
from server.web import bodies
from server.web.calls import Answer, Call
from server.web.routes import Group, Runs

MEDIA_TYPE: Final = "application/graphql-response+json"


class GraphqlRequest(BaseModel):
    """A question; a list of them is answered by a list."""

    model_config = ConfigDict(extra="forbid")

    query: Annotated[str, Field(min_length=1, max_length=100_000)]
    operationName: Annotated[str, Field(max_length=200)] | None = None  # noqa: N815 - GraphQL's own name
    variables: dict[str, Any] | None = None
    extensions: Annotated[dict[str, Any] | None, Field(description="Accepted, and not used.")] = None


class GraphqlError(BaseModel):
    """Something that was refused or failed; `extensions` hold `code`, `status` and, as problem documents do, `errors`."""

    message: str
    locations: list[dict[str, int]] | None = None
    path: list[str | int] | None = None
    extensions: dict[str, Any]


class GraphqlResponse(BaseModel):
    """What was asked for, and what went wrong on the way."""

    data: dict[str, Any] | None = None
    errors: list[GraphqlError] | None = None


def run_graphql(call: Call) -> Answer:
    """Answer one question, or several."""
    # Loading takes a quarter of a second, which only those have to wait who ask.
    from server.web.graphql import execution
    from server.web.graphql.measures import Limits

    several = isinstance(call.document, list)
    limit = call.settings.graphql
    allowed = Limits(limit.max_depth, limit.max_aliases, limit.max_cost)
    prepared = [execution.prepare(call.actor, question, allowed, introspection=limit.introspection) for question in _questions(call)]
    questions = [one for one in prepared if isinstance(one, execution.Prepared)]
    call.charge(sum(execution.units(one.cost) for one in questions) - 1)
    if any(one.changes for one in questions):
        call.need_room()
    found = [one if isinstance(one, dict) else execution.run(call.actor, one) for one in prepared]
    return _answered(call, found if several else found[0], refused=not several and not isinstance(prepared[0], execution.Prepared))


def _questions(call: Call) -> list[Any]:
    from server.web.graphql.execution import Question

    given, most = call.document if isinstance(call.document, list) else [call.document], call.settings.graphql.max_batch
    if not 1 <= len(given) <= most:
        raise Unprocessable(
            f"A request holds 1 to {most} questions.", code="graphql_batch_size", faults=[Fault("", "graphql_batch_size", f"There are {len(given)}.")]
        )
    found = []
    for one in given:
        request: Any = bodies.validate(GraphqlRequest, one)
        found.append(Question(request.query, request.operationName, request.variables or {}))
    return found


def _answered(call: Call, found: Any, *, refused: bool) -> Answer:
    """Return the answer in the media type that was asked for: of the newer one, a status that says whether anything ran."""
    body = orjson.dumps(found, default=str)
    if MEDIA_TYPE in call.headers.get("Accept", ""):
        return Answer(body, 400 if refused else 200, content_type=MEDIA_TYPE)
    return Answer(body)


_EXAMPLE: Final = {"query": "query Newest($first: Int) {contacts(first: $first) {nodes {id email company {name}}}}", "variables": {"first": 5}}
_GROUP: Final = Group("/api/v1/graphql", "GraphQL")
ROUTES: Final = [
    _GROUP.post(
        "",
        run_graphql,
        "Ask and change by GraphQL",
        runs=Runs.WORK,
        priced=True,
        when_full=True,
        document=GraphqlRequest,
        answer=GraphqlResponse,
        also={400: "In the newer media type: the question was refused, and nothing ran."},
        produces=f"application/json, {MEDIA_TYPE}",
        example=_EXAMPLE,
    ),
]
