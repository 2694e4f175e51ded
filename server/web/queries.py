"""The query string of a request, held against what its route declares: unknown names, and values that their schema forbids, are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from server.domain.errors import Fault, Invalid
from server.domain.hints import near_miss

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.web.routes import Parameter, Route


def pairs_of(route: Route, query: str) -> Sequence[tuple[str, str]]:
    """Return the names and values of a query string. Raises Invalid naming each that the route does not take."""
    pairs = parse_qsl(query, keep_blank_values=True)
    if not route.any_query:
        known = {one.name: one for one in route.query}
        faults = list(dict.fromkeys(found for name, value in pairs if (found := _fault(known, name, value))))
        if faults:
            raise Invalid(faults[0].detail, code="unknown_parameter" if faults[0].code == "unknown_parameter" else None, faults=faults)
    return pairs


def _fault(known: Mapping[str, Parameter], name: str, value: str) -> Fault | None:
    declared = known.get(name)
    if declared is not None:
        refusal = declared.refusal(value)
        return Fault(name, "invalid_parameter", refusal) if refusal else None
    family = name.partition("[")[0]
    if family in known:
        return None
    return Fault(name, "unknown_parameter", f"There is no parameter '{name[:100]}' here.{near_miss(family, list(known))}")
