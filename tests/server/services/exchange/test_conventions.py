"""A column's convention is inferred from all its cells together, and doubt is stated."""

from server.services.exchange.conventions import Convention, infer_convention


def test_one_telling_date_decides_its_column() -> None:
    american, finding = infer_convention("date", ["3/4/2026", "12/31/2026", "1/2/2026"], Convention(day_first=True))
    assert not american.day_first
    assert finding is not None
    assert (finding.value, finding.confidence, finding.reason) == ("month before day", 1.0, "1 of 3 cells decide it")


def test_what_nothing_decides_follows_the_default_and_says_so() -> None:
    for default in (Convention(day_first=True), Convention(day_first=False)):
        convention, finding = infer_convention("datetime", ["3/4/2026"], default)
        assert convention == default
        assert finding is not None
        assert finding.confidence == 0.5
        assert "default" in finding.reason


def test_cells_that_contradict_each_other_lower_the_confidence() -> None:
    convention, finding = infer_convention("date", ["31/12/2026", "30/1/2026", "12/31/2026"], Convention(day_first=False))
    assert convention.day_first
    assert finding is not None
    assert (finding.confidence, finding.reason) == (0.67, "2 cells say day before month, 1 say month before day")


def test_a_tie_follows_the_default() -> None:
    convention, finding = infer_convention("date", ["31/12/2026", "12/31/2026"], Convention(day_first=False))
    assert finding is not None
    assert (convention.day_first, finding.confidence) == (False, 0.5)


def test_the_decimal_mark_is_inferred_from_the_cells_that_prove_it() -> None:
    for kind in ("decimal", "money", "integer"):
        convention, _ = infer_convention(kind, ["1.234", "5.678", "9.999,00", 12, None], Convention())
        assert convention.decimal_comma


def test_other_kinds_leave_nothing_open() -> None:
    assert infer_convention("text", ["1/2/2026"], Convention()) == (Convention(), None)
