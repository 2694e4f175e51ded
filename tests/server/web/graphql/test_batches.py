"""What stands side by side is read together, once."""

from __future__ import annotations

from server.domain.actor import Actor
from server.domain.filters import parse_query
from server.store.records import by_noun
from server.web.graphql import batches
from tests.server.web.graphql.asking import made


def test_a_group_reads_once_for_each_name() -> None:
    calls: list[str] = []
    group = batches.Group([{"id": "b"}, {"id": "a"}, {"id": "b"}, {"id": None}])

    def read(name: str) -> str:
        calls.append(name)
        return name

    assert [group.once(name, lambda name=name: read(name)) for name in ("x", "y", "x")] == ["x", "y", "x"]  # type: ignore[misc]
    assert calls == ["x", "y"]
    assert group.values("id") == ["a", "b"]


def test_siblings_share_what_one_of_them_reads(alice: Actor) -> None:
    company = made(alice, "company", name="Acme")
    people = [made(alice, "contact", first_name="A", company_id=company["id"]), made(alice, "contact", first_name="B")]
    first, second = batches.items(people)
    target = by_noun()["company"]
    found = batches.referred(alice, first, "company_id", target)
    assert found is not None
    assert found.document["name"] == "Acme"
    assert batches.referred(alice, second, "company_id", target) is None
    page = batches.referring(alice, found, by_noun()["contact"], "company_id", parse_query([]))
    assert [one.document["first_name"] for one in page.items] == ["A"]
    assert batches.referring(alice, batches.item(people[1]), by_noun()["deal"], "contact_id", parse_query([])).items == ()


def test_an_owner_is_found_beside_records_that_have_none(alice: Actor) -> None:
    one, other = batches.items([made(alice, "contact", first_name="A", owner_id="usr_bob"), made(alice, "contact", first_name="B")])
    found = batches.owner(alice, one)
    assert found is not None
    assert found["name"] == "Bob"
    assert batches.owner(alice, other) is None
