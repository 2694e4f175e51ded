"""A merge patch of a record: as RFC 7396 has it, but nothing that no record has is passed over because it is null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from server.domain import patches
from server.domain.errors import Fault, Unprocessable, pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def merge(model: type[BaseModel], target: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return the target with the patch applied, still to be validated. Raises Unprocessable for members to remove that the model has not."""
    faults = list(_unknown(model, patch, ""))
    if faults:
        raise Unprocessable("The body names what there is not.", faults=faults)
    found: dict[str, Any] = patches.merge(target, patch)
    return found


def _unknown(model: type[BaseModel], patch: Mapping[str, Any], behind: str) -> Iterator[Fault]:
    for name, value in patch.items():
        place = f"{behind}{pointer(name)}"
        field = model.model_fields.get(name)
        if field is None and value is None:
            yield Fault(place, "unknown_field", "Extra inputs are not permitted")
        elif field is not None and isinstance(value, dict) and (inner := _model(field.annotation)):
            yield from _unknown(inner, value, place)


def _model(annotation: Any) -> type[BaseModel] | None:
    for one in (annotation, *get_args(annotation)):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None
