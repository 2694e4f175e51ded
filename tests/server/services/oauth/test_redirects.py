"""Redirect addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.services.oauth import redirects


@pytest.mark.parametrize(
    "uri",
    ["https://app.example.com/cb", "https://app.example.com:8443/cb?x=1", "http://127.0.0.1/cb", "http://[::1]:99/cb", "http://localhost:1/",
     "com.example.app:/cb", "com.example.app://cb/x"],
)  # fmt: skip
def test_what_may_be_registered(uri: str) -> None:
    assert redirects.fault(uri) is None


@pytest.mark.parametrize(
    "uri",
    ["", "/cb", "app.example.com/cb", "http://app.example.com/", "https://a.example.com/#x", "javascript:alert(1)", "data:text/html,x", "file:///etc",
     "https://", "https://a b.example.com/", "https://user@a.example.com/", "https://a.example.com;x/", "https://a.example.com:99999/",
     "https://a.example.com:x/", "https://ä.example.com/", 'https://a.example.com/"', "vbscript:x", "app:/cb", "https://a.example.com/" + "x" * 2000],
)  # fmt: skip
def test_what_may_not(uri: str) -> None:
    assert redirects.fault(uri)


def test_the_port_is_free_on_loopback_only() -> None:
    assert redirects.matches("http://127.0.0.1/cb", "http://127.0.0.1:61000/cb")
    assert redirects.matches("http://[::1]:1/cb", "http://[::1]:2/cb")
    assert not redirects.matches("http://127.0.0.1/cb", "http://127.0.0.1:61000/other")
    assert not redirects.matches("http://127.0.0.1/cb", "http://localhost:61000/cb")
    assert not redirects.matches("http://127.0.0.1/cb", "https://127.0.0.1:61000/cb")
    assert not redirects.matches("http://127.0.0.1/cb", "http://x@127.0.0.1:61000/cb")
    assert not redirects.matches("https://app.example.com/cb", "https://app.example.com:8443/cb")


@given(st.text(max_size=60))
def test_any_other_text_is_no_match(text: str) -> None:
    registered = "https://app.example.com/cb"
    assert redirects.matches(registered, text) == (text == registered)
    assert redirects.matches(registered, registered + text) == (not text)


@given(st.text(max_size=60))
def test_whatever_may_be_registered_cannot_break_out_of_a_policy(text: str) -> None:
    uri = f"https://{text}"
    if redirects.fault(uri) is None:
        assert not set(redirects.source(uri)) & set("; ,'\"")
