"""Strings on disk are the same as strings in memory."""

import io

from hypothesis import given
from hypothesis import strategies as st

from server.services.exchange.shared_strings import SpilledStrings, parse_strings


@given(st.lists(st.text()))
def test_spilled_strings_are_read_back_in_any_order(texts: list[str]) -> None:
    strings = SpilledStrings(iter(texts))
    assert len(strings) == len(texts)
    assert [strings[index] for index in reversed(range(len(texts)))] == texts[::-1]
    assert strings[:] == texts
    strings.close()


def test_formatted_strings_lose_only_their_format() -> None:
    xml = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>plain</t></si>'
        b"<si><r><rPr><b/></rPr><t>bold</t></r><r><t xml:space='preserve'> and not</t></r></si><si><t/></si></sst>"
    )
    assert list(parse_strings(io.BytesIO(xml))) == ["plain", "bold and not", ""]
