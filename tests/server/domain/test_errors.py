"""The tree of errors, as its own picture draws it."""

from __future__ import annotations

import re

import pytest

from server.domain import errors
from server.domain.errors import Fault, Invalid, JunctionError, Limited, pointer

TREE = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, JunctionError)]


@pytest.mark.parametrize("kind", TREE)
def test_without_a_sentence_an_error_speaks_its_docstring(kind: type[JunctionError]) -> None:
    assert kind().detail == (kind.__doc__ or "").strip()
    assert kind().detail.endswith(".")
    assert kind().stable_code == kind.code


def test_every_kind_has_a_stable_code_of_its_own() -> None:
    codes = [kind.code for kind in TREE]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch("[a-z_]+", code) for code in codes)


def test_the_picture_in_the_docstring_is_the_tree() -> None:
    drawn, above = {}, {}
    for line in re.findall(r"^ {4}( *)(\w+)", errors.__doc__ or "", re.MULTILINE):
        depth = len(line[0]) // 2
        above[depth] = line[1]
        drawn[line[1]] = above.get(depth - 1, "Exception")
    assert drawn == {kind.__name__: kind.__bases__[0].__name__ for kind in TREE}


def test_an_error_carries_everything_that_the_caller_is_told() -> None:
    fault = Fault("/email", "malformed", "It is not an address.")
    error = Invalid("Look again.", code="odd", faults=[fault], field="email")
    assert (error.detail, error.stable_code, error.faults, error.members) == ("Look again.", "odd", (fault,), {"field": "email"})
    assert str(error) == "Look again."
    assert Limited(retry_after=5).retry_after == 5


def test_a_pointer_escapes_what_parts_its_steps() -> None:
    assert (pointer(), pointer("a", 0, "b/c~d"), pointer("")) == ("", "/a/0/b~1c~0d", "/")
