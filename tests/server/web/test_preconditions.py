"""Entity tags: made of versions and bodies, compared as RFC 9110 says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Invalid
from server.web.preconditions import NO_VERSION, named, tag_of, tags, unchanged, wanted_version


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"7"', ["7"]),
        ('W/"7"', ["7"]),
        ('"a", W/"b" ,"c"', ["a", "b", "c"]),
        ('""', [""]),
        ("", None),
        ("7", None),
        ('"a" "b"', None),
        ('"a', None),
        ('"a""b"', None),
    ],
)
def test_a_list_of_tags_is_read_or_it_is_none(text: str, found: list[str] | None) -> None:
    assert tags(text) == found


@pytest.mark.parametrize(
    ("text", "version"),
    [(None, None), ("*", None), ('"7"', 7), ('W/"7"', 7), ("7", 7), ('"7-1f2e"', 7), ('"abc"', NO_VERSION), ('"-7"', NO_VERSION)],
)
def test_if_match_names_a_version(text: str | None, version: int | None) -> None:
    assert wanted_version(text) == version


@pytest.mark.parametrize("text", ["", "abc", '"1", "2"', '"1', "1.5", "é"])
def test_if_match_that_is_no_single_tag_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        wanted_version(text)
    assert refused.value.stable_code == "invalid_if_match"


@given(st.binary(), st.none() | st.integers(0, 10**17))
def test_a_tag_is_found_again_and_keeps_its_version(body: bytes, version: int | None) -> None:
    tag = tag_of(body, version)
    assert unchanged(tag, tag)
    assert unchanged(f'"other", W/{tag}', tag)
    if version is not None:
        assert wanted_version(tag) == version


def test_another_body_has_another_tag() -> None:
    assert tag_of(b"a", 7) != tag_of(b"b", 7)
    assert not unchanged(tag_of(b"a", 7), tag_of(b"b", 7))


def test_what_was_used_since_is_another_answer_and_not_another_version() -> None:
    before, used, renamed = (
        tag_of(b'{"name":"%s","last_used_at":%s,"created_at":"1"}' % pair) for pair in ((b"a", b"null"), (b"a", b'"2"'), (b"b", b'"2"'))
    )
    assert len({before, used, renamed}) == 3
    assert named(before, used.strip('"'))
    assert not named(before, renamed.strip('"'))


def test_garbage_covers_nothing_and_a_star_everything() -> None:
    assert not unchanged("garbage", '"7"')
    assert unchanged(" * ", '"7"')
