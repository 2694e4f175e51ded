"""The first bytes say what content is, and a type that they belie is refused."""

from __future__ import annotations

import pytest

from server.domain import media_types
from server.domain.errors import Unprocessable

PNG = b"\x89PNG\r\n\x1a\n...."


@pytest.mark.parametrize(
    ("declared", "head", "kind"),
    [
        ("image/png", PNG, "image/png"),
        (media_types.OCTETS, PNG, "image/png"),
        (media_types.OCTETS, b"words", media_types.OCTETS),
        ("text/csv", b"a,b\n", "text/csv"),
        ("application/epub+zip", b"PK\x03\x04", "application/epub+zip"),
        ("application/msword", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
        ("image/heic", b"\0\0\0\x18ftypheic", "image/heic"),
        ("audio/mpeg", b"\xff\xfb\x90", "audio/mpeg"),
    ],
)
def test_a_type_that_fits_is_kept(declared: str, head: bytes, kind: str) -> None:
    assert media_types.settle(declared, head) == kind


@pytest.mark.parametrize(("declared", "head"), [("image/png", b"MZ.."), ("text/plain", PNG), ("application/pdf", b"words"), ("image/jpeg", PNG)])
def test_a_type_that_is_belied_is_refused(declared: str, head: bytes) -> None:
    with pytest.raises(Unprocessable) as refusal:
        media_types.settle(declared, head)
    assert refusal.value.stable_code == "content_type_mismatch"


def test_a_declared_type_is_read_without_what_comes_behind_it() -> None:
    assert media_types.plain("Text/CSV; charset=utf-8") == "text/csv"
    assert [media_types.plain(text) for text in (None, "", "text", "a/b/c", "te xt/plain", "text/plain\r\nX: y")] == [media_types.OCTETS] * 6


def test_types_are_allowed_and_refused_by_patterns() -> None:
    media_types.check(["image/png"], ("image/*",), ("video/*",))
    for kinds, allowed, refused in ((["image/png"], ("video/*",), ()), (["image/png"], (), ("image/*",))):
        with pytest.raises(Unprocessable):
            media_types.check(kinds, allowed, refused)


def test_nothing_that_could_run_may_be_shown() -> None:
    assert not {"text/html", "image/svg+xml", "application/xml", "text/xml", "application/pdf", "text/javascript"} & media_types.INLINE
