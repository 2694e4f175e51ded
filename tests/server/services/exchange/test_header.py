"""A header is known by its names, by its contrast to what is below, or doubted aloud."""

import pytest

from server.services.exchange.header import detect_header


@pytest.mark.parametrize(
    ("records", "value"),
    [
        ([["Vorname", "E-Mail", "Ort"], ["Jörg", "j@example.com", "Köln"]], "yes"),
        ([["Prénom", "Société"], ["Inès", "Lefèvre"]], "yes"),
        ([["foo", "bar"], ["carol", "12.50"], ["dave", "3"]], "yes"),
        ([["carol", "carol@example.com"], ["dave", "dave@example.com"]], "no"),
        ([["carol", "2024-01-01"], ["dave", "2024-01-02"]], "no"),
        ([["carol", "12"], ["dave", "13"]], "no"),
    ],
)
def test_the_first_row_is_judged(records: list[list[str]], value: str) -> None:
    finding = detect_header(records)
    assert (finding.value, finding.confidence >= 0.9) == (value, True)


def test_plain_text_over_plain_text_is_called_a_header_with_little_confidence() -> None:
    finding = detect_header([["one", "two"], ["three", "four"]])
    assert (finding.value, finding.confidence) == ("yes", 0.5)


def test_a_repeated_value_speaks_against_a_header() -> None:
    assert detect_header([["rot", "rot"], ["blau", "rot"]]).value == "no"
