"""The generator of messy files is deterministic and really messy."""

from pathlib import Path

from tests.server.services.exchange.messy import EXCEL, SPOILERS, STYLES, write_messy


def test_the_same_seed_makes_the_same_file(tmp_path: Path) -> None:
    first, second, other = (tmp_path / name for name in "abc")
    assert write_messy(first, 500, EXCEL, seed=1) == write_messy(second, 500, EXCEL, seed=1)
    write_messy(other, 500, EXCEL, seed=2)
    assert first.read_bytes() == second.read_bytes() != other.read_bytes()


def test_every_kind_of_mess_occurs_and_the_counts_add_up(tmp_path: Path) -> None:
    for style in STYLES:
        expected = write_messy(tmp_path / style.name, 10_000, style)
        assert set(expected.errors) == set(SPOILERS)
        assert expected.good + expected.refused == expected.records == 10_000
        assert expected.distinct < expected.good
        assert expected.blank
        assert expected.quoted_newlines
        assert len(expected.lines) == expected.refused
