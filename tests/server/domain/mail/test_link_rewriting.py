"""Links in HTML: found where a browser finds them, exchanged and put back without another byte changing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.mail import link_rewriting
from tests.pace import quickest

PIECES = [
    '<a href="https://one.example/?a=1&amp;b=2">one</a>',
    "<A class=x HREF='http://two.example'>two</A>",
    "<a href=https://three.example/x>three</a>",
    '<a title="href=\'https://no.example\'" href="https://four.example/">four</a>',
    '<a href="mailto:alice@example.com">write</a>',
    '<a href="#top">up</a>',
    "<a href='javascript:alert(1)'>x</a>",
    '<a href="https://off.example" data-track="off">off</a>',
    '<!-- <a href="https://comment.example">-->',
    '<style>a[href="https://style.example"]{}</style>',
    '<area href="https://area.example/">',
    '<abbr href="https://abbr.example/">',
    "text > < & é 日本\r\n",
    '<img src="https://img.example/a.png">',
]


def written(html: str) -> list[str]:
    return [one.written for one in link_rewriting.links(html)]


def test_links_are_found_where_browsers_find_them() -> None:
    assert written("".join(PIECES)) == [
        "https://one.example/?a=1&amp;b=2",
        "http://two.example",
        "https://three.example/x",
        "https://four.example/",
        "https://area.example/",
    ]


@pytest.mark.criterion("email-27")
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(alphabet="<>a =\"'/!-hrefé\n", max_size=30)), max_size=20))
def test_putting_the_links_back_gives_the_same_bytes(pieces: list[str]) -> None:
    html = "".join(pieces)
    found, kept = link_rewriting.links(html), dict[str, str]()

    def address(place: int, target: str) -> str:
        kept[f"https://links.test/{place}."] = target
        return f"https://links.test/{place}."

    changed = link_rewriting.replaced(html, found, address)
    for ours, target in kept.items():
        changed = changed.replace(ours, target, 1)
    assert changed == html


@pytest.mark.parametrize("hostile", ["<a '", '<a "', "<a href=", "<!--", "<style>", "<a\n" * 3, "<a x='>", "<a " + "=" * 50, "a=b "])
def test_hostile_html_is_read_in_time_that_its_length_bounds(hostile: str) -> None:
    html = "<a " + hostile * (500_000 // len(hostile))
    assert quickest(lambda: link_rewriting.links(html), 2, clock=time.thread_time) < 2


def test_what_is_appended_stands_at_the_end_of_the_body() -> None:
    assert link_rewriting.appended("<body>x</body></html>", "<i>") == "<body>x<i></body></html>"
    assert link_rewriting.appended("x", "<i>") == "x<i>"
