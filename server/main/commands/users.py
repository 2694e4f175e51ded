"""`junction user`: people who sign in, made and let in again by whoever holds the data folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.actor import system_actor
from server.domain.errors import Missing
from server.main.invocation import read_secret
from server.main.validation import checked
from server.services import accounts, setup, tenants, users
from server.services.users import NewUser
from server.store.users import find_by_email

if TYPE_CHECKING:
    from server.main.invocation import Invocation


def create(call: Invocation) -> None:
    """Make a user of a tenant, or an operator where none is named."""
    call.open()
    actor = system_actor(tenants.find(call.tenant)["id"] if call.tenant else "")
    password = read_secret(call.password_file, "password")
    made = users.create(actor, checked(NewUser, email=call.email, name=call.name, role=call.role, password=password))
    call.answer(made, [f"{made['email']} ({made['id']}) is {made['role']}."])


def reset_password(call: Invocation) -> None:
    """Give a user a password that has to be changed at the first sign-in, and end every session."""
    call.open()
    found = find_by_email(users.fold(call.email))
    if found is None:
        raise Missing(f"There is no user '{call.email}'.")
    password = setup.one_time_password()
    accounts.set_password(found["id"], password, must_change=True)
    call.answer({"id": found["id"], "email": found["email"], "one_time_password": password}, [f"One-time password of {found['email']}: {password}"])
