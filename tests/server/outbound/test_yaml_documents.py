"""YAML is read as JSON would be: names are texts, and nothing turns into a time or a truth that was not written as one."""

from __future__ import annotations

import pytest

from server.outbound import yaml_documents


def test_plain_values_are_those_of_json() -> None:
    text = b"200: {a: 010, b: 1.5, c: true, d: null, e: 12:30, f: -7}\non: yes\nwhen: 2020-01-01\nlist: [~, 0]\n"
    assert yaml_documents.read(text, "") == {
        "200": {"a": "010", "b": 1.5, "c": True, "d": None, "e": "12:30", "f": -7}, "on": "yes", "when": "2020-01-01", "list": [None, 0],
    }  # fmt: skip


def test_what_is_said_twice_by_an_anchor_is_there_twice() -> None:
    assert yaml_documents.read(b"a: &x {n: 1}\nb: *x\n", "") == {"a": {"n": 1}, "b": {"n": 1}}


def test_bytes_that_stand_for_more_than_fits_are_refused() -> None:
    levels = [b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [b"a%d: &a%d [%s]" % (level, level, b", ".join([b"*a%d" % (level - 1)] * 10)) for level in range(1, 12)]
    with pytest.raises(ValueError, match="more than can be read"):
        yaml_documents.read(b"\n".join(levels), "")


@pytest.mark.parametrize("text", [b"a: [b", b"!!python/object/apply:os.system ['true']", b"a: &a [*a]"])
def test_what_is_no_yaml_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"neither JSON|more than"):
        yaml_documents.read(text, "unexpected character")
