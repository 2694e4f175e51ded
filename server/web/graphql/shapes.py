"""From the annotations of a resource's fields to GraphQL types: as they are read, and as they are written.

A model nested in a resource becomes a type of its own, once. What is read may always be null, so that a field which once
was optional never spoils an answer; what is written is as strict as the resource, except in a patch.
"""

from __future__ import annotations

import re
import types
import typing
from typing import TYPE_CHECKING, Any, Final, Literal

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
)
from pydantic import BaseModel

from server.store.declaration import Kind
from server.web.graphql.scalars import DATE, DATE_TIME, JSON

if TYPE_CHECKING:
    from collections.abc import Mapping

_BY_KIND: Final[dict[str, Any]] = {"moment": DATE_TIME, "date": DATE, "reference": GraphQLID}
_BY_TYPE: Final[dict[Any, Any]] = {str: GraphQLString, int: GraphQLInt, float: GraphQLFloat, bool: GraphQLBoolean}
_NUMBERS: Final = {"decimal": GraphQLFloat, "integer": GraphQLFloat}
_ENUM_VALUE: Final = re.compile(r"(?!__)(?!(?:true|false|null)$)[A-Za-z_][A-Za-z0-9_]*")


class Shapes:
    """The types of one schema that stand for annotations, each made once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._named: dict[str, Any] = {}

    def output(self, annotation: Any, name: str) -> Any:
        """Return the type that a value is read as; `name` is what a type made for it alone is called."""
        return self._type(annotation, name, written=False)

    def input(self, annotation: Any, name: str) -> Any:
        """Return the type that a value is written as."""
        return self._type(annotation, name, written=True)

    def input_fields(self, model: type[BaseModel], *, partial: bool) -> dict[str, GraphQLInputField]:
        """Return what may be written of a model; what it requires is required unless it is only a part."""
        found = {}
        for name, annotation in _hints(model).items():
            kind = self.input(annotation, f"{model.__name__.removesuffix('Write')}_{name}")
            required = model.model_fields[name].is_required() and not partial
            found[name] = GraphQLInputField(GraphQLNonNull(kind) if required else kind)
        return found

    def _type(self, annotation: Any, name: str, *, written: bool) -> Any:
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is typing.Annotated:
            kind = next((mark.name for mark in arguments[1:] if isinstance(mark, Kind)), "")
            return _BY_KIND.get(kind) or _NUMBERS.get(kind) or self._type(arguments[0], name, written=written)
        if origin in {types.UnionType, typing.Union}:
            return self._type(next(part for part in arguments if part is not type(None)), name, written=written)
        if origin is Literal:
            return self._choice(name, arguments)
        if origin is list:
            return GraphQLList(GraphQLNonNull(self._type(arguments[0], name, written=written)))
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self._nested(annotation, written=written)
        return _BY_TYPE.get(annotation, JSON)

    def _choice(self, name: str, choices: tuple[str, ...]) -> Any:
        """Return an enumeration, or plain text where some choice is no name in GraphQL."""
        if not all(_ENUM_VALUE.fullmatch(choice) for choice in choices):
            return GraphQLString
        return self._once(name, lambda: GraphQLEnumType(name, {choice: choice for choice in choices}))

    def _nested(self, model: type[BaseModel], *, written: bool) -> Any:
        name = model.__name__.removesuffix("Value")
        if written:
            return self._once(f"{name}Input", lambda: GraphQLInputObjectType(f"{name}Input", lambda: self.input_fields(model, partial=False)))
        return self._once(name, lambda: GraphQLObjectType(name, lambda: self._fields(model), description=model.__doc__))

    def _fields(self, model: type[BaseModel]) -> dict[str, GraphQLField]:
        return {name: GraphQLField(self.output(annotation, f"{model.__name__}_{name}")) for name, annotation in _hints(model).items()}

    def _once(self, name: str, make: Any) -> Any:
        if name not in self._named:
            self._named[name] = make()
        return self._named[name]


def _hints(model: type[BaseModel]) -> Mapping[str, Any]:
    hints = typing.get_type_hints(model, include_extras=True)
    return {name: hints[name] for name in model.model_fields}
