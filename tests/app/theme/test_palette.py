"""The palette: no role is left to the desktop's own theme."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QPalette

from app.theme.palette import ROLES, palette
from app.theme.tokens import DARK


@pytest.mark.criterion("desktop-18")
def test_every_role_is_set_so_that_no_desktop_has_a_say() -> None:
    roles = set(QPalette.ColorRole) - {QPalette.ColorRole.NColorRoles, QPalette.ColorRole.NoRole}
    assert roles - set(ROLES) == set()
    assert palette(DARK).color(QPalette.ColorRole.Accent).name() == DARK.accent


def test_what_is_disabled_is_weaker() -> None:
    found = palette(DARK)
    disabled = found.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert disabled != found.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Text)
