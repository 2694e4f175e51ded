"""Batches: every operation by the rules of a single one, in brief transactions or all in one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Full, Unprocessable
from server.services import batches, custom_fields, jobs, object_types, records
from server.services.batches import Batch
from server.services.custom_fields import NewField
from server.services.jobs import Progress
from server.services.object_types import NewObjectType
from server.store import database
from server.store.records import by_noun


def batch(*operations: tuple[Any, ...], atomic: bool = False) -> Batch:
    """Return a batch of `(method, path, body)`."""
    return Batch.model_validate(
        {"atomic": atomic, "operations": [{"method": one[0], "path": one[1], **({"body": one[2]} if len(one) > 2 else {})} for one in operations]}
    )


def statuses(found: dict[str, Any]) -> list[int]:
    return [result["status"] for result in found["results"]]


def count(table: str) -> int:
    found = database.row(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - a name of this file
    return int(found[0]) if found else 0


def test_an_operation_does_what_its_request_alone_would_do(alice: Actor) -> None:
    made = records.create(alice, by_noun()["contact"], {"first_name": "Ada"})
    gone = records.create(alice, by_noun()["contact"], {"first_name": "Bea"})
    found = batches.perform(
        alice,
        batch(
            ("POST", "/api/v1/contacts", {"first_name": "Carol"}),
            ("PATCH", f"/contacts/{made['id']}", {"last_name": "Lovelace"}),
            ("PUT", f"api/contacts/{made['id']}", {"first_name": "Augusta"}),
            ("DELETE", f"/api/v1/contacts/{gone['id']}"),
            ("POST", f"/api/v1/contacts/{gone['id']}/restore"),
            ("PUT", "/companies/by-external-id/shop/a%2Fb", {"name": "Acme"}),
            ("PUT", "/companies/by-external-id/shop/a%2Fb", {"name": "Acme Ltd"}),
        ),
    )
    assert statuses(found) == [201, 200, 200, 204, 200, 201, 200]
    bodies = [result["body"] for result in found["results"]]
    assert bodies[3] is None
    assert (bodies[2]["first_name"], bodies[2]["last_name"], bodies[2]["version"]) == ("Augusta", None, 3)
    assert bodies[6]["external_ids"] == {"shop": "a/b"}
    assert bodies[5]["id"] == bodies[6]["id"]
    assert records.get(alice, by_noun()["company"], bodies[6]["id"]) == bodies[6]
    assert count("events") == count("audit") == 9


def test_each_refusal_is_the_problem_that_the_request_alone_would_get_and_leaves_nothing(alice: Actor) -> None:
    records.create(alice, by_noun()["contact"], {"external_ids": {"shop": "1"}})
    wrong = [
        ("POST", "/contacts", {"email": "nobody"}, 422, "validation_failed"),
        ("POST", "/contacts", {"external_ids": {"crm": "9", "shop": "1"}}, 409, "not_unique"),
        ("PATCH", "/contacts/con_none", {}, 404, "not_found"),
        ("POST", "/contacts/con_none", {}, 404, "unknown_route"),
        ("POST", "/objects", {}, 404, "unknown_route"),
        ("POST", "/objects/nothing", {}, 404, "unknown_object_type"),
        ("POST", "/webhooks", {}, 404, "unknown_route"),
        ("DELETE", "/contacts/%zz", {}, 400, "malformed_address"),
        ("DELETE", "/contacts/%00", {}, 400, "malformed_address"),
        ("POST", "/contacts?a=1", {}, 400, "unknown_parameter"),
    ]
    found = batches.perform(alice, batch(*(one[:3] for one in wrong), ("PUT", "/contacts/con_none"), ("POST", "/contacts", {"first_name": "Ada"})))
    assert [(result["status"], result["body"].get("code")) for result in found["results"]] == [
        *((status, code) for *_, status, code in wrong),
        (422, "validation_failed"),
        (201, None),
    ]
    assert found["results"][0]["body"]["errors"][0]["pointer"] == "/email"
    assert found["results"][0]["body"]["instance"] == "/contacts"
    assert (count("contacts"), count("external_ids")) == (2, 1)


def test_the_version_that_was_seen_is_compared(alice: Actor) -> None:
    made = records.create(alice, by_noun()["contact"], {"first_name": "Ada"})
    given = {"method": "PATCH", "path": f"/contacts/{made['id']}", "body": {"title": "Analyst"}, "version": 1}
    found = batches.perform(alice, Batch.model_validate({"operations": [given, given]}))
    assert statuses(found) == [200, 412]


def test_scopes_and_roles_are_judged_for_every_operation(alice: Actor, bob: Actor) -> None:
    narrow = replace(alice, scopes=frozenset({"contacts:write"}))
    both = batch(("POST", "/contacts", {"first_name": "A"}), ("POST", "/companies", {"name": "B"}))
    assert statuses(batches.perform(narrow, both)) == [201, 403]
    assert statuses(batches.perform(bob, both)) == [403, 403]
    with pytest.raises(Unprocessable):
        batches.perform(narrow, both.model_copy(update={"atomic": True}))
    assert (count("contacts"), count("companies")) == (1, 0)


def test_an_atomic_batch_is_all_or_nothing_and_every_refusal_is_named(alice: Actor) -> None:
    sound = ("POST", "/contacts", {"first_name": "Ada", "external_ids": {"shop": "1"}})
    with pytest.raises(Unprocessable) as refused:
        batches.perform(alice, batch(sound, ("POST", "/contacts", {"email": "x", "phone": "y"}), sound, ("DELETE", "/deals/none"), atomic=True))
    assert refused.value.stable_code == "batch_refused"
    assert [fault.pointer for fault in refused.value.faults] == [
        "/operations/1/body/email",
        "/operations/1/body/phone",
        "/operations/2",
        "/operations/3",
    ]
    assert statuses(refused.value.members) == [424, 422, 409, 404]
    assert count("contacts") == count("events") == count("external_ids") == 0
    assert statuses(batches.perform(alice, batch(sound, ("POST", "/deals", {"name": "D"}), atomic=True))) == [201, 201]


def test_a_thousand_operations_fit_and_one_more_does_not(alice: Actor) -> None:
    many = [("POST", "/contacts", {"first_name": f"n {number}"}) for number in range(1000)]
    found = batches.perform(alice, batch(*many), minimal=True)
    assert found["results"] == [{"status": 201, "body": None}] * 1000
    assert count("contacts") == 1000
    with pytest.raises(ValueError, match="at most 1000"):
        batch(*many, many[0])


def test_custom_objects_are_records_like_any(alice: Actor) -> None:
    object_types.create(alice, NewObjectType(name="vehicle", fields=[NewField(name="plate", type="text", required=True)]))
    custom_fields.create(alice, "contacts", NewField(name="size", type="number"))
    found = batches.perform(
        alice,
        batch(
            ("POST", "/objects/vehicle", {"plate": "B-AB 1"}),
            ("POST", "/objects/vehicle", {}),
            ("PUT", "/objects/vehicle/by-external-id/fleet/1", {"plate": "B-AB 2"}),
            ("POST", "/contacts", {"first_name": "A", "custom": {"size": "big"}}),
        ),
    )
    assert statuses(found) == [201, 422, 201, 422]
    assert found["results"][2]["body"]["plate"] == "B-AB 2"


def test_where_the_database_gives_up_the_rest_is_told_so_and_what_is_done_stays(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    create, made = records.create, []

    def filling(*given: Any) -> Any:
        made.append(given)
        if len(made) > 2:
            raise Full
        return create(*given)

    monkeypatch.setattr(batches, "STEP_SECONDS", 0.0)
    monkeypatch.setattr(records, "create", filling)
    found = batches.perform(alice, batch(*[("POST", "/contacts", {"first_name": "A"})] * 5))
    assert set(statuses(found)) <= {201, 507}
    assert statuses(found).count(201) == count("contacts")
    assert statuses(found) == sorted(statuses(found))


def run(actor: Actor, job_id: str) -> dict[str, Any]:
    """Do a job as a worker would and return it."""
    job = jobs.take(("batch",), "lease", 30_000)
    assert job is not None
    jobs.perform(job, Progress(job.id, "lease", jobs.position_of(job), job.done, job.total), batches.run_batch)
    return jobs.get(actor, job_id)


@pytest.mark.parametrize("atomic", [False, True])
def test_a_batch_may_be_a_job_whose_result_has_every_status(alice: Actor, atomic: bool) -> None:
    begun = batches.begin(alice, batch(*[("POST", "/contacts", {"first_name": "A"})] * 300, atomic=atomic))
    assert (begun["state"], begun["kind"], count("contacts")) == ("pending", "batch", 0)
    ended = run(alice, begun["id"])
    assert (ended["state"], ended["done"], ended["total"], count("contacts")) == ("completed", 300, 300, 300)
    assert set(statuses(ended["result"])) == {201}
    assert ended["result"]["results"][0]["body"]["first_name"] == "A"
    assert jobs.list_page(alice, None, 5)[0][0]["result"] == {}


def test_what_a_batch_is_to_write_waits_sealed(alice: Actor) -> None:
    custom_fields.create(alice, "contacts", NewField(name="pan", type="encrypted"))
    begun = batches.begin(alice, batch(("POST", "/contacts", {"first_name": "A", "custom": {"pan": "4111111111111234"}})))
    [(given, sealed)] = database.rows("SELECT input, secrets FROM jobs WHERE id = ?", (begun["id"],))
    assert (given, b"4111" in bytes(sealed)) == ("{}", False)
    [result] = run(alice, begun["id"])["result"]["results"]
    assert (result["status"], result["body"]["custom"]) == (201, {"pan": "••••1234"})
    [row] = database.rows("SELECT * FROM jobs WHERE id = ?", (begun["id"],))
    assert "4111" not in repr(row)
    assert database.rows("SELECT 1 FROM jobs WHERE secrets IS NOT NULL") == []


def test_an_atomic_job_that_is_refused_fails_with_every_refusal(alice: Actor) -> None:
    begun = batches.begin(alice, batch(("POST", "/contacts", {"first_name": "A"}), ("POST", "/contacts", {"email": "x"}), atomic=True))
    ended = run(alice, begun["id"])
    assert (ended["state"], ended["error"]["code"], count("contacts")) == ("failed", "batch_refused", 0)
    assert ended["error"]["errors"][0]["pointer"] == "/operations/1/body/email"


def test_a_job_goes_on_behind_what_is_committed(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "STEP_SECONDS", 0.0001)
    begun = batches.begin(alice, batch(*[("POST", "/contacts", {"first_name": "A"})] * 50), minimal=True)
    job = jobs.take(("batch",), "lease", 30_000)
    assert job is not None
    progress = Progress(job.id, "lease", {}, 0, None)
    create, made = records.create, []

    def killed(*given: Any) -> Any:
        made.append(given)
        if len(made) > 20:
            raise KeyboardInterrupt
        return create(*given)

    work = {"minimal": True, **batch(*[("POST", "/contacts", {"first_name": "A"})] * 50).model_dump()}
    with monkeypatch.context() as patch:
        patch.setattr(records, "create", killed)
        with pytest.raises(KeyboardInterrupt):
            batches.run_batch(alice, work, progress)
    assert 0 < count("contacts") == len(progress.position["results"]) <= 20
    jobs.give_back(progress)
    assert run(alice, begun["id"])["done"] == 50 == count("contacts")
