"""POP3 against a real Dovecot."""

from __future__ import annotations

import pytest

from server.domain.errors import Later, NeedsUser
from server.outbound.mailboxes import MailServer
from server.outbound.pop3 import Pop3Session
from tests.peers.dovecot import PASSWORD, USER, Dovecot
from tests.receiving import bytes_of, mail


def session(dovecot: Dovecot, service: str = "pop3s", password: str = PASSWORD) -> Pop3Session:
    """Sign in."""
    security = {"pop3s": "tls", "pop3": "starttls"}[service]
    return Pop3Session(MailServer("localhost", dovecot.ports[service], security, USER, password), dovecot.context())


@pytest.mark.criterion("email-24")
@pytest.mark.parametrize("service", ["pop3s", "pop3"])
def test_mail_is_read_by_its_unique_id_and_stays(dovecot: Dovecot, service: str) -> None:
    dovecot.deliver(mail(subject="One"))
    dovecot.deliver(mail(subject="Two"))
    link = session(dovecot, service)
    listed = link.unique_ids()
    assert [b"Subject: Two" in bytes_of(link.fetch(number)) for number in listed.values()] == [False, True]
    link.close()
    again = session(dovecot, service)
    assert again.unique_ids() == listed
    again.close()


def test_a_wrong_password_and_a_server_that_is_away_are_told_apart(dovecot: Dovecot) -> None:
    with pytest.raises(NeedsUser):
        session(dovecot, password="wrong")
    with pytest.raises(Later):
        Pop3Session(MailServer("localhost", 1, "tls", USER, PASSWORD))
