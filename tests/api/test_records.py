"""Every resource is created, read, changed, replaced, deleted, restored and upserted by the same rules."""

from __future__ import annotations

import pytest

from server.store.records import resources
from server.web.documents import example_of
from tests.api.appliance import Persona

RESOURCES = {resource.plural: example_of(resource) for resource in resources() if resource.noun != "object"}


@pytest.mark.parametrize("plural", RESOURCES)
def test_a_record_lives_through_its_whole_life(alice: Persona, plural: str) -> None:
    api, base = alice.client, f"/api/v1/{plural}"
    created = api.post(base, RESOURCES[plural])
    assert created.status == 201
    record = created.json
    assert created.headers["location"] == f"{base}/{record['id']}"
    assert created.headers["etag"] == '"1"'
    assert api.get(f"{base}/{record['id']}").json == record
    assert [one["id"] for one in api.get(base).json["data"]] == [record["id"]]
