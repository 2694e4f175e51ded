"""The delimiter is the one that cuts evenly, quotes respected; what none cuts evenly is no table."""

import pytest

from server.domain.errors import Unprocessable
from server.services.exchange.dialect import detect_dialect, detect_quote
from server.services.exchange.layout import Finding


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_found(delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in [("name", "city", "note"), ("carol", "berlin", "a b"), ("dave", "rome", "")])
    cut, findings = detect_dialect(text, whole=True)
    assert (findings[0].value, cut.width) == (delimiter, 3)


def test_decimal_commas_do_not_pass_for_delimiters() -> None:
    text = "name;net;gross\n" + "carol;1,50;2,50\n" * 20
    assert detect_dialect(text, whole=True)[1][0].value == ";"


def test_delimiters_and_newlines_inside_quotes_are_not_counted() -> None:
    text = "name,note\n" + 'carol,"a; b; c\nd; e; f"\n' * 20
    cut, findings = detect_dialect(text, whole=True)
    assert (findings[0].value, cut.evenness) == (",", 1.0)


def test_ragged_rows_lower_the_confidence_but_do_not_change_the_answer() -> None:
    finding = detect_dialect("a;b;c\n" + "1;2;3\n" * 8 + "1;2\n", whole=True)[1][0]
    assert finding.value == ";"
    assert finding.confidence < 1


def test_the_last_record_of_a_cut_sample_is_not_judged() -> None:
    assert detect_dialect("a,b,c\n1,2,3\n4,5,6\n7,", whole=False)[0].evenness == 1


def test_single_quotes_are_taken_only_when_they_alone_wrap_cells() -> None:
    assert detect_quote("'a','b'\n'c','d'\n").value == "'"
    assert detect_quote("name,note\nd'Arc,it's\n").value == '"'


@pytest.mark.parametrize("text", ["email\ncarol@example.com\ndave@example.com\n", "carol@example.com\ndave@example.com\n", "Firma\nGroß GmbH\n"])
def test_a_list_of_one_recognisable_column_is_a_table(text: str) -> None:
    assert detect_dialect(text, whole=True)[0].width == 1


@pytest.mark.parametrize(
    "text",
    [
        "Dear all\nI write to you today\nabout nothing\n",
        "It is a truth, universally acknowledged,\nthat a man\nin possession, of, a, fortune\nmust\nbe\n",
    ],
)
def test_prose_is_no_table(text: str) -> None:
    with pytest.raises(Unprocessable) as refusal:
        detect_dialect(text, whole=True)
    assert refusal.value.stable_code == "not_a_table"


def test_a_given_delimiter_is_taken_even_where_it_cuts_nothing() -> None:
    cut, findings = detect_dialect("a b\nc d\n", whole=True, given=Finding("delimiter", ";", 1.0, "as given"))
    assert (cut.width, findings[0].reason) == (1, "as given")


@pytest.mark.parametrize("delimiter", ["ab", '"', "\n", "x", ""])
def test_an_impossible_delimiter_is_refused(delimiter: str) -> None:
    with pytest.raises(Unprocessable) as refusal:
        detect_dialect("a,b\n", whole=True, given=Finding("delimiter", delimiter, 1.0, "as given"))
    assert refusal.value.stable_code == "bad_delimiter"
