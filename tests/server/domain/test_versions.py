"""Dated versions: what an old request says means the same in the current one, and what comes back reads as it did."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.versions import (
    BY_NAME,
    CURRENT,
    VERSIONS,
    Retirement,
    downgrade,
    downgrade_pointer,
    moment,
    upgrade_members,
    upgrade_query,
)

OLD = BY_NAME["2026-08-01"]
CONTACTS = "/api/v1/contacts"
values = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["object", "lifecycle", "contact", "x"]), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.criterion("api-23")
def test_versions_are_dated_in_order_and_each_but_the_last_ends_a_year_after_it_was_deprecated_or_later() -> None:
    names = [version.name for version in VERSIONS]
    assert names == sorted(names)
    assert len(names) >= 2
    assert CURRENT.retirement is None
    for version in VERSIONS[:-1]:
        assert version.retirement is not None
        deprecated, sunset = date.fromisoformat(version.retirement.deprecated), date.fromisoformat(version.retirement.sunset)
        assert (sunset - deprecated).days >= 365


def test_a_retirement_is_over_from_its_day_on() -> None:
    ending = Retirement("2026-01-01", "2027-01-01")
    assert [ending.is_over(moment("2027-01-01") - 1), ending.is_over(moment("2027-01-01"))] == [False, True]


@pytest.mark.criterion("api-23")
@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (CONTACTS, {"email": "a@b.c", "lifecycle_stage": "lead", "tags": []}, {"email": "a@b.c", "lifecycle": "lead", "tags": []}),
        (f"{CONTACTS}/{{id}}", {"lifecycle_stage": None}, {"lifecycle": None}),
        (CONTACTS, {"lifecycle_stage": "a", "lifecycle": "b"}, {"lifecycle_stage": "a", "lifecycle": "b"}),
        ("/api/v1/deals", {"lifecycle_stage": "lead"}, {"lifecycle_stage": "lead"}),
        ("/api/v1/contactsx", {"lifecycle_stage": "lead"}, {"lifecycle_stage": "lead"}),
        (CONTACTS, ["lifecycle_stage"], ["lifecycle_stage"]),
    ],
)
def test_a_member_of_a_body_gets_its_present_name(path: str, before: Any, after: Any) -> None:
    found = upgrade_members(OLD, path, before)
    assert found == after
    assert not isinstance(found, dict) or list(found) == list(after)


def test_the_bodies_of_a_batch_are_those_of_their_paths() -> None:
    body = {"lifecycle_stage": "lead"}
    paths = ["/api/v1/contacts", "/contacts/con_1?fields=id", "contacts", "/api/contacts", "/api/v1/deals"]
    operations = [{"method": "POST", "path": path, "body": body} for path in paths] + [{"method": "DELETE", "path": "/contacts/con_1"}, 7]
    found = upgrade_members(OLD, "/api/v1/batch", {"atomic": True, "operations": operations})
    assert [next(iter(one["body"])) for one in found["operations"][:5]] == ["lifecycle"] * 4 + ["lifecycle_stage"]
    assert found["operations"][5:] == operations[5:]


@pytest.mark.criterion("api-23")
@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (CONTACTS, ("filter[lifecycle_stage][eq]", "lead"), ("filter[lifecycle][eq]", "lead")),
        (CONTACTS, ("filter[or][0][lifecycle_stage][in]", "lifecycle_stage"), ("filter[or][0][lifecycle][in]", "lifecycle_stage")),
        (CONTACTS, ("sort", "-lifecycle_stage,email"), ("sort", "-lifecycle,email")),
        (CONTACTS, ("fields", "id,lifecycle_stage"), ("fields", "id,lifecycle")),
        ("/api/v1/deals", ("filter[contact.lifecycle_stage][eq]", "x"), ("filter[contact.lifecycle][eq]", "x")),
        (CONTACTS, ("filter[custom.lifecycle_stage][eq]", "x"), ("filter[custom.lifecycle_stage][eq]", "x")),
        ("/api/v1/deals", ("fields", "lifecycle_stage"), ("fields", "lifecycle_stage")),
        (CONTACTS, ("cursor", "lifecycle_stage"), ("cursor", "lifecycle_stage")),
    ],
)
def test_a_query_names_fields_by_their_present_names(path: str, before: tuple[str, str], after: tuple[str, str]) -> None:
    assert upgrade_query(OLD, path, [before]) == [after]


@pytest.mark.criterion("api-23")
def test_an_answer_reads_as_it_did_wherever_a_contact_stands_in_it() -> None:
    contact = {"object": "contact", "lifecycle": "lead", "custom": {"lifecycle": "mine"}}
    old = {"object": "contact", "lifecycle_stage": "lead", "custom": {"lifecycle": "mine"}}
    assert downgrade(OLD, {"object": "list", "data": [contact, {"object": "deal", "contact": contact, "lifecycle": 1}]}) == {
        "object": "list",
        "data": [old, {"object": "deal", "contact": old, "lifecycle": 1}],
    }


def test_an_event_stays_in_the_version_that_it_names() -> None:
    event = {"object": "event", "api_version": CURRENT.name, "data": {"record": {"object": "contact", "lifecycle": "lead"}}}
    assert downgrade(OLD, {"data": [event]}) == {"data": [event]}


@given(values)
def test_the_current_version_changes_nothing(value: Any) -> None:
    assert downgrade(CURRENT, value) == value
    assert upgrade_members(CURRENT, CONTACTS, value) == value


@given(st.dictionaries(st.sampled_from(["email", "lifecycle_stage", "title"]), st.text(max_size=4)))
def test_what_goes_up_comes_down_again(members: dict[str, str]) -> None:
    assert downgrade(OLD, {"object": "contact", **upgrade_members(OLD, CONTACTS, members)}) == {"object": "contact", **members}


@pytest.mark.parametrize(
    ("path", "pointer", "expected"),
    [(CONTACTS, "/lifecycle", "/lifecycle_stage"), (CONTACTS, "/lifecycles", "/lifecycles"), ("/api/v1/deals", "/lifecycle", "/lifecycle")],
)
def test_a_refusal_points_at_the_name_that_was_sent(path: str, pointer: str, expected: str) -> None:
    assert downgrade_pointer(OLD, path, pointer) == expected


def test_every_change_is_told_to_people() -> None:
    assert [change.about for version in VERSIONS for change in version.changes] == [
        "`lifecycle_stage` of a contact is named `lifecycle`, in bodies, `fields`, `sort` and `filter`."
    ]
