"""Places in what arrives: read whatever it is, as text that can be stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.inbound.arrivals import ABSENT, LONGEST, Arrival

FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}


def arrival(body: bytes = b"", headers: dict[str, str] | None = None, query: tuple[tuple[str, str], ...] = ()) -> Arrival:
    return Arrival("POST", "https://a.example/hooks/x", headers or {}, query, body)


@pytest.mark.parametrize(
    ("body", "places", "text"),
    [
        (b'{"id": "a"}', "json:id", "a"),
        (b'{"event": {"type": "b"}}', "json:event.type", "b"),
        (b'[{"id": 1}, {"id": 2}]', "json:*.id", "1,2"),
        (b'{"id": true, "n": 1.5}', "json:id + json:n", "true:1.5"),
        (b'{"b": "x"}', "json:a | json:b", "x"),
        (b'{"a": "x"}', "json:a + json:b", None),
        (b'{"a": null, "b": {}, "c": []}', "json:a | json:b | json:c", None),
        (b'{"a": "x\\u0000\\ud800y"}', "json:a", "x\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}y"),
        (b"not json", "json:a", None),
        (b"[" * 100_000, "json:a", None),
        (b'{"a": ' + b"9" * 5000 + b"}", "json:a", None),
    ],
)
def test_a_place_in_json_is_read_or_empty(body: bytes, places: str, text: str | None) -> None:
    assert arrival(body).text(places) == text


def test_headers_queries_forms_and_credentials_have_their_places() -> None:
    found = arrival(b"a=1&a=2&b=%C3%A9", {**FORM, "x-id": "7", "authorization": "Basic dXNlcjpwdw=="}, (("token", "t"),))
    assert [found.text(place) for place in ("header:X-Id", "query:token", "form:a", "form:b", "basic:", "bearer:")] == [
        "7",
        "t",
        "1",
        "é",
        "user:pw",
        None,
    ]
    assert arrival(headers={"authorization": "Bearer abc"}).text("bearer:") == "abc"
    assert arrival(headers={"authorization": "Basic !!!"}).text("basic:") is None


def test_a_body_is_a_form_only_when_it_says_so() -> None:
    assert arrival(b"a=1").text("form:a") is None
    assert arrival(b"a=%FF", FORM).form == ()
    assert arrival(b"&".join([b"a=1"] * 2000), FORM).form == ()


def test_each_different_text_of_many_is_a_mark_of_its_own() -> None:
    assert arrival(b'[{"id": 7}, {"id": 7}, {"id": 8}, {"id": ""}, {}]').marks("json:a | json:*.id") == ["7", "8"]
    assert arrival(b'{"a": "x", "b": "y"}').marks("json:a | json:b") == ["x"]
    assert arrival(b"{}").marks("json:a") == []
    assert arrival(b'{"a": "%b"}' % (b"x" * (LONGEST + 1))).marks("json:a")[0].startswith("sha256:")


def test_a_long_mark_is_its_hash() -> None:
    assert arrival(b'{"a": "x"}').mark("json:a") == "x"
    assert (arrival(b'{"a": "%b"}' % (b"x" * (LONGEST + 1))).mark("json:a") or "").startswith("sha256:")
    assert arrival(b'{"a": ""}').mark("json:a") is None


@given(st.binary(max_size=300), st.dictionaries(st.text(max_size=20), st.text(max_size=50), max_size=5))
def test_reading_never_raises_and_gives_text_that_can_be_stored(body: bytes, headers: dict[str, str]) -> None:
    found = arrival(body, {**headers, **FORM})
    for place in ("json:a.*.b", "form:a", "header:x", "basic:", "bearer:", *(f"header:{name}" for name in headers)):
        text = found.text(place)
        assert text is None or text == text.encode().decode().replace("\0", "")


def test_a_body_that_is_no_json_is_told_from_null() -> None:
    assert arrival(b"null").document is None
    assert arrival(b"").document is ABSENT


def test_a_label_is_cut_where_it_is_too_long() -> None:
    assert arrival(b'{"a": "%b"}' % (b"x" * 300)).label("json:a") == "x" * LONGEST
    assert arrival(b"{}").label("json:a") is None
