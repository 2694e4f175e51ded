"""What a tenant defined for itself, as far as whoever asks may know it."""

from __future__ import annotations

from dataclasses import replace

from server.domain.actor import Actor
from server.services import custom_endpoints, custom_fields, definitions, object_types
from server.services.custom_endpoints import NewCustomEndpoint
from server.services.custom_fields import NewField
from server.services.object_types import NewObjectType


def test_what_is_defined_is_told_to_who_may_read_it(alice: Actor, charlie: Actor) -> None:
    custom_fields.create(alice, "contacts", NewField(name="size", type="number"))
    object_types.create(alice, NewObjectType(name="vehicle", fields=[NewField(name="plate", type="text")]))
    for name, resource in (("a", "contacts"), ("b", "objects/vehicle")):
        custom_endpoints.create(alice, NewCustomEndpoint(name=name, resource=resource))
    assert definitions.declared_fields(alice) == {"contacts": (("size", "number", False, None),)}
    assert definitions.declared_types(alice) == {"vehicle": (("plate", "text", False, None),)}
    assert [one["name"] for one in definitions.published_endpoints(alice)] == ["a", "b"]
    narrow = replace(alice, scopes=frozenset({"contacts:read"}))
    assert definitions.declared_types(narrow) == definitions.declared_fields(charlie) == {}
    assert [one["name"] for one in definitions.published_endpoints(narrow)] == ["a"]
    object_types.remove(alice, "vehicle")
    assert [one["name"] for one in definitions.published_endpoints(alice)] == ["a"]
