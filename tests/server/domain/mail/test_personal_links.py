"""Names of addresses become marks, marks become addresses, and nothing else changes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.domain.mail import link_rewriting, personal_links
from server.domain.mail.personal_links import MARKS


def test_every_way_of_writing_a_name_becomes_the_address() -> None:
    text = personal_links.marked("A {{unsubscribe_url}} B {{  preferences_url }} C {{ other }}")
    assert text is not None
    assert personal_links.are_in(text)
    assert personal_links.addressed(text, "https://x.test/u") == "A https://x.test/u B https://x.test/u C {{ other }}"


def test_a_mark_is_no_link_that_anybody_would_rewrite() -> None:
    assert not any(link_rewriting.is_followed(mark) for mark in MARKS.values())


@given(st.text())
def test_a_text_without_the_names_stays_as_it_is(text: str) -> None:
    if "_url" not in text:
        assert personal_links.marked(text) == text
        assert not personal_links.are_in(text, None)
