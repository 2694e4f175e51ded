"""Decoding: what Python's own reader says of a text is said of a large one too, and no thread waits long for it."""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.client import decoding
from app.client.decoding import LARGE, decoded

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)


@given(VALUES, st.sampled_from([None, 1]))
def test_a_text_that_is_taken_apart_says_what_it_says_as_a_whole(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    assert decoding._value(text, 0, 6) == (value, len(text))


@pytest.mark.parametrize("text", ["", "[1", "[1 2]", '{"a" 1}', '{"a":1,}', "{1:2}", '{"a":[tru]}', "[]x", "[1,]"])
def test_what_is_no_json_is_refused_as_python_refuses_it(text: str) -> None:
    large = f"{text}{' ' * LARGE}".encode()
    with pytest.raises(ValueError, match=r"\(char \d+\)"):
        json.loads(large)
    with pytest.raises(ValueError, match=r"\(char \d+\)"):
        decoded(large)


def test_no_other_thread_waits_for_the_whole_of_a_large_text() -> None:
    """Another thread that wants a moment now and then gets one, however the machine is loaded: counted, not timed."""
    content = json.dumps({"data": [{"id": place, "text": "x" * 80} for place in range(60_000)]}).encode()
    turns, done = [0], threading.Event()

    def take_turns() -> None:
        while not done.is_set():
            turns[0] += 1
            time.sleep(0.001)

    other = threading.Thread(target=take_turns)
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.001)
    other.start()
    try:
        begun = turns[0]
        found = decoded(content)
        taken = turns[0] - begun
    finally:
        done.set()
        other.join()
        sys.setswitchinterval(before)
    assert found == json.loads(content)
    assert taken > 10
