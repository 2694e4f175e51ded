"""Words without case and accents, and which record they fit best."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.search import MOST_ASKED, MOST_INDEXED, asked, digits, fit, indexed, plain, snippet, words


@pytest.mark.parametrize(
    ("written", "found"),
    [("Łukasz", "lukasz"), ("SØREN", "soren"), ("Straße", "strasse"), ("Émile", "emile"), ("E\u0301mile", "emile"), ("Œuvre", "oeuvre")],
)
def test_case_and_accents_do_not_matter(written: str, found: str) -> None:
    assert plain(written) == found


def test_what_is_between_words_does_not_matter() -> None:
    assert words("anna.schmidt+news@Example.com") == ["anna", "schmidt", "news", "example", "com"]


@pytest.mark.parametrize("fragment", ["+49 30 1234567", "030 1234567", "1234567", "30123", "2345"])
def test_a_telephone_number_is_found_by_any_run_of_its_digits(fragment: str) -> None:
    found = indexed(["+49 (30) 123-4567"])
    assert any(fit(wanted, [], found) > 0 for wanted in asked(fragment))


def test_few_digits_and_words_are_no_number() -> None:
    assert (digits("123"), digits("order 12345"), digits("00012")) == ("", "", "")


def test_every_word_has_to_be_there() -> None:
    assert fit(["anna", "berlin"], ["anna", "schmidt"], ["hamburg"]) == 0


def test_a_title_in_full_comes_before_a_word_of_it_and_that_before_other_words() -> None:
    grades = [
        fit(["anna"], ["anna"], []),
        fit(["anna"], ["anna", "schmidt"], []),
        fit(["ann"], ["anna", "schmidt"], []),
        fit(["anna"], ["bob"], ["anna"]),
        fit(["ann"], ["bob"], ["anna"]),
        fit(["anna"], ["bob"], []),
    ]
    assert grades == sorted(set(grades), reverse=True)


def test_a_snippet_shows_the_place_that_fits() -> None:
    texts = [("source", "fair"), ("body", "x " * 200 + "we met Anna there " + "y " * 200)]
    found = snippet(["anna"], texts)
    assert found is not None
    assert found.startswith("body: …")
    assert "we met Anna" in found
    assert snippet(["carl"], texts) is None


@given(st.lists(st.text(max_size=60), max_size=20))
def test_what_is_indexed_can_be_asked_for(texts: list[str]) -> None:
    found = indexed(texts)
    assert len(found) <= MOST_INDEXED
    for text in texts:
        for wanted in asked(text)[:1]:
            assert len(wanted) <= MOST_ASKED
            assert fit(wanted, [], found) > 0


@given(st.text(max_size=40))
def test_words_are_stable(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)
