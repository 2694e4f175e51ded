"""Amazon SES gets the message as it is, in a request that carries the account's signature."""

from __future__ import annotations

import base64
from collections.abc import Callable

from server.outbound.mail_apis import ses
from server.outbound.mail_apis.handing import Hand
from tests.peers.mail_providers import Provider
from tests.server.outbound.mail_apis.letters import account, letter


def test_the_message_goes_as_it_is(provider: Callable[[str], Provider]) -> None:
    there, given = provider("ses"), letter()
    found = Hand(account(there)).over(given)
    assert (found.accepted, found.identity, there.differences) == (True, "ses-1", [])
    (call,) = there.calls
    assert base64.b64decode(call.json["Content"]["Raw"]["Data"]) == given.raw
    assert call.json["Destination"] == {"ToAddresses": ["bob@customer.test"]}
    assert call.json["EmailTags"] == [{"Name": "recipient", "Value": "rcp_1"}]


def test_the_signature_names_key_day_region_and_service_and_changes_with_the_body(provider: Callable[[str], Provider]) -> None:
    there, given, day = account(provider("ses")), letter(), 1_795_176_000_000
    first = ses.request(there, given, day).headers
    assert "Credential=AKIAEXAMPLE/20261120/eu-central-1/ses/aws4_request" in first["Authorization"]
    assert ses.request(there, given, day).headers == first
    assert ses.request(there, letter(subject="Another"), day).headers["Authorization"] != first["Authorization"]
