"""Checking what a command was given against the same models that the API checks its bodies by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from server.domain.errors import Unprocessable
from server.services.records import faults_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Body = TypeVar("Body", bound=BaseModel)


def checked(model: type[Body], **given: Any) -> Body:
    """Return the body that the arguments make; None says nothing. Raises Unprocessable naming every broken one."""
    return checked_mapping(model, {name: value for name, value in given.items() if value is not None})


def checked_mapping(model: type[Body], given: Mapping[str, Any]) -> Body:
    """Return the body that a mapping makes. Raises Unprocessable naming every broken member."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise Unprocessable("This cannot be used:", faults=faults_of(error)) from error
