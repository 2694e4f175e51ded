"""How an import will go, decided once at its start from the file's beginning, so that going on after a kill reads every row alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel

from server.domain.errors import Fault, Unprocessable, pointer
from server.domain.hints import near_miss
from server.services import object_types, sealed_values
from server.services.exchange.conventions import Convention, infer_convention
from server.services.exchange.detect import detect_layout
from server.services.exchange.fields import hints_of
from server.services.exchange.layout import Finding, Layout
from server.services.exchange.mapper import Mapper
from server.services.exchange.mapping import FieldHint, Suggestion, offered_fields, suggest
from server.services.exchange.readers import Sample, read_columns, read_sample
from server.services.importing.matching import ID, Match, parse_match
from server.services.importing.options import ImportOptions
from server.store import custom_fields, tenants

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from server.domain.actor import Actor
    from server.store.declaration import Resource

LEAST_CONFIDENCE: Final = 0.5  # of a suggestion that is taken without being asked for


class Plan(BaseModel):
    """What an import goes by; kept with its job."""

    resource: str
    file_name: str | None
    layout: Layout
    columns: list[str]
    mapping: dict[str, str]
    conventions: dict[str, Convention]
    findings: list[Finding]
    options: ImportOptions


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan with what it was made from, for whoever is to confirm it."""

    plan: Plan
    sample: Sample
    suggestions: Mapping[str, Suggestion]


def fields_of(actor: Actor, resource: Resource, match: str | None, on_match: str) -> list[FieldHint]:
    """Return what columns may feed. Rows that change records need not hold every required field; those that create are told so."""
    custom = () if resource.in_custom else custom_fields.declared(actor.tenant_id, actor.mode, resource.plural)
    hints = [*([FieldHint(ID, "text")] if match == ID else []), *hints_of(resource, custom)]
    return [replace(hint, required=False) for hint in hints] if match is not None and on_match == "update" else hints


def draft_plan(
    actor: Actor, path: Path, resource: Resource, mapping: Mapping[str, str] | None, options: ImportOptions, file_name: str | None
) -> Draft:
    """Look at the beginning of a file and decide how it is imported; without a mapping the surest suggestions are taken.

    Raises Unprocessable where the file is no table or an override does not fit it.
    """
    _check_zone(options.time_zone)
    detected = detect_layout(
        path,
        encoding=options.encoding,
        delimiter=options.delimiter,
        header=options.header,
        sheet=options.sheet,
        record_path=options.record_path,
    )
    sample = read_sample(path, detected.layout)
    fields = fields_of(actor, resource, options.match, options.on_match)
    columns = sample.columns if detected.layout.format in {"jsonl", "xml"} else read_columns(path, detected.layout)
    suggestions = suggest(columns, fields, {column: sample.of(column) for column in columns})
    chosen = dict(mapping) if mapping is not None else _surest(suggestions)
    conventions, findings = _conventions(actor, chosen, fields, sample, options)
    plan = Plan(
        resource=resource.plural,
        file_name=file_name,
        layout=detected.layout,
        columns=columns,
        mapping=chosen,
        conventions=conventions,
        findings=[*detected.findings, *findings],
        options=options,
    )
    return Draft(plan, sample, suggestions)


def compile_plan(actor: Actor, plan: Plan) -> tuple[Mapper, Match | None]:
    """Return what turns the rows of a plan into bodies, and what finds their records.

    Raises Unprocessable: `bad_mapping` with every unknown column or field, `bad_match`.
    """
    resource, options = object_types.named(actor, plan.resource), plan.options
    if not plan.mapping:
        fault = Fault("/mapping", "required", "No column is surely one of the fields; say which column feeds which.")
        raise Unprocessable("A mapping of columns to fields is needed.", code="bad_mapping", faults=[fault])
    _check_columns(plan)
    fields = fields_of(actor, resource, options.match, options.on_match)
    match = parse_match(options.match, resource, fed_fields(plan.mapping, fields))
    if match is None:
        fields = fields_of(actor, resource, None, options.on_match)
    return Mapper(plan.mapping, fields, plan.conventions, clear_blanks=options.clear_blanks), match


def fed_fields(mapping: Mapping[str, str], fields: Sequence[FieldHint]) -> set[str]:
    """Return the fields that a mapping feeds, by their own names."""
    offered = offered_fields(fields)
    return {offered[field].name if field in offered else field for field in mapping.values()}


def secret_columns(actor: Actor, plan: Plan) -> frozenset[str]:
    """Return the columns that feed encrypted fields: what is in them is kept nowhere in the clear once the import has ended."""
    resource = object_types.named(actor, plan.resource)
    place = "" if resource.only else "custom."
    secret = {f"{place}{name}" for name in sealed_values.names_of(actor, resource)}
    offered = offered_fields(fields_of(actor, resource, plan.options.match, plan.options.on_match)) if secret else {}
    return frozenset(column for column, field in plan.mapping.items() if field in offered and offered[field].name in secret)


def _surest(suggestions: Mapping[str, Suggestion]) -> dict[str, str]:
    return {column: each.field for column, each in suggestions.items() if each.confidence >= LEAST_CONFIDENCE}


def _check_zone(name: str | None) -> None:
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        detail = f"There is no time zone {name!r}; give a name such as Europe/Berlin."
        raise Unprocessable(detail, faults=[Fault("/options/time_zone", "unknown_time_zone", detail)]) from error


def _check_columns(plan: Plan) -> None:
    """Refuse a mapping of columns that are not there; in formats that name cells row by row, later rows may bring them."""
    if plan.layout.format in {"jsonl", "xml"}:
        return
    faults = [
        Fault(pointer("mapping", column), "unknown_column", f"The file has no column {column[:100]!r}.{hint}")
        for column in plan.mapping
        if column not in plan.columns
        for hint in [near_miss(column, plan.columns)]
    ]
    if faults:
        raise Unprocessable("The mapping of columns to fields cannot be used.", code="bad_mapping", faults=faults)


def _conventions(
    actor: Actor, mapping: Mapping[str, str], fields: Sequence[FieldHint], sample: Sample, options: ImportOptions
) -> tuple[dict[str, Convention], list[Finding]]:
    """Decide for each mapped column how its dates and numbers are written."""
    offered, default = offered_fields(fields), _default(actor, options)
    given = {"day_first": options.dates, "decimal_comma": options.decimals}
    found: dict[str, Convention] = {}
    findings: list[Finding] = []
    for column, field in mapping.items():
        kind = offered[field].kind if field in offered else "text"
        convention, finding = infer_convention(kind, sample.of(column), default)
        if finding is None:
            continue
        if given.get(finding.what):
            convention, finding = default, replace(finding, value=str(given[finding.what]), confidence=1.0, reason="as given")
        found[column] = convention
        findings.append(replace(finding, what=f"{finding.what} of {column}"))
    return found, findings


def _default(actor: Actor, options: ImportOptions) -> Convention:
    tenant: Mapping[str, Any] = tenants.find(actor.tenant_id) or {}
    return Convention(
        day_first=options.dates != "month_first",
        decimal_comma=options.decimals == "comma",
        currency=options.currency or tenant.get("currency") or "EUR",
        time_zone=options.time_zone or tenant.get("timezone") or "UTC",
    )
