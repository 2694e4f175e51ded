"""What may be chosen for an import is checked like any body."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from server.services.importing.options import ImportOptions


def test_what_is_left_out_is_detected_and_nothing_is_overwritten_unasked() -> None:
    options = ImportOptions()
    assert (options.dry_run, options.create_companies, options.clear_blanks) == (False, False, False)
    assert (options.encoding, options.delimiter, options.match) == (None, None, "identity")


@pytest.mark.parametrize(("name", "value"), [("currency", "EURO"), ("delimiter", ",,"), ("on_match", "merge"), ("dates", "iso"), ("speed", 1)])
def test_what_makes_no_sense_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        ImportOptions.model_validate({name: value})


def test_a_currency_is_written_in_capitals() -> None:
    assert ImportOptions(currency="eur").currency == "EUR"
