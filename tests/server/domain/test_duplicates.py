"""Who looks like whom."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.duplicates import LIKELY, WEIGHTS, candidate_keys, reasons, score

ALICE = {"first_name": "Alice", "last_name": "Müller", "email": "alice@acme.example", "phone": "+49 30 1234567", "company_id": "cmp_1"}
ACME = {"name": "Acme GmbH", "domain": "acme.example", "phone": "030 7654321"}


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"email": "Alice@Acme.example "}, {"email": "alice@acme.example"}, ["same_email"]),
        ({"email": "alice+news@acme.example"}, {"email": "alice@acme.example"}, ["same_email"]),
        ({"email": "al.ice@gmail.com"}, {"email": "alice@googlemail.com"}, ["same_email"]),
        ({"phone": "+49 30 123 45 67"}, {"phone": "030/1234567"}, ["same_phone"]),
        ({"phone": "0049 (0)30 1234567 ext. 5"}, {"phone": "+49-30-1234567 x9"}, ["same_phone"]),
        (
            {"first_name": "Alice", "last_name": "Müller", "company_id": "cmp_1"},
            {"first_name": "MULLER", "last_name": "alice", "company_id": "cmp_1"},
            ["same_name_and_company"],
        ),
        (
            {"first_name": "Alice", "last_name": "O'Hara", "email": "a@acme.example"},
            {"first_name": "alice", "last_name": "OHara", "email": "alice@acme.example"},
            ["same_name_and_company"],
        ),
        ({"name": "Acme GmbH"}, {"name": "ACME, Inc."}, ["same_company_name"]),
        ({"name": "Acme S.A."}, {"name": "The Acmé Company"}, ["same_company_name"]),
        ({"domain": "https://www.Acme.example/about"}, {"domain": "acme.example."}, ["same_domain"]),
        (ACME, ACME, ["same_domain", "same_phone", "same_company_name"]),
    ],
)
def test_records_that_look_alike_are_likely_one_and_say_why(one: dict[str, Any], other: dict[str, Any], why: list[str]) -> None:
    assert reasons(one, other) == why
    assert score(one, other) >= LIKELY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        ({"email": ""}, {"email": None}),
        ({"email": "alice@acme.example"}, {"email": "bob@acme.example"}),
        ({"email": "al.ice@acme.example"}, {"email": "alice@acme.example"}),
        ({"email": "+x@acme.example"}, {"email": "+y@acme.example"}),
        ({"phone": "112"}, {"phone": "112"}),
        ({"first_name": "Alice", "last_name": "Smith"}, {"first_name": "Alice", "last_name": "Smith"}),
        ({"first_name": "Alice", "company_id": "cmp_1"}, {"first_name": "Alice", "company_id": "cmp_1"}),
        (
            {"first_name": "Alice", "last_name": "Smith", "email": "a@gmail.com"},
            {"first_name": "Alice", "last_name": "Smith", "email": "b@gmail.com"},
        ),
        ({"name": "Acme North"}, {"name": "Acme South"}),
        ({"name": "GmbH"}, {"name": "Ltd"}),
        ({"domain": "gmail.com"}, {"domain": "gmail.com"}),
        ({"name": 5, "email": ["x"], "phone": {}}, {"name": 5, "email": ["x"], "phone": {}}),
    ],
)
def test_records_with_nothing_telling_in_common_are_not(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert score(one, other) < LIKELY


def test_more_evidence_makes_it_more_likely() -> None:
    other = {**ALICE, "phone": None}
    assert score({"email": "alice@acme.example"}, ALICE) < score(other, ALICE) < score(ALICE, ALICE) < 1


fields = {
    "first_name": st.sampled_from(["Alice", "alice", "Bob", "", None]),
    "last_name": st.sampled_from(["Smith", "Smîth", "Jones", ""]),
    "email": st.sampled_from(["alice@acme.example", "ALICE@acme.example", "alice+1@acme.example", "bob@gmail.com", "", None]) | st.text(max_size=5),
    "phone": st.sampled_from(["+49 30 1234567", "0301234567", "", None]) | st.text("0123456789 +x", max_size=12),
    "company_id": st.sampled_from(["cmp_1", "cmp_2", None]),
    "name": st.sampled_from(["Acme GmbH", "Acme", "Other Ltd", ""]) | st.text(max_size=5),
    "domain": st.sampled_from(["acme.example", "www.acme.example", None]) | st.text(max_size=5),
}
records = st.fixed_dictionaries({}, optional=fields)


@given(records, records)
def test_the_score_is_a_share_and_does_not_depend_on_who_comes_first(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert 0 <= score(one, other) <= 1
    assert score(one, other) == score(other, one)
    assert set(reasons(one, other)) <= set(WEIGHTS)


@given(records, records)
def test_likely_duplicates_always_share_a_key(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert score(one, other) < LIKELY or candidate_keys(one) & candidate_keys(other)
