"""Encodings are found out by mark, by UTF-8's own strictness or by judgement, and the finding says which."""

from pathlib import Path

import pytest

from server.services.exchange.encoding import detect_encoding

WESTERN = "Vorname;Nachname;Ort\r\nJörg;Müller;Köln\r\nBjörn;Groß;Düsseldorf\r\n"


def _written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(("codec", "name"), [("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-32", "utf-32")])
def test_a_byte_order_mark_is_believed(tmp_path: Path, codec: str, name: str) -> None:
    finding = detect_encoding(_written(tmp_path, WESTERN.encode(codec)))
    assert (finding.value, finding.confidence) == (name, 1.0)
    assert "byte order mark" in finding.reason


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_recognised_by_its_zeros(tmp_path: Path, codec: str) -> None:
    finding = detect_encoding(_written(tmp_path, WESTERN.encode(codec)))
    assert finding.value == codec
    assert finding.confidence < 1


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (WESTERN, "cp1252"),
        ("Nachname\nMüller\n", "cp1252"),
        ("Prénom;Société\nHélène;Crédit à côté\n", "cp1252"),
        ("Teléfono;Año\nMuñoz;España\n", "cp1252"),
        ("Imię;Nazwisko\nŁukasz;Żółć\nGrażyna;Święcka\n" * 5, "cp1250"),
        ("Имя;Фамилия\nИван;Петров\nАнна;Кузнецова\n" * 5, "cp1251"),  # noqa: RUF001 - the letters are the point
        ("Όνομα;Επώνυμο\nΓιώργος;Παπαδόπουλος\n" * 5, "cp1253"),  # noqa: RUF001 - the letters are the point
        ("Vorname;Ort\rJörg;Köln\r", "mac_roman"),
    ],
)
def test_older_encodings_are_judged_by_their_letters_and_never_called_certain(tmp_path: Path, text: str, codec: str) -> None:
    path = _written(tmp_path, text.encode(codec))
    finding = detect_encoding(path)
    assert path.read_bytes().decode(finding.value) == text
    assert finding.confidence < 1
    assert "not UTF-8" in finding.reason


def test_a_late_umlaut_far_behind_any_sample_still_decides(tmp_path: Path) -> None:
    content = b"name;city\n" + b"carol;berlin\n" * 200_000 + "Jörg;Köln\n".encode("cp1252")
    assert detect_encoding(_written(tmp_path, content)).value == "cp1252"


def test_a_few_broken_bytes_do_not_turn_utf_8_into_something_else(tmp_path: Path) -> None:
    content = ("Jörg;Köln\n" * 100).encode() + b"J\xf6rg;K\xc3\xb6ln\n"
    finding = detect_encoding(_written(tmp_path, content))
    assert (finding.value, finding.confidence) == ("utf-8", 0.8)
    assert "1 bytes" in finding.reason


def test_a_character_cut_by_the_reading_in_pieces_is_not_taken_for_broken(tmp_path: Path) -> None:
    content = b"a" * (1024 * 1024 - 1) + "ö€\n".encode()
    assert detect_encoding(_written(tmp_path, content)).value == "utf-8"
