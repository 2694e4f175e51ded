"""The addresses of object types and of their records."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Missing, Stale
from tests.server.crm import limited, viewer
from tests.server.web.calling import called

VEHICLE = {"name": "vehicle", "fields": [{"name": "plate", "type": "text", "required": True}, {"name": "doors", "type": "number"}]}


@pytest.mark.parametrize("address", ["/objects", "/object-types"])
def test_a_type_is_defined_read_changed_and_taken_back(alice: Actor, address: str) -> None:
    made = called(alice, "POST", address, VEHICLE)
    assert (made.status, made.headers["Location"]) == (201, "/api/v1/object-types/vehicle")
    assert called(alice, "GET", address).json["data"] == [made.json]
    assert called(alice, "GET", "/object-types/vehicle").json == made.json
    assert called(alice, "PATCH", "/object-types/vehicle", {"label": "Car"}, If_Match='"1"').json["label"] == "Car"
    with pytest.raises(Stale):
        called(alice, "DELETE", "/object-types/vehicle", If_Match='"1"')
    assert called(alice, "DELETE", "/object-types/vehicle").status == 204


def test_its_records_behave_like_those_of_any_resource(alice: Actor) -> None:
    called(alice, "POST", "/objects", VEHICLE)
    made = called(alice, "POST", "/objects/vehicle", {"plate": "B-1", "doors": 5})
    address = f"/objects/vehicle/{made.json['id']}"
    assert (made.status, made.headers) == (201, {"ETag": '"1"', "Location": f"/api/v1{address}"})
    assert called(alice, "GET", address).json == made.json
    assert called(alice, "PATCH", address, {"doors": 3}, If_Match='"1"').json["doors"] == 3
    assert called(alice, "PUT", address, {"plate": "B-2"}).json["doors"] is None
    assert [one["plate"] for one in called(alice, "GET", "/objects/vehicle?filter[plate]=B-2").json["data"]] == ["B-2"]
    assert called(alice, "DELETE", address).status == 204
    with pytest.raises(Missing):
        called(alice, "GET", address)
    assert called(alice, "POST", f"{address}/restore").json["plate"] == "B-2"
    upsert = "/objects/vehicle/by-external-id/dmv/9"
    assert [called(alice, "PUT", upsert, {"plate": "B-3"}).status for _ in range(2)] == [201, 200]
    page = called(alice, "GET", "/objects/vehicle?limit=1")
    assert page.json["has_more"]
    assert called(alice, "GET", f"/objects/vehicle?limit=1&cursor={page.json['next_cursor']}").json["has_more"] is False


def test_bob_may_look_and_charlie_finds_nothing(alice: Actor, charlie: Actor) -> None:
    called(alice, "POST", "/objects", VEHICLE)
    address = f"/objects/vehicle/{called(alice, 'POST', '/objects/vehicle', {'plate': 'B-1'}).json['id']}"
    assert called(viewer(alice), "GET", address).status == 200
    for actor in (viewer(alice), limited(alice, "contacts:write", "objects:read")):
        with pytest.raises(Denied):
            called(actor, "DELETE", address)
        with pytest.raises(Denied):
            called(actor, "POST", "/objects", {"name": "boat"})
    for target in (address, "/objects/vehicle", "/object-types/vehicle"):
        with pytest.raises(Missing):
            called(charlie, "GET", target)


def test_who_lacks_the_scope_does_not_learn_which_types_there_are(alice: Actor) -> None:
    with pytest.raises(Denied):
        called(limited(alice, "contacts:read"), "GET", "/objects/nothing")
    with pytest.raises(Denied):
        called(viewer(alice), "POST", "/objects/nothing", {})
