"""What the palette finds, and how quickly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.shell.commands import MOST, Command, ranked
from tests.pace import quickest


def command(title: str, detail: str = "") -> Command:
    return Command(title, detail, lambda: None)


def test_what_begins_so_comes_before_what_only_contains_it() -> None:
    commands = [command("Rotate API key"), command("Keys and clients"), command("Whiskey"), command("Tenant", "keys")]
    assert [one.title for one in ranked(commands, "key")] == ["Keys and clients", "Rotate API key", "Whiskey", "Tenant"]


def test_several_words_and_letters_left_out_find_it_too() -> None:
    commands = [command("New webhook", "Endpoints"), command("New API key")]
    assert [one.title for one in ranked(commands, "web new")] == ["New webhook"]
    assert [one.title for one in ranked(commands, "nwhk")] == ["New webhook"]
    assert ranked(commands, "zzz") == []


def test_what_was_chosen_lately_comes_first_among_equals() -> None:
    commands = [command("Logs A"), command("Logs B")]
    assert [one.title for one in ranked(commands, "logs", ["Logs B"])] == ["Logs B", "Logs A"]


@pytest.mark.alone
@pytest.mark.criterion("desktop-16")
def test_ten_thousand_things_are_searched_at_once(figure: Callable[[str], None]) -> None:
    commands = [command(f"Tenant {place} Trading", f"ten_{place}") for place in range(10_000)]
    took = quickest(lambda: ranked(commands, "trad 77"), 0.1)
    figure(f"{took * 1000:.0f} ms")
    assert len(ranked(commands, "trad 77")) == MOST
    assert took <= 0.1
