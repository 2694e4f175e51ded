"""IMAP against a real Dovecot."""

from __future__ import annotations

import threading

import pytest

from server.domain.errors import Later, NeedsUser
from server.outbound.imap import ImapSession, encoded_name
from server.outbound.mailboxes import MailServer
from tests.pace import PATIENCE, quickest
from tests.peers.dovecot import PASSWORD, USER, Dovecot
from tests.receiving import bytes_of, mail


def session(dovecot: Dovecot, service: str = "imaps", password: str = PASSWORD) -> ImapSession:
    """Sign in."""
    security = {"imaps": "tls", "imap": "starttls"}[service]
    return ImapSession(MailServer("localhost", dovecot.ports[service], security, USER, password), dovecot.context())


@pytest.mark.parametrize("service", ["imaps", "imap"])
def test_mail_is_read_in_order_and_left_unread(dovecot: Dovecot, service: str) -> None:
    for number in range(3):
        dovecot.deliver(mail(subject=f"Mail {number}"))
    link = session(dovecot, service)
    validity = link.select("INBOX")
    uids = link.uids_after(0)
    found = [link.fetch(uid) for uid in uids]
    assert [f"Mail {number}".encode() in bytes_of(raw) for number, raw in enumerate(found)] == [True] * 3
    assert (link.uids_after(uids[-1]), link.uids_after(uids[0]), link.fetch(999)) == ([], uids[1:], None)
    assert link.select("INBOX") == validity
    link.close()


@pytest.mark.criterion("email-24")
def test_new_mail_ends_the_waiting_within_three_seconds(dovecot: Dovecot) -> None:
    link = session(dovecot)
    link.select("INBOX")

    def waited() -> None:
        timer = threading.Timer(0.3, dovecot.deliver, (mail(),))
        timer.start()
        assert link.idle(PATIENCE, lambda: False)
        timer.join()

    known = len(link.uids_after(0))
    assert quickest(waited, 3) < 3
    assert len(link.uids_after(0)) > known
    assert not link.idle(0.5, lambda: False)
    link.close()


@pytest.mark.criterion("email-24")
@pytest.mark.parametrize("meanwhile", [True, False], ids=["told beside a mail", "told at once"])
def test_mail_that_came_between_looking_and_waiting_ends_the_waiting(dovecot: Dovecot, meanwhile: bool) -> None:
    link = session(dovecot)
    dovecot.deliver(mail())
    link.select("INBOX")
    (first,) = link.uids_after(0)
    dovecot.deliver(mail(subject="Second"))
    if meanwhile:
        assert link.fetch(first)
    assert link.idle(PATIENCE, lambda: False)
    assert len(link.uids_after(first)) == 1
    link.close()


@pytest.mark.criterion("email-24")
def test_a_connection_that_the_server_ends_is_told_of(dovecot: Dovecot) -> None:
    link = session(dovecot)
    link.select("INBOX")
    timer = threading.Timer(0.3, dovecot.kick)
    timer.start()
    with pytest.raises(Later):
        link.idle(10, lambda: False)
    timer.join()
    link.close()


def test_a_wrong_password_a_folder_that_is_none_and_a_stranger_are_told_apart(dovecot: Dovecot) -> None:
    with pytest.raises(NeedsUser):
        session(dovecot, password="wrong")
    link = session(dovecot)
    with pytest.raises(Later):
        link.select("Nowhere")
    link.close()
    with pytest.raises(Later):
        ImapSession(MailServer("localhost", 1, "tls", USER, PASSWORD))
    with pytest.raises(NeedsUser):
        ImapSession(MailServer("localhost", dovecot.ports["imap"], "none", USER, PASSWORD))


@pytest.mark.parametrize(
    ("name", "written"), [("Sent", "Sent"), ("A & B", "A &- B"), ("Entw\u00fcrfe", "Entw&APw-rfe"), ("\u53f0\u5317", "&U,BTFw-")]
)
def test_names_of_folders_are_written_as_servers_know_them(name: str, written: str) -> None:
    assert encoded_name(name) == written
