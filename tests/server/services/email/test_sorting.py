"""What becomes of mail that arrived: nothing passes that was not found clean, and a report is written where it belongs."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from server.domain.actor import Actor
from server.services.email import arrivals, reports, sorting
from server.store import database, email_arrivals
from tests import receiving
from tests.peers.clamd import EICAR, Scanner
from tests.receiving import arrived, mail, sorted_out
from tests.server.domain.mail.report_texts import FORMS
from tests.server.domain.mail.test_opaque import archive
from tests.server.services.email.test_signing import have


def zipped(content: bytes, name: str = "file.bin") -> bytes:
    """Return a ZIP archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(name, content)
    return held.getvalue()


def bringing(content: bytes) -> bytes:
    """Return a message with a file."""
    head = mail().partition(b"\r\n\r\n")[0]
    part = b'Content-Type: application/octet-stream; name="x"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + base64.encodebytes(content).replace(
        b"\n", b"\r\n"
    )
    return head + b'\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHi\r\n--b\r\n' + part + b"--b--\r\n"


@pytest.mark.criterion("email-22")
@pytest.mark.parametrize("content", [EICAR, zipped(EICAR), zipped(zipped(EICAR), "inner.zip")], ids=["plain", "zip", "zip in zip"])
def test_what_is_infected_is_kept_from_everybody_by_a_real_scanner(alice: Actor, clamd: str, content: bytes) -> None:
    found = sorted_out(alice, bringing(content), scanner=clamd)
    assert (found["state"], found["activity_id"]) == ("quarantined", None)
    assert "eicar" in found["reason"].casefold()
    assert email_arrivals.content(alice.tenant_id, alice.mode, found["id"]) is None


@pytest.mark.criterion("email-22")
def test_what_is_clean_is_let_through_by_a_real_scanner(alice: Actor, clamd: str) -> None:
    found = sorted_out(alice, bringing(b"harmless"), scanner=clamd)
    assert (found["state"], found["reason"]) == ("done", None)
    assert arrivals.attachment(alice, found["id"], found["attachments"][0]["number"])[0] == b"harmless"


@pytest.mark.criterion("email-22")
@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"something else\0"])
def test_what_cannot_be_scanned_is_held_and_never_passed(alice: Actor, scanner: Scanner, answer: bytes) -> None:
    scanner.answer = answer
    found = sorted_out(alice, mail(), scanner=scanner.address)
    assert (found["state"], found["activity_id"]) == ("held", None)


@pytest.mark.criterion("email-22")
def test_mail_waits_for_a_scanner_that_is_away_and_goes_on_when_it_is_back(alice: Actor, scanner: Scanner) -> None:
    arrival_id = arrived(alice, mail())
    receiving.sort("tcp://127.0.0.1:1")
    assert arrivals.get(alice, arrival_id)["state"] == "held"
    with database.transaction():
        database.execute("UPDATE email_arrivals SET due_at = 0")
    receiving.sort(scanner.address)
    assert arrivals.get(alice, arrival_id)["state"] == "done"


def test_an_auto_reply_to_nothing_of_ours_is_ignored_and_makes_no_activity(alice: Actor) -> None:
    found = sorted_out(alice, mail(auto_submitted="auto-replied", subject="Out of office"))
    assert (found["kind"], found["state"], found["activity_id"]) == ("auto_reply", "ignored", None)


@pytest.mark.criterion("email-21")
def test_a_report_about_a_verified_domain_is_kept_as_one(alice: Actor) -> None:
    assert sorted_out(alice, FORMS["mail"])["reason"] == "It is about example.test, which nobody here has verified."
    have(alice.tenant_id, "example.test")
    found = sorted_out(alice, FORMS["mail"].replace(b"Report domain", b"Once more"))
    assert (found["kind"], found["state"], found["reason"], found["activity_id"]) == ("report", "done", None, None)
    assert [one["domain"] for one in reports.list_page(alice, None, 10)[0]] == ["example.test"]


@pytest.mark.criterion("email-22")
@pytest.mark.parametrize("content", [archive(locked=True), b"\x78\x9f\x3e\x22 an Outlook container"], ids=["password", "winmail.dat"])
def test_what_no_scanner_sees_into_is_kept_back_until_somebody_lets_it_go(alice: Actor, scanner: Scanner, content: bytes) -> None:
    found = sorted_out(alice, bringing(content), scanner=scanner.address)
    assert (found["state"], found["activity_id"]) == ("quarantined", None)
    assert found["reason"].startswith("unseen: ")
    arrivals.release(alice, found["id"])
    receiving.sort(scanner.address)
    assert arrivals.get(alice, found["id"])["state"] == "done"


@pytest.mark.criterion("email-23")
@pytest.mark.parametrize(("policy", "state"), [("reject", "quarantined"), ("quarantine", "quarantined"), ("none", "done")])
def test_what_a_domain_asks_for_of_mail_that_it_disowns_is_done(alice: Actor, policy: str, state: str) -> None:
    words = {"spf": "fail", "dkim": "none", "dmarc": "fail", "arc": "none", "policy": policy}
    found = sorted_out(alice, mail(), authentication=words)
    assert (found["state"], found["identity"], found["authentication"]["policy"]) == (state, None, policy)
    assert (f"asks to {policy}" in (found["reason"] or "")) == (state == "quarantined")


def test_every_mail_of_a_thread_has_an_activity_of_its_own(alice: Actor) -> None:
    found = [sorted_out(alice, mail())]
    for number in (2, 3):
        answer = mail(message_id=f"<{number}@x.test>", in_reply_to="<1@customer.test>", subject="Re: Offer", body=f"Answer {number}")
        found.append(sorted_out(alice, answer, place=str(number)))
    assert [one["state"] for one in found] == ["done"] * 3
    assert len({one["activity_id"] for one in found}) == 3
    assert len({one["thread_id"] for one in found}) == 1


@pytest.mark.criterion("email-22")
def test_a_mail_that_breaks_what_is_done_with_it_is_quarantined_and_holds_nothing_up(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_mail: object) -> None:
        raise ZeroDivisionError

    first = arrived(alice, mail())
    monkeypatch.setattr(sorting, "judge_mail", broken)
    receiving.sort()
    monkeypatch.undo()
    second = sorted_out(alice, mail(message_id="<2@x.test>", subject="Other", body="Else"), place="2")
    held = arrivals.get(alice, first)
    assert (held["state"], held["reason"], second["state"]) == ("quarantined", "failed: an unexpected error, which is in the log", "done")


@pytest.mark.criterion("email-22")
@pytest.mark.parametrize("raw", [mail(subject="a\0b"), mail(body="a\0b"), mail(from_="a\0@customer.test"), b"", b"\0" * 100])
def test_what_no_database_keeps_in_a_mail_does_not_keep_it_from_being_sorted(alice: Actor, raw: bytes) -> None:
    assert sorted_out(alice, raw)["state"] == "done"
