"""Mail is taken in once, and nobody gets at what was not found clean."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Missing
from server.services.email import arrivals
from server.services.email.arrivals import Seen
from server.store import email_arrivals
from tests import receiving
from tests.receiving import arrived, mail, sorted_out

FILED = (
    'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHi\r\n--b\r\nContent-Type: application/pdf; name="a.pdf"\r\n\r\nPDF\r\n--b--\r\n'
)


def with_file() -> bytes:
    """Return a message with a file, whose name no browser gets to see as it is."""
    return mail().partition(b"\r\n\r\n")[0] + b"\r\n" + FILED.encode()


@pytest.mark.criterion("email-28")
def test_one_mail_in_three_mailboxes_is_one_and_its_places_are_known(alice: Actor) -> None:
    first = arrived(alice, mail(), "acc_1", "INBOX/1")
    rewritten = mail(message_id="<rewritten@relay.test>")
    listed = mail(body="Hello Alice,\r\nhere it is.\r\n-- \r\nA list's footer\r\n")
    assert {arrived(alice, raw, source, "INBOX/9") for raw, source in ((mail(), "acc_2"), (rewritten, "acc_3"), (listed, "acc_4"))} == {first}
    assert len(arrivals.get(alice, first)["seen"]) == 4


@pytest.mark.criterion("email-28")
def test_two_mails_with_one_message_id_stay_two(alice: Actor, charlie: Actor) -> None:
    assert arrived(alice, mail()) != arrived(alice, mail(from_="eve@evil.test", subject="Other", body="Something else altogether"))
    with pytest.raises(Missing):
        arrivals.get(charlie, arrived(alice, mail()))


def test_replies_are_in_the_thread_of_what_they_answer_whichever_comes_first(alice: Actor) -> None:
    reply = mail(message_id="<2@customer.test>", in_reply_to="<1@customer.test>", subject="Re: Offer", body="Fine")
    found = [arrivals.get(alice, arrived(alice, raw, place=str(place)))["thread_id"] for place, raw in enumerate((reply, mail()))]
    assert found[0] == found[1]
    assert arrivals.get(alice, arrived(alice, mail(message_id="<3@x.test>", subject="New", body="Else")))["thread_id"] != found[0]


@pytest.mark.criterion("email-22")
def test_an_attachment_is_handed_out_only_when_it_was_scanned(alice: Actor, bob: Actor, charlie: Actor) -> None:
    found = sorted_out(alice, with_file())
    (one,) = found["attachments"]
    assert (found["state"], found["reason"], one["file_name"]) == ("done", "unscanned", "a.pdf")
    for number in (one["number"], 99):
        with pytest.raises(Conflict):
            arrivals.attachment(alice, found["id"], number)
    with pytest.raises(Missing):
        arrivals.attachment(charlie, found["id"], one["number"])
    with pytest.raises(Denied):
        arrivals.release(bob, found["id"])


@pytest.mark.criterion("email-23")
def test_strangers_claims_are_gone_and_what_is_kept_beside_the_mail_is_ours(alice: Actor) -> None:
    claimed = mail(authentication_results="mx.example.com; dmarc=pass")
    found = arrivals.get(alice, arrived(alice, claimed))
    assert (found["authentication"]["dmarc"], found["identity"]) == ("none", None)
    row = email_arrivals.content(alice.tenant_id, alice.mode, found["id"])
    assert row is not None
    assert b"authentication-results" not in row.lower()
    proven = arrivals.get(alice, receiving.arrived(alice, mail(message_id="<9@x.test>", body="Proven"), authentication={"dmarc": "pass"}))
    assert proven["identity"] == "bob@customer.test"


@pytest.mark.criterion("email-23")
def test_a_forged_mail_waits_for_somebody_to_release_it(alice: Actor) -> None:
    found = sorted_out(alice, mail(), authentication={"dmarc": "fail"})
    assert (found["state"], found["activity_id"]) == ("quarantined", None)
    assert arrivals.release(alice, found["id"])["state"] == "arrived"
    receiving.sort()
    assert arrivals.get(alice, found["id"])["state"] == "done"
    with pytest.raises(Conflict):
        arrivals.release(alice, found["id"])


def test_mail_is_listed_by_its_state(alice: Actor) -> None:
    sorted_out(alice, mail())
    seen = Seen("smtp", "2")
    arrivals.take_in(alice.tenant_id, alice.mode, mail(message_id="<2@x.test>", body="Two"), seen)
    assert [one["subject"] for one in arrivals.list_page(alice, None, 10, {"state": "arrived"})[0]] == ["Offer"]
    assert len(arrivals.list_page(alice, None, 10, {})[0]) == 2
