"""Mail accounts: made, changed, tested, and found out about."""

from __future__ import annotations

from typing import Final

from server.services.email import account_tests, accounts, discovery
from server.services.email.account_tests import AccountTestView
from server.services.email.accounts import AccountChange, MailAccountView, NewAccount
from server.services.email.discovery import Discovery, DiscoveryView, PresetView
from server.web.calls import Answer, Call, answer, empty_answer, list_answer, record_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group, Runs

_BASE: Final = "/api/v1/email/accounts"
_EXAMPLE: Final = {"name": "Office", "address": "office@example.com", "provider": "fastmail", "password": "an-application-password"}


def list_email_providers(call: Call) -> Answer:
    """List providers."""
    return list_answer(discovery.preset_list(call.actor), None, call)


def discover_email_servers(call: Call) -> Answer:
    """Find the servers of an address."""
    return answer(discovery.discover(call.actor, call.body))


def list_email_accounts(call: Call) -> Answer:
    """List accounts."""
    return list_answer(*accounts.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200)), call)


def create_email_account(call: Call) -> Answer:
    """Make an account."""
    found = accounts.create(call.actor, call.body)
    return record_answer(found, 201, f"{_BASE}/{found['id']}")


def get_email_account(call: Call) -> Answer:
    """Get an account."""
    return record_answer(accounts.get(call.actor, call.params["id"]))


def update_email_account(call: Call) -> Answer:
    """Change an account."""
    return record_answer(accounts.update(call.actor, call.params["id"], call.body, version=call.version()))


def delete_email_account(call: Call) -> Answer:
    """Remove an account."""
    accounts.remove(call.actor, call.params["id"], version=call.version())
    return empty_answer()


def test_email_account(call: Call) -> Answer:
    """Test an account."""
    return answer(account_tests.run(call.actor, call.params["id"]))


_GROUP: Final = Group(_BASE, "Email", "email")
ROUTES: Final = [
    _GROUP.get("/providers", list_email_providers, "List the providers whose servers are known", answer=PresetView, listed=True),
    _GROUP.post(
        "/discover",
        discover_email_servers,
        "Find the servers of an address",
        body=Discovery,
        answer=DiscoveryView,
        example={"address": "ada@example.com"},
        scope="email:read",
        runs=Runs.WORK,
    ),
    _GROUP.get("", list_email_accounts, "List mail accounts", answer=MailAccountView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.post("", create_email_account, "Add a mail account", body=NewAccount, answer=MailAccountView, status=201, example=_EXAMPLE),
    _GROUP.get("/{id}", get_email_account, "Get a mail account", answer=MailAccountView),
    _GROUP.patch(
        "/{id}",
        update_email_account,
        "Change a mail account",
        body=AccountChange,
        answer=MailAccountView,
        takes_version=True,
        example={"password": "another-application-password"},
    ),
    _GROUP.delete("/{id}", delete_email_account, "Remove a mail account and its secrets", takes_version=True),
    _GROUP.post(
        "/{id}/test",
        test_email_account,
        "Walk through DNS, connection, TLS, sign-in, a message to itself and back out of the mailbox, and name the first step that fails",
        answer=AccountTestView,
        runs=Runs.WORK,
    ),
]
