"""How things look in the OpenAPI document: models of records as they are read, shared parameters, runnable examples."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

from pydantic import BaseModel, Field, create_model

from server.domain import money
from server.domain.permissions import REVEAL
from server.services import samples
from server.services.exporting import formats
from server.services.sealed_values import Reveal, RevealView
from server.store import search_questions
from server.store.declaration import SYSTEM_FIELDS
from server.store.records import by_noun
from server.web.routes import Parameter

if TYPE_CHECKING:
    from server.store.declaration import Resource

_TEXT: Final = {"type": "string"}
LIMIT: Final = Parameter("limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "How many at most.")
CURSOR: Final = Parameter("cursor", _TEXT, "Where to go on: `next_cursor` of the page before.")
FIELDS: Final = Parameter("fields", _TEXT, "Only these fields, separated by commas.")
EXPAND: Final = Parameter("expand", _TEXT, "References to put in, to two levels: `company,company.owner`.")
SORT: Final = Parameter("sort", _TEXT, "Fields to order by, `-` for descending: `-created_at,last_name`.")
FILTER: Final = Parameter(
    "filter",
    {"type": "object", "additionalProperties": True},
    "Conditions such as `filter[email][eq]=a@b.c`; operators eq, ne, lt, lte, gt, gte, in, nin, between, like, ilike, null; nest with or, and, not."
    " `filter[search]=ada ber` finds records by the beginnings of their words, as `/search` does: every word has to be there.",
)
SEARCHED: Final = {
    "type": "string",
    "description": (
        "Words, or beginnings of words, in any text of a record, whatever their case and accents; also any run of four or more digits of a number."
        " All of them have to be there; the first eight count, and a text without any finds nothing. A record is found by what it says now about a"
        " second after it was written, later while very many are written at once."
    ),
}
FORMAT: Final = Parameter("format", {"type": "string", "enum": list(formats.NAMES), "default": formats.NAMES[0]}, "What file it is to be.")
FORCE: Final = Parameter("force", {"type": "boolean", "default": False}, "Also drop what is in use.")
TYPES: Final = Parameter("types", _TEXT, "Only these kinds, separated by commas: `contact,deal`.")
LIST_PARAMETERS: Final = (LIMIT, CURSOR, SORT, FIELDS, EXPAND, FILTER)
EXPORT_PARAMETERS: Final = (SORT, FIELDS, FILTER)
PAGE_PARAMETERS: Final = (LIMIT, CURSOR)
RECORD_PARAMETERS: Final = (FIELDS, EXPAND)
SINCE: Final = Parameter("since", {"type": "string", "format": "date-time"}, "Only from this moment on.")
UNTIL: Final = Parameter("until", {"type": "string", "format": "date-time"}, "Only before this moment.")
CALLED: Final = Parameter("search", {"type": "string", "maxLength": 200}, "Only those in whose name or address this stands.")
TENANT: Final = Parameter("tenant", _TEXT, "Only of this tenant.")
REVEALING: Final[dict[str, Any]] = {
    "scope": REVEAL,
    "body": Reveal,
    "answer": RevealView,
    "shows_secrets": True,
    "example": {"fields": ["passport_number"]},
}
"""What the operations have in common that show what is in encrypted fields."""
_Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class ReadEnvelope(BaseModel):
    """What every record has besides its own fields."""

    id: str
    object: str
    custom: dict[str, Any]
    external_ids: dict[str, str]
    tags: list[str]
    owner_id: str | None
    created_at: _Moment
    updated_at: _Moment
    version: int
    deleted_at: Annotated[_Moment | None, Field(description="Only on deleted records.")] = None


@cache
def record_model(resource: Resource) -> type[BaseModel]:
    """Return the model of a record as it is read."""
    fields: dict[str, Any] = {
        name: (info.annotation if info.annotation is None or not info.metadata else Annotated[(info.annotation, *info.metadata)], None)
        for model in (resource.model, resource.managed)
        for name, info in (model.model_fields.items() if model else ())
    }
    return cast("type[BaseModel]", create_model(resource.model.__name__, __base__=ReadEnvelope, __doc__=resource.model.__doc__, **fields))


_FILTER_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "integer": {"type": "integer", "format": "int64", "minimum": -(2**63) + 1, "maximum": 2**63 - 1},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "moment": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "money": {"type": "string", "pattern": money.PATTERN},
}


def list_parameters(resource: Resource) -> tuple[Parameter, ...]:
    """Return the parameters of a resource's list."""
    declared = {**resource.fields, **resource.in_custom}
    plain = {name: kind.name for name, kind in declared.items() if kind.name not in {"json", "encrypted"}}
    known = {**plain, **SYSTEM_FIELDS, "deleted": "boolean"}
    conditions = {**{name: _FILTER_SCHEMAS.get(kind, _TEXT) for name, kind in known.items()}, search_questions.FIELD: SEARCHED}
    sortable = [name for name, kind in {**plain, **SYSTEM_FIELDS}.items() if kind != "tags"]
    keys = [key for name in sortable for key in (name, f"-{name}")]
    sort = Parameter("sort", _list_of(keys, 5), SORT.description)
    where = Parameter("filter", {"type": "object", "properties": conditions, "additionalProperties": False}, FILTER.description)
    return (LIMIT, CURSOR, sort, *record_parameters(resource), where)


def export_parameters(resource: Resource) -> tuple[Parameter, ...]:
    """Return the parameters of a resource's export: what its list takes, but for pages and what is put in."""
    return (FORMAT, *(one for one in list_parameters(resource) if one.name in {"sort", "fields", "filter"}))


def record_parameters(resource: Resource) -> tuple[Parameter, ...]:
    """Return the parameters that shape a record of a resource."""
    own = [name for name in ReadEnvelope.model_fields if name not in {"id", "object"}]
    names = ["id", "object", *resource.fields, *resource.in_custom, *own]
    return (
        Parameter("fields", _list_of(names, 100), FIELDS.description),
        Parameter("expand", _list_of(_expansions(resource), 10), EXPAND.description),
    )


def _expansions(resource: Resource) -> list[str]:
    """Return what can be put into a record, to two levels."""
    targets = {name.removesuffix("_id"): by_noun()[kind.reference] for name, kind in resource.fields.items() if kind.reference}
    deeper = [f"{name}.{part}" for name, target in targets.items() for part in (*_references(target), "owner")]
    return [*targets, "owner", *deeper]


def _references(resource: Resource) -> list[str]:
    return [name.removesuffix("_id") for name, kind in resource.fields.items() if kind.reference]


def _list_of(names: list[str], most: int) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "enum": names}, "minItems": 1, "maxItems": most}


def example_of(resource: Resource) -> dict[str, Any]:
    """Return a body that creates one."""
    return samples.RECORDS[resource.noun]
