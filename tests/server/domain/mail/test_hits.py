"""Who loaded a pixel or followed a link: people are kept, programs told apart."""

from __future__ import annotations

import random

import pytest

from server.domain.mail import hits
from server.domain.mail.hits import Hit

BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
)
SENT = 1_000_000


def judged(session: list[Hit]) -> list[str]:
    return [hits.judge(one, session).kind for one in session]


@pytest.mark.criterion("email-27")
@pytest.mark.parametrize(
    ("hit", "kind", "rule"),
    [
        (Hit("open", 900_000, agent=BROWSERS[0]), "human", "none"),
        (Hit("click", 900_000, agent=BROWSERS[1], place=1, links=1), "human", "none"),
        (Hit("click", 900_000, "HEAD", BROWSERS[0], 1, 1), "bot", "method"),
        (Hit("trap", 900_000, agent=BROWSERS[0]), "bot", "trap"),
        (Hit("open", 900_000), "bot", "no_agent"),
        (Hit("open", 900_000, agent="Mozilla/5.0"), "prefetch", "mail_privacy"),
        (
            Hit("open", 900_000, agent="Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"),
            "prefetch",
            "image_proxy",
        ),
        (Hit("open", 900_000, agent="YahooMailProxy; https://help.yahoo.com"), "prefetch", "image_proxy"),
        (Hit("click", 900_000, agent="Mozilla/5.0 (compatible; bingbot/2.0)", place=1, links=1), "bot", "scanner"),
        (Hit("click", 900_000, agent="python-requests/2.32", place=1, links=1), "bot", "scanner"),
        (Hit("click", SENT + 500, agent=BROWSERS[0], place=1, links=1, sent_ms=SENT), "bot", "followed_at_once"),
        (Hit("open", SENT + 500, agent=BROWSERS[0], sent_ms=SENT), "prefetch", "loaded_at_once"),
    ],
)
def test_a_hit_alone_is_judged_by_what_it_says(hit: Hit, kind: str, rule: str) -> None:
    assert hits.judge(hit, [hit]) == (kind, rule)


def test_following_every_link_within_a_minute_is_no_person_but_over_an_hour_is() -> None:
    def session(pause: int) -> list[Hit]:
        return [Hit("click", SENT + 10_000 + place * pause, agent=BROWSERS[0], place=place, links=4, sent_ms=SENT) for place in range(1, 5)]

    assert set(judged(session(15_000))) == {"bot"}
    assert set(judged(session(900_000))) == {"human"}


def scanner(spread: random.Random) -> list[Hit]:
    """Return a session of a scanner: it calls itself a browser, and follows everything, or asks by HEAD, or finds the hidden link."""
    links, begins, agent = spread.randint(3, 20), SENT + spread.randint(0, 600_000), spread.choice(BROWSERS)
    manner = spread.choice(["all", "head", "trap"])
    followed = list(range(1, links + 1)) if manner == "all" else [spread.randint(1, links)]
    session = [
        Hit("click", begins + spread.randint(0, 58_000), "HEAD" if manner == "head" else "GET", agent, place, links, SENT) for place in followed
    ]
    if manner == "trap":
        session.append(Hit("trap", begins + spread.randint(0, 58_000), "GET", agent, sent_ms=SENT))
    return session


def person(spread: random.Random) -> list[Hit]:
    """Return a session of a person: an open, and mostly a click or two some while later, of more links than that."""
    begins, agent, links = SENT + spread.randint(5_000, 86_400_000), spread.choice(BROWSERS), spread.randint(1, 20)
    clicked = spread.sample(range(1, links + 1), min(links, spread.choice([0, 1, 1, 1, 2])))
    session = [Hit("open", begins, agent=agent, sent_ms=SENT)]
    at = begins
    for place in clicked:
        at += spread.randint(2_000, 60_000)
        session.append(Hit("click", at, agent=agent, place=place, links=links, sent_ms=SENT))
    return session


@pytest.mark.criterion("email-27")
def test_of_a_thousand_scanners_at_most_one_in_a_hundred_passes_and_of_a_thousand_people_nearly_all() -> None:
    spread = random.Random(27)
    passed = sum("human" in judged(scanner(spread)) for _ in range(1000))
    kept = sum(set(judged(person(spread))) == {"human"} for _ in range(1000))
    assert passed <= 10
    assert kept >= 970
