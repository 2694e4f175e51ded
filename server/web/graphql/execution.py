"""One question from its text to its answer: parsed, measured, validated, charged, and run.

What is refused before it runs, and what fails while it runs, is an error in GraphQL's form whose `extensions` hold the same
code and faults as a problem document. A fault of ours is logged and says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    parse,
    specified_rules,
    validate,
)

from server.domain.errors import Bug, JunctionError
from server.system import logs
from server.web.graphql.measures import TooMuch, check_text, measure
from server.web.graphql.schema import schema_for
from server.web.problems import status_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql import DocumentNode, GraphQLSchema

    from server.domain.actor import Actor
    from server.web.graphql.measures import Limits

RECORDS_PER_UNIT: Final = 100
"""How many records a question may read for what one request counts against the rate limit."""
_CODES: Final[dict[type, str]] = {GraphQLSyntaxError: "graphql_syntax", GraphQLError: "graphql_invalid"}
_MOST_ERRORS: Final = 20
_MOST_FAILURES: Final = 100
"""A field that fails fails for every record of a page; nobody needs to read that more often."""
log = logs.get_logger()


@dataclass(frozen=True, slots=True)
class Question:
    """One request: its text, the name of the operation in it, and its variables."""

    query: str
    operation_name: str | None
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """What resolvers know of the request."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question that may run, and what it costs."""

    schema: GraphQLSchema
    document: DocumentNode
    question: Question
    cost: int
    changes: bool


def prepare(actor: Actor, question: Question, limits: Limits, *, introspection: bool) -> Prepared | dict[str, Any]:
    """Return a question that may run, or the answer that refuses it."""
    try:
        check_text(question.query)
        document = parse(question.query)
        operation = _operation(document, question.operation_name)
        schema = schema_for(actor)
        cost = measure(schema, document, operation, question.variables, limits)
    except GraphQLError as error:
        return _refusal([error])
    rules = specified_rules if introspection else (*specified_rules, NoSchemaIntrospectionCustomRule)
    faults = validate(schema, document, rules, _MOST_ERRORS)
    return _refusal(faults) if faults else Prepared(schema, document, question, cost, operation.operation is OperationType.MUTATION)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    found = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if name is not None:
        found = [node for node in found if node.name and node.name.value == name]
    if len(found) != 1:
        raise GraphQLError("Name the operation to run by `operationName`." if found else "There is no such operation in the query.")
    return found[0]


def run(actor: Actor, prepared: Prepared) -> dict[str, Any]:
    """Run a question and return its answer."""
    question = prepared.question
    result = execute_sync(
        prepared.schema,
        prepared.document,
        context_value=Context(actor),
        variable_values=dict(question.variables),
        operation_name=question.operation_name,
    )
    return _answer(result, actor)


def _answer(result: ExecutionResult, actor: Actor) -> dict[str, Any]:
    found: dict[str, Any] = {"data": result.data}
    if result.errors:
        found["errors"] = [_error(error, actor.request_id) for error in result.errors[:_MOST_FAILURES]]
    return found


def _refusal(errors: Sequence[GraphQLError]) -> dict[str, Any]:
    return {"errors": [_error(error, None) for error in errors]}


def _error(error: GraphQLError, request_id: str | None) -> dict[str, Any]:
    """Return an error in GraphQL's form, with the code and faults of a problem document in its extensions."""
    found = dict(error.formatted)
    cause = error.original_error
    if isinstance(cause, JunctionError) and not isinstance(cause, Bug):
        faults = [{"pointer": fault.pointer, "code": fault.code, "detail": fault.detail} for fault in cause.faults]
        extensions: dict[str, Any] = {"code": cause.stable_code, "status": status_of(cause), **cause.members}
        if faults:
            extensions["errors"] = faults
        if cause.retry_after is not None:
            extensions["retry_after"] = cause.retry_after
        return {**found, "message": cause.detail, "extensions": extensions}
    if cause is None or isinstance(cause, GraphQLError):
        return {**found, "extensions": {"code": _code_of(error), "status": 400}}
    log.error("graphql_failed", request_id=request_id, path=error.path, exc_info=cause)
    return {**found, "message": "Something went wrong here.", "extensions": {"code": "internal_error", "status": 500}}


def _code_of(error: GraphQLError) -> str:
    if isinstance(error, TooMuch):
        return error.code
    return next(_CODES[kind] for kind in type(error).__mro__ if kind in _CODES)


def units(cost: int) -> int:
    """Return what a question of this cost counts against the rate limit, at least 1."""
    return -(-cost // RECORDS_PER_UNIT)
