"""The header that says what we found: no value can break out of its place."""

from __future__ import annotations

import authres
from hypothesis import given
from hypothesis import strategies as st

from server.domain.mail.authentication_results import Said, header


def test_a_header_names_who_looked_and_each_result() -> None:
    found = header("mx.example.net", [Said("spf", "pass", "", {"smtp.mailfrom": "a@example.com"}), Said("dmarc", "fail", "no", {"header.from": "x"})])
    assert found == (
        b'Authentication-Results: mx.example.net;\r\n\tspf=pass smtp.mailfrom=a@example.com;\r\n\tdmarc=fail reason="no" header.from=x\r\n'
    )


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_value_stays_one_value(reason: str, value: str) -> None:
    found = header("mx.example.net", [Said("spf", "fail", reason, {"smtp.mailfrom": value}), Said("dmarc", "fail")])
    assert found.count(b"\r\n") == found.count(b"\r\n\t") + 1
    parsed = authres.AuthenticationResultsHeader.parse(found.decode().replace("\r\n\t", " ").strip())
    assert [(one.method, one.result) for one in parsed.results] == [("spf", "fail"), ("dmarc", "fail")]
