"""What is new: dated, the newest first, and only what came after the day that was seen last."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from app.system import news
from app.system.news import News

OLD, NEW = News(date(2026, 1, 5), "Old", "It was."), News(date(2026, 3, 1), "New", "It is.")


def test_what_ships_is_dated_and_the_newest_comes_first() -> None:
    found = news.read()
    assert found
    assert [one.day for one in found] == sorted((one.day for one in found), reverse=True)
    assert all(one.title and one.about for one in found)


def test_only_what_came_since_is_told(tmp_path: Path) -> None:
    file = tmp_path / "news.toml"
    file.write_text('[[news]]\nday = 2026-03-01\ntitle = "New"\nabout = "It is."\n\n[[news]]\nday = 2026-01-05\ntitle = "Old"\nabout = "It was."\n')
    assert news.read(file) == [NEW, OLD]
    assert news.unseen([NEW, OLD], "") == [NEW, OLD]
    assert news.unseen([NEW, OLD], "2026-01-05") == [NEW]
    assert news.unseen([NEW, OLD], news.newest([NEW, OLD])) == []
