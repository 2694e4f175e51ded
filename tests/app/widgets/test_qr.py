"""QR codes: a scanner finds its three marks, the pattern between them, and the quiet zone, on any screen and in any theme."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from app.widgets import qr

TEXT = "otpauth://totp/Example:ada%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Example"
FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]


def test_a_code_has_its_marks_in_three_corners_and_its_timing_between_them() -> None:
    rows = ["".join("1" if dark else "0" for dark in row) for row in qr.modules(TEXT)]
    side = len(rows)
    assert (side - 17) % 4 == 0
    assert {len(row) for row in rows} == {side}
    for top, left in ((0, 0), (0, side - 7), (side - 7, 0)):
        assert [row[left : left + 7] for row in rows[top : top + 7]] == FINDER
    assert rows[6][8 : side - 8] == "".join("10"[place % 2] for place in range(side - 16))


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_it_is_painted_dark_on_light_with_room_around_it(qapp: QApplication, ratio: float) -> None:
    picture = qr.picture(TEXT, ratio)
    image, rows = picture.toImage(), qr.modules(TEXT)
    step, edge = qr.MODULE * ratio, qr.QUIET * qr.MODULE * ratio
    assert picture.deviceIndependentSize().width() == (len(rows) + 2 * qr.QUIET) * qr.MODULE
    seen = [[image.pixelColor(round(edge + step * (left + 0.5)), round(edge + step * (top + 0.5))).lightness() < 128 for left in range(len(rows))]
            for top in range(len(rows))]  # fmt: skip
    assert seen == rows
    assert {image.pixelColor(place, round(edge / 2)).lightness() for place in range(image.width())} == {255}
