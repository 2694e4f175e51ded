"""The query string of a request, held against what its route declares: unknown and repeated names, and values that their schema forbids."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from server.domain.errors import Fault, Invalid
from server.domain.hints import near_miss

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.web.routes import Parameter, Route

_NAMED: Final = frozenset({"unknown_parameter", "repeated_parameter"})


def pairs_of(route: Route, query: str) -> Sequence[tuple[str, str]]:
    """Return the names and values of a query string. Raises Invalid naming each that the route does not take, or that is there twice."""
    pairs = parse_qsl(query, keep_blank_values=True)
    if route.any_query and not route.described:
        return pairs  # of a protocol that has rules of its own
    known = {one.name: one for one in route.query}
    faults = [] if route.any_query else list(dict.fromkeys(found for name, value in pairs if (found := _fault(known, name, value))))
    # The parts of a filter are told apart where they are understood.
    counted = Counter(name for name, _ in pairs if name in known or route.any_query)
    faults += [Fault(name, "repeated_parameter", f"The parameter '{name[:100]}' is there twice.") for name, count in counted.items() if count > 1]
    if faults:
        raise Invalid(faults[0].detail, code=faults[0].code if faults[0].code in _NAMED else None, faults=faults)
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
