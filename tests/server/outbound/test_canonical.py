"""The relaxed form of a body is the library's own, whatever the body."""

from __future__ import annotations

from dkim.canonicalization import compress_whitespace, correct_empty_body, strip_trailing_lines, strip_trailing_whitespace
from hypothesis import given
from hypothesis import strategies as st

from server.outbound.canonical import relaxed


@given(st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"\r", b"\n", b"a"]), max_size=30).map(b"".join))
def test_a_body_is_relaxed_as_the_standard_has_it(body: bytes) -> None:
    assert relaxed(body) == correct_empty_body(strip_trailing_lines(compress_whitespace(strip_trailing_whitespace(body))))
