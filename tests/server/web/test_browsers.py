"""What proves that a form was shown to this browser, and to this person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.web.browsers import Visit, is_proven, proof

pytestmark = pytest.mark.usefixtures("opened")

HERE = Visit("b" * 32, "session", None, is_new=False)


def test_a_form_belongs_to_the_browser_that_it_was_shown_to() -> None:
    elsewhere = replace(HERE, browser="c" * 32)
    for decides in (False, True):
        assert is_proven(HERE, proof(HERE, decides=decides), decides=decides)
        assert not is_proven(elsewhere, proof(HERE, decides=decides), decides=decides)
        assert not is_proven(HERE, "", decides=decides)
        assert not is_proven(replace(HERE, is_new=True), proof(HERE, decides=decides), decides=decides), "who comes for the first time was shown none"


def test_only_a_form_that_decides_belongs_to_the_person_too() -> None:
    another = replace(HERE, token="another")
    assert is_proven(another, proof(HERE, decides=False), decides=False)
    assert not is_proven(another, proof(HERE, decides=True), decides=True)
