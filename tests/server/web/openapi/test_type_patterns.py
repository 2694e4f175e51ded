"""A type is described from the pattern word for word as it is described from its models."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from server.store.object_types import Declared
from server.web.openapi.tenants import describe_type
from server.web.openapi.type_patterns import Patterns

ALL: tuple[Declared, ...] = tuple(
    (f"{kind}_{needed:d}_{len(options)}", kind, needed, orjson.dumps(options).decode() if options else None)
    for needed in (True, False)
    for kind, options in (("choice", ["S"]), ("text", []), ("choice", ["S", "M", "L"]), ("date", []), ("number", []), ("boolean", []))
)


@pytest.fixture(scope="module")
def patterns() -> Patterns:
    return Patterns(describe_type)


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("vehicle", ()),
        ("vehicle", ALL),
        ("parking_space", ALL[::-1]),
        ("a", (("only", "text", False, None),)),
        ("choice", (("type_of", "choice", True, '["qqfirst", "x", "y"]'), ("text", "text", True, None))),
    ],
)
def test_a_type_is_described_as_from_its_models(patterns: Patterns, name: str, declared: tuple[Declared, ...]) -> None:
    found, wanted = patterns.part(name, declared), describe_type(name, declared)
    assert found["paths"] == wanted["paths"]
    assert found["components"]["schemas"] == wanted["components"]["schemas"]
    assert _orders(found) == _orders({"paths": wanted["paths"], "components": {"schemas": wanted["components"]["schemas"]}})


def _orders(node: Any) -> Any:
    """Return the order of members, but for the schemas', which are sorted by name."""
    if isinstance(node, dict):
        return [(key, _orders(node[key])) for key in (sorted(node) if "Problem" in node else node)]
    return [_orders(one) for one in node] if isinstance(node, list) else None


def test_two_types_share_what_is_alike_in_both(patterns: Patterns) -> None:
    one, two = (patterns.part(name, ALL) for name in ("vehicle", "house"))
    assert one["components"]["schemas"]["Problem"] is two["components"]["schemas"]["Problem"]
