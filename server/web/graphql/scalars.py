"""Scalars beyond those of GraphQL: moments, dates, exact decimals as text, and free JSON; the services judge what they hold."""

from __future__ import annotations

from typing import Any, Final

from graphql import GraphQLError, GraphQLScalarType, value_from_ast_untyped


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise GraphQLError("This has to be a string.")
    return value


def _scalar(name: str, description: str, specified_by: str | None = None) -> GraphQLScalarType:
    return GraphQLScalarType(name, parse_value=_text, description=description, specified_by_url=specified_by)


DATE_TIME: Final = _scalar(
    "DateTime", "A moment in UTC (RFC 3339), such as `2026-11-20T12:00:00.123Z`.", "https://scalars.graphql.org/andimarek/date-time"
)
DATE: Final = _scalar("Date", "A day (RFC 3339), such as `2026-11-20`.", "https://scalars.graphql.org/andimarek/local-date")
DECIMAL: Final = _scalar("Decimal", 'An exact decimal number in a string, such as `"12.34"`.')
JSON: Final = GraphQLScalarType("JSON", parse_value=lambda value: value, parse_literal=value_from_ast_untyped, description="Any JSON value.")
