"""The addresses of custom fields: of resources, and of object types."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Invalid, Missing, Stale
from tests.server.crm import viewer
from tests.server.web.calling import called

SIZE = {"name": "size", "type": "choice", "options": ["s", "m"]}


def test_a_field_is_declared_read_changed_and_taken_back(alice: Actor) -> None:
    made = called(alice, "POST", "/fields/contacts", SIZE)
    assert (made.status, made.headers["Location"], made.headers["ETag"]) == (201, "/api/v1/fields/contacts/size", '"1"')
    assert called(alice, "GET", "/fields/contacts").json["data"] == [made.json]
    assert called(alice, "GET", "/fields/contacts/size").json == made.json
    assert called(alice, "PATCH", "/fields/contacts/size", {"label": "Size"}, If_Match='"1"').json["label"] == "Size"
    with pytest.raises(Stale):
        called(alice, "PATCH", "/fields/contacts/size", {"label": "Size"}, If_Match='"1"')
    assert called(alice, "DELETE", "/fields/contacts/size").status == 204
    with pytest.raises(Missing):
        called(alice, "GET", "/fields/contacts/size")


def test_only_force_takes_back_what_is_in_use(alice: Actor) -> None:
    called(alice, "POST", "/fields/contacts", SIZE)
    called(alice, "POST", "/contacts", {"custom": {"size": "s"}})
    with pytest.raises(Conflict):
        called(alice, "DELETE", "/fields/contacts/size?force=false")
    with pytest.raises(Invalid):
        called(alice, "DELETE", "/fields/contacts/size?force=yes")
    assert called(alice, "DELETE", "/fields/contacts/size?force=true").status == 204


def test_fields_of_an_object_type_have_addresses_of_their_own(alice: Actor) -> None:
    called(alice, "POST", "/objects", {"name": "vehicle"})
    assert called(alice, "POST", "/fields/objects/vehicle", SIZE).headers["Location"] == "/api/v1/fields/objects/vehicle/size"
    assert called(alice, "GET", "/fields/objects/vehicle/size").json["resource"] == "objects/vehicle"
    assert called(alice, "PATCH", "/fields/objects/vehicle/size", {"required": True}).json["required"]
    assert len(called(alice, "GET", "/fields/objects/vehicle").json["data"]) == 1
    assert called(alice, "DELETE", "/fields/objects/vehicle/size").status == 204


def test_bob_may_look_and_charlie_finds_nothing(alice: Actor, charlie: Actor) -> None:
    called(alice, "POST", "/fields/contacts", SIZE)
    assert called(viewer(alice), "GET", "/fields/contacts/size").status == 200
    with pytest.raises(Denied):
        called(viewer(alice), "DELETE", "/fields/contacts/size")
    with pytest.raises(Missing):
        called(charlie, "GET", "/fields/contacts/size")
