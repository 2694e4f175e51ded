"""What a merge patch (RFC 7396) may change: a field that is left out stays, null empties one that can be empty and is refused elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict, field_validator

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler, ValidationInfo
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema


class Change(BaseModel):
    """Fields that may be changed, declared as `X | None = None`; those named in `clearable` may be set to null."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    clearable: ClassVar[frozenset[str]] = frozenset()

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_null(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None and info.field_name not in cls.clearable:
            message = "cannot be empty; leave the field out to keep its value"
            raise ValueError(message)
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe no field as nullable that is not."""
        found = handler.resolve_ref_schema(handler(schema))
        for name, described in found["properties"].items():
            if name not in cls.clearable and described.get("default", "") is None:
                del described["default"]
                others = [one for one in described.pop("anyOf") if one != {"type": "null"}]
                described.update(others[0] if len(others) == 1 else {"anyOf": others})
        return found
