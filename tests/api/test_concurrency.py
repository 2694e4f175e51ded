"""Many at once: no update is lost, no row is made twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from server.store import database
from tests.api.appliance import Appliance, Persona
from tests.api.client import Reply, path_of

CONTACTS = "/api/v1/contacts"


@pytest.mark.criterion("api-19")
def test_a_hundred_writers_who_heed_the_tag_lose_nothing(alice: Persona) -> None:
    here = f"{CONTACTS}/{alice.client.made('contacts', first_name='0', tags=[])['id']}"

    def add_one(number: int) -> int:
        refused = 0
        while True:
            seen = alice.client.get(here)
            changed = alice.client.patch(here, {"tags": [*seen.json["tags"], str(number)]}, {"If-Match": seen.headers["etag"]})
            if changed.status == 200:
                return refused
            assert changed.status == 412
            refused += 1

    with ThreadPoolExecutor(10) as pool:
        refused = sum(pool.map(add_one, range(100)))
    found = alice.client.get(here).json
    assert sorted(found["tags"], key=int) == [str(number) for number in range(100)]
    assert found["version"] == 101
    assert refused > 0, "nobody was ever in anybody's way, so nothing was shown"


def test_writers_who_name_no_version_all_get_through(alice: Persona) -> None:
    here = f"{CONTACTS}/{alice.client.made('contacts')['id']}"
    with ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(lambda number: alice.client.patch(here, {"external_ids": {f"s{number}": "1"}}), range(40)))
    assert {reply.status for reply in replies} == {200}
    assert len(alice.client.get(here).json["external_ids"]) == 40


def test_racing_upserts_make_one_record(alice: Persona) -> None:
    target = path_of("contacts", "by-external-id", "shop", "1")
    with ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(lambda number: alice.client.put(target, {"tags": [str(number)]}), range(30)))
    assert sorted(reply.status for reply in replies) == [200] * 29 + [201]
    assert len({reply.json["id"] for reply in replies}) == 1
    assert len(alice.client.get(CONTACTS).json["data"]) == 1


@pytest.mark.criterion("api-20", "webhooks-22")
@pytest.mark.parametrize(
    ("plural", "body", "count"),
    [("contacts", {"first_name": "A"}, 1000), ("webhooks", {"name": "w", "url": "https://example.com/", "events": ["*"]}, 50)],
)
def test_parallel_repetitions_make_one_row_and_one_event(appliance: Appliance, alice: Persona, plural: str, body: dict[str, Any], count: int) -> None:
    def post(_: int) -> Reply:
        while True:
            reply = alice.client.post(f"/api/v1/{plural}", body, {"Idempotency-Key": "once"})
            if reply.status != 409:
                return reply
            assert reply.code == "idempotency_key_in_use"
            assert reply.headers["retry-after"] == "1"

    assert appliance.operator().patch(f"/admin/v1/tenants/{alice.tenant_id}", {"tier": "unlimited"}).status == 200
    with ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(post, range(count)))
    assert {reply.status for reply in replies} == {201}
    assert len({reply.body for reply in replies}) == 1
    assert sorted(reply.headers.get("idempotency-replayed", "first") for reply in replies) == ["first"] + ["true"] * (count - 1)
    assert len(alice.client.get(f"/api/v1/{plural}").json["data"]) == 1
    made = database.rows("SELECT type FROM events WHERE tenant_id = ? AND object_id = ?", (alice.tenant_id, replies[0].json["id"]))
    assert len(made) == 1
