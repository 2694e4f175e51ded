"""Copies of one mail are known for the same; different mails are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from server.domain.mail.identity import content_key, message_id, plain_subject, references
from server.domain.mail.reading import read
from tests.server.domain.mail.families import CORPORA, real_mail

MAIL = (
    b"From: Bob <bob@example.com>\nDate: Sat, 21 Nov 2026 10:00:00 +0100\nSubject: Offer\nMessage-ID: <1@example.com>\n\nHello  Alice,\nhere it is.\n"
)


@pytest.mark.criterion("email-28")
def test_a_copy_is_the_same_whatever_servers_did_to_its_ids_and_spaces() -> None:
    copy = MAIL.replace(b"<1@example.com>", b"<rewritten@relay.example>").replace(b"10:00:00 +0100", b"09:00:00 +0000").replace(b"  ", b"\r\n ")
    assert content_key(read(copy)) == content_key(read(MAIL))


@pytest.mark.parametrize(
    "change", [(b"Hello", b"Dear"), (b"Offer", b"Order"), (b"bob@", b"eve@"), (b"21 Nov", b"22 Nov"), (b"10:00:00", b"10:00:01")]
)
def test_other_words_another_sender_or_day_make_another_mail(change: tuple[bytes, bytes]) -> None:
    assert content_key(read(MAIL.replace(*change))) != content_key(read(MAIL))


@pytest.mark.criterion("email-28")
def test_two_reports_that_say_the_same_in_one_second_stay_two() -> None:
    report = b'From: d@mx.test\nDate: Sat, 21 Nov 2026 10:00:00 +0000\nContent-Type: multipart/report; boundary="b"\n\n--b\n\nSorry.\n--b\n'
    one, other = (report + b"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; %s@x.test\n--b--\n" % who for who in (b"ann", b"bob"))
    assert content_key(read(one)) != content_key(read(other))
    assert content_key(read(one)) == content_key(read(one.replace(b"\n", b"\r\n")))


@real_mail
@pytest.mark.criterion("email-28")
def test_of_real_mail_hardly_two_are_taken_for_one(figure: Callable[[str], None]) -> None:
    raws = {path.read_bytes() for path in CORPORA.rglob("*.eml")}
    keys = Counter(content_key(read(raw)) for raw in raws)
    merged, pairs = sum(count * (count - 1) // 2 for count in keys.values()), len(raws) * (len(raws) - 1) // 2
    figure(f"{merged} of {pairs:,} pairs of real mails taken for one without their Message-IDs")
    assert pairs > 10_000
    assert merged < pairs * 0.001


def test_a_thread_is_what_a_mail_answers_the_nearest_last() -> None:
    mail = read(b"References: <a@example.com> <b@example.com>\nIn-Reply-To: <c@example.com>\nMessage-ID: junk\n\n")
    assert references(mail) == ["a@example.com", "b@example.com", "c@example.com"]
    assert message_id(mail) == ""
    assert plain_subject("Re: AW: Fwd: Offer") == "offer"
