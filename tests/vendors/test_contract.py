"""Descriptions as oracles: what OpenAPI writes in its own way is judged as it is meant."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.catalog import keys, kind
from tests.vendors.contract import NOT_AT_HAND, Contract, facts, folder
from tests.vendors.facts.writing import TEXT, integer, listed, mapped, operation, record, slice_of
from tests.vendors.forms import tree
from tests.vendors.messages import Answer, Call
from tests.vendors.personality import Published

THING = {
    "allOf": [record({"id": {**TEXT, "readOnly": True}}), {"type": "object", "properties": {"size": integer(1)}}],
    "properties": {"note": {"type": "string", "nullable": True}, "more": mapped(TEXT)},
}
NESTED = record({"items": listed(record({"price": TEXT, "quantity": integer()}, "quantity")), "live": {"type": "boolean"}}, "live")
DOCUMENT = slice_of(
    "Things",
    "https://things.example/v1",
    "nowhere: made up for these tests",
    {
        "GET /things": operation(
            listed({"$ref": "#/components/schemas/Thing"}), query={"limit": integer(1, 5), "ids": listed(TEXT)}, needs=("limit",)
        ),
        "POST /things": operation(
            {"$ref": "#/components/schemas/Thing"}, status=201, body={"$ref": "#/components/schemas/Thing"}, headers=("X-Key",)
        ),
        "POST /orders": operation(status=204, form=NESTED),
        "GET /things/latest": operation(status=204),
        "GET /things/{id}": operation({"$ref": "#/components/schemas/Thing"}),
    },
) | {"components": {"schemas": {"Thing": THING}}}


@pytest.fixture(scope="module")
def contract() -> Contract:
    return facts(DOCUMENT)


def asked(contract: Contract, call: Call) -> list[str]:
    found = contract.operation(call)
    assert found is not None
    return contract.asked(call, found)


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("limit=5&ids=1&ids=x", []),
        ("limit=6", ["query limit (whole): 6 is greater than the maximum of 5"]),
        ("", ["query limit missing"]),
        ("limit=1&other=1", ["an unknown query parameter other"]),
    ],
)
def test_queries(contract: Contract, query: str, wrong: list[str]) -> None:
    found = asked(contract, Call("GET", f"https://things.example/v1/things?{query}"))
    assert found == [f"GET /things asked with {each}" for each in wrong]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"size": 1, "note": None, "more": {"a": "b"}}, ""),
        ({"size": 0}, "size: 0 is less than the minimum"),
        ({"colour": "red"}, "'colour' was unexpected"),
        ({"note": 1}, "note: "),
    ],
)
def test_bodies_with_compositions_and_nulls(contract: Contract, body: Any, wrong: str) -> None:
    found = asked(contract, Call.of("POST", "https://things.example/v1/things", headers={"X-Key": "k"}, json_body=body))
    assert wrong in "".join(found)
    assert bool(found) == bool(wrong)


def test_a_header_and_a_body_that_are_needed(contract: Contract) -> None:
    found = asked(contract, Call("POST", "https://things.example/v1/things"))
    assert found == ["POST /things asked with header X-Key missing", "POST /things asked with no body"]


@pytest.mark.parametrize(("form", "right"), [("items[0][price]=p1&items[0][quantity]=2&live=true", True), ("items[0][quantity]=two", False)])
def test_forms_with_brackets(contract: Contract, form: str, right: bool) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert bool(asked(contract, Call("POST", "https://things.example/v1/orders", headers, form.encode()))) != right


def test_only_the_vendor_has_to_give_what_only_the_vendor_sets(contract: Contract) -> None:
    call = Call("GET", "https://things.example/v1/things/7")
    found = contract.operation(call)
    assert found is not None
    assert contract.answered(Answer.of({"id": "7"}), found) == []
    assert '"id" is a required property' in contract.answered(Answer.of({"size": 1}), found)[0]


def test_a_path_that_is_written_out_goes_before_one_with_a_placeholder(contract: Contract) -> None:
    found = contract.operation(Call("GET", "https://things.example/v1/things/latest"))
    assert found is not None
    assert found.name == "GET /things/latest"


@pytest.mark.parametrize("url", ["https://things.example/v2/things", "https://other.example/v1/things", "https://things.example/v1/things/1/2"])
def test_what_is_not_described(contract: Contract, url: str) -> None:
    assert contract.operation(Call("GET", url)) is None


def test_an_answer_of_a_status_or_type_that_is_not_described(contract: Contract) -> None:
    found = contract.operation(Call("GET", "https://things.example/v1/things/7"))
    assert found is not None
    assert "status 202" in contract.answered(Answer.of({}, 202), found)[0]
    assert "type text/html" in contract.answered(Answer(200, {"content-type": "text/html"}, b"<p>"), found)[0]


def test_names_with_brackets_are_a_tree() -> None:
    fields = [("a", "1"), ("b[c]", "2"), ("b[d][]", "3"), ("b[d][]", "4"), ("e[0][f]", "5")]
    assert tree(fields) == {"a": "1", "b": {"c": "2", "d": {"": ["3", "4"]}}, "e": {"0": {"f": "5"}}}


def test_every_description_that_a_stand_in_is_judged_by_is_at_hand() -> None:
    if folder() is None:
        pytest.skip(NOT_AT_HAND)
    published = [one for key in keys() for one in kind(key).descriptions if isinstance(one, Published)]
    assert len(published) > 3
    assert [one.path for one in published if one.contract() is None] == []
