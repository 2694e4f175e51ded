"""XML of strangers: read as far as it is plain, refused where it is more, in time and memory that its size bounds."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Unprocessable
from server.domain.mail import markup
from tests.pace import quickest

pytestmark = pytest.mark.criterion("email-21")


def test_elements_and_texts_are_read() -> None:
    root = markup.parse(b'<?xml version="1.0"?><!-- hi --><a:r xmlns:a="x"><b k="v"> one &amp; &#50; </b><b/><c>x<d>y</d></c></a:r>')
    assert (root.name, root.value("b"), len(root.all("b")), root.first("c").value("d")) == ("r", "one & 2", 2, "y")
    assert root.value("nothing") == ""


def test_an_encoding_is_believed_when_it_is_declared() -> None:
    assert markup.parse('<?xml version="1.0" encoding="iso-8859-1"?><a><b>Grün</b></a>'.encode("latin-1")).value("b") == "Grün"


def test_what_is_no_tag_is_text() -> None:
    root = markup.parse(b"<a><email><bad@x.net></email><from>bad<x.net</from><end>1</end></a>")
    assert (root.value("from"), root.value("end")) == ("bad<x.net", "1")
    assert root.value("email") == "<bad@x.net>"


@pytest.mark.parametrize(
    "text",
    [
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE l [<!ENTITY l "l"><!ENTITY m "&l;&l;">]><a>&m;</a>',
        b'<a><!ENTITY % p SYSTEM "http://127.0.0.1/">%p;</a>',
        b"<a><![CDATA[<x>]]></a>",
        b"<a><!-- never ended",
        b"<?xml never ended",
        b"",
        b"no markup at all",
        b"<a>" * 50,
    ],
)
def test_what_a_report_does_not_need_is_refused(text: bytes) -> None:
    with pytest.raises(Unprocessable) as caught:
        markup.parse(text)
    assert caught.value.stable_code == "report_unreadable"


def test_an_unknown_entity_stays_what_it_is() -> None:
    assert markup.parse(b"<a><b>&xxe;</b></a>").value("b") == "&xxe;"


@pytest.mark.parametrize("piece", [b"<", b"<a", b"<a ", b"</a>", b"<b/>", b"&", b"<a b='", b"<!--x-->", b"<?x?>"])
def test_a_megabyte_of_anything_is_answered_soon(piece: bytes) -> None:
    def parse() -> None:
        with suppress(Unprocessable):
            markup.parse(b"<r>" + piece * (1_000_000 // len(piece)))

    assert quickest(parse, 5, clock=time.thread_time) < 5


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(Unprocessable):
        assert markup.parse(b"<a>" + content).name == "a"
