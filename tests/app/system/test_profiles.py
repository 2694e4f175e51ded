"""Profiles: kept as a whole, never with a secret, and a broken file is set aside."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from app.system import profiles
from app.system.profiles import COLOURS, Preferences, Profile, Saved


def test_what_was_saved_is_there_again(tmp_path: Path) -> None:
    saved = Saved([Profile("https://a.example", "A", "staging", fingerprint="ab" * 32)], Preferences(theme="dark", lock_minutes=3))
    profiles.save(tmp_path, saved)
    assert profiles.load(tmp_path) == saved


def test_a_file_that_cannot_be_read_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "console.json").write_text("{", encoding="utf-8")
    assert profiles.load(tmp_path) == Saved()
    assert (tmp_path / "console.unreadable").read_text(encoding="utf-8") == "{"


def test_what_a_newer_console_wrote_is_overlooked(tmp_path: Path) -> None:
    (tmp_path / "console.json").write_text('{"profiles": [{"url": "https://a", "id": "1", "new": 1}], "preferences": {"new": 2}}', encoding="utf-8")
    assert profiles.load(tmp_path).profiles[0].url == "https://a"


@pytest.mark.criterion("desktop-11")
def test_a_profile_has_no_place_for_a_secret() -> None:
    assert {field.name for field in dataclasses.fields(Profile)} == {"url", "label", "environment", "colour", "fingerprint", "email", "id"}


def test_a_profile_is_replaced_by_its_id_and_has_the_colour_of_its_environment() -> None:
    first = Profile("https://a", id="1")
    assert profiles.put([first], dataclasses.replace(first, label="B"))[0].name == "B"
    assert first.shade == COLOURS["production"]
    assert len(profiles.put([first], Profile("https://b"))) == 2
