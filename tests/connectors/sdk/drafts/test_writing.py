"""What is written as TOML is read back, and a title cannot break out of where it stands."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.sdk.drafts.writing import icon, plain, toml

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1)
VALUES = TEXTS | st.booleans() | st.integers(-(2**62), 2**62) | st.lists(st.text(st.characters(codec="utf-8")), min_size=1)
MEMBERS = st.dictionaries(TEXTS, VALUES, max_size=4)


@given(MEMBERS)
def test_what_is_written_as_toml_is_read_back(members: dict[str, Any]) -> None:
    kept = {name: value for name, value in members.items() if value != ""}
    assert tomllib.loads(toml(kept)) == kept
    inside = {name: value for name, value in kept.items() if not isinstance(value, list)}
    assert tomllib.loads(toml({"table": inside})) == ({"table": inside} if inside else {})


def test_long_lists_stand_line_by_line() -> None:
    assert toml({"gaps": ["a" * 80, "b" * 80]}).count("\n") == 4


def test_a_title_cannot_break_out_of_its_icon_or_its_docstring() -> None:
    assert "<script" not in icon('"><script>')
    assert '"' not in plain('Acme """\\ CRM.')
