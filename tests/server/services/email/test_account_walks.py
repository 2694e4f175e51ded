"""A walk knows its steps, which went well, which failed, and that those behind were not reached."""

from __future__ import annotations

import pytest

from server.services.email import account_walks
from server.services.email.account_walks import StepFailed, Walk


@pytest.mark.parametrize("planned", [account_walks.SMTP, account_walks.API, account_walks.SMTP + account_walks.MAILBOX])
def test_what_lies_before_a_failure_is_done_and_what_lies_behind_is_not_reached(planned: tuple[str, ...]) -> None:
    walk = Walk(planned)
    walk.failed(StepFailed("auth", "No such user", 535))
    states = [one["state"] for one in walk.steps()]
    place = planned.index("auth")
    assert states == ["done"] * place + ["failed"] + ["not_reached"] * (len(planned) - place - 1)
    failed = walk.steps()[place]
    assert (failed["detail"], failed["code"], failed["remedy"]) == ("No such user", 535, account_walks.REMEDIES["auth"])


def test_every_step_has_a_remedy() -> None:
    assert account_walks.REMEDIES.keys() == {*account_walks.SMTP, *account_walks.API, *account_walks.MAILBOX}
