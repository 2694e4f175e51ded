"""The command sends what was sent, whatever that holds."""

from __future__ import annotations

import shlex

from hypothesis import given
from hypothesis import strategies as st

from server.domain.curl import curl


@given(st.text(min_size=1), st.text())
def test_a_shell_reads_back_what_was_sent(value: str, body: str) -> None:
    command = curl("https://example.com/hooks?a=1&b=2", {"X-Own": value}, body)
    expected = ["curl", "--request", "POST", "--url", "https://example.com/hooks?a=1&b=2", "--header", f"X-Own: {value}", "--data-binary", body]
    assert shlex.split(command) == expected


def test_without_a_body_there_is_none_to_send() -> None:
    assert "--data-binary" not in curl("https://example.com/", {}, None)
