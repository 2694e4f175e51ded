"""The bounds leave room for every honest file."""

from server.services.exchange import limits


def test_the_largest_cell_fits_a_line_and_a_line_fits_no_sample_by_accident() -> None:
    assert limits.SAMPLE_BYTES < limits.CELL_CHARACTERS < limits.LINE_CHARACTERS
    assert limits.CHARSET_SAMPLE_BYTES < limits.SAMPLE_BYTES


def test_a_full_sheet_of_a_dozen_ordinary_columns_fits_a_workbook() -> None:
    bytes_of_a_cell = len('<c r="AB1048576" s="12" t="s"><v>1234567</v></c>')
    assert limits.WORKBOOK_ROWS * 12 * bytes_of_a_cell < limits.WORKBOOK_BYTES
    assert limits.COLUMNS * bytes_of_a_cell < limits.WORKBOOK_ROW_BYTES
