"""Whatever the document allows is accepted, whatever it forbids is refused, and every answer is one that it describes.

Schemathesis makes requests from the document, valid and invalid ones alike: each value at the edge of what a schema allows,
and some at random, many more with `--thorough`, other ones with each `--hypothesis-seed`. All of its checks judge the answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from tests.api.appliance import Appliance
from tests.api.routes import all_routes, description, named
from tests.properties import is_thorough

ROUTES = named(all_routes())
THOROUGH = is_thorough()
EXAMPLES = 200 if THOROUGH else 4
# What no schema can say, since it depends on what is there: a refusal for one of these tells nothing about the document.
DEPENDS_ON_WHAT_IS_THERE = {
    # How much an appliance takes is its setting, and what a tenant requires of its own fields is the tenant's.
    "body_too_large",
    "missing_custom_field",
    "idempotency_key_reused",
    "in_the_past",
    "incomplete_record",
    "invalid_certificate",
    "invalid_cursor",
    "invalid_filter",
    "invalid_template",
    "invalid_token",
    "package_refused",
    "passphrase_missing",
    "stale_version",
    "undeclared_custom_field",
    "unknown_event_type",
    "unknown_reference",
    "unknown_resource",
    "unknown_tier",
    "unknown_timezone",
    "unknown_type",
    "weak_password",
    "webhook_address_refused",
    # What a validator of ours judges: networks, addresses, passwords.
    "value_error",
    "invalid_address",
    "invalid_domain",
    # Free JSON may hold any number, and any database only so many of them.
    "number_too_large",
    # Generators and validators read the same regular expression a little differently: white space, the end of a line.
    "string_pattern_mismatch",
    "string_too_short",
    # Addresses, moments and files of a message are judged by the rules of mail, and what it names has to be there.
    "domain_not_verified",
    "header_injection",
    "invalid_account",
    "invalid_attachment",
    "invalid_moment",
    "invalid_server",
    "no_recipients",
    "template_failed",
    "unknown_account",
    "unknown_plan",
    "unknown_provider",
    "unknown_stream",
    "unknown_template",
    # What one member may be depends on another.
    "invalid_options",
    "invalid_parameters",
    "invalid_role",
    "invalid_route",
    "invalid_secret",
    "name_differs",
    "repeated_name",
    "too_dear",
}
# What these take is for a file, for a tenant's own types, or for one member about another, to say.
TAKE_MORE_THAN_THE_DOCUMENT_SAYS = {
    "convert_file",
    "create_client",
    "create_custom_endpoint",
    "create_export",
    "create_import",
    "create_inbound_source",
    "create_object",
    "import_suppressions",
    "install_connector_package",
    "list_objects",
    "preview_import",
    "receive_email_report",
    "replace_custom_endpoint",
    "replace_object",
    "update_client",
    "update_object",
    "upload_document",
    "upsert_object",
}

# Their answers never end.
ENDLESS = [name for name, route in ROUTES.items() if route.path.endswith("/stream")]

FILES = [
    *("application/zip", "application/gzip", "application/tlsrpt+gzip", "application/jsonl", "application/x-ndjson", "message/rfc822"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
]
schemathesis.serializer.alias(FILES, "application/octet-stream")
schema: Any = schemathesis.openapi.from_dict(description()).exclude(operation_id=ENDLESS)
schema.config.generation.update(allow_x00=False)  # a schema of a text cannot leave NUL out, and no database stores it
# What is far too long for its schema can be too long for the server before anybody holds it against that.
refusals = schema.config.checks.negative_data_rejection
refusals.expected_statuses = [*refusals.expected_statuses, "413"]


# That an operation asks for a credential is as true of one request as of two hundred, and costs three more with each.
_guarded: set[tuple[str, str]] = set()


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """Yield what keeps the connection from one request to the next."""
    with requests.Session() as found:
        yield found


@pytest.fixture(scope="module")
def keys(appliance: Appliance) -> dict[str, str]:
    """Return a key of a tenant and one of an operator."""
    return {"tenant": appliance.persona("alice", appliance.tenant()).key, "operator": str(appliance.operator().key)}


@pytest.mark.attack
@pytest.mark.timeout(1800 if THOROUGH else 300)
@pytest.mark.criterion("api-2")
@schema.parametrize()  # type: ignore[untyped-decorator]
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=not THOROUGH,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_api_does_what_its_document_says(case: Any, appliance: Appliance, session: requests.Session, keys: dict[str, str]) -> None:
    route = ROUTES[case.operation.definition.raw["operationId"]]
    if isinstance((case.query or {}).get("wait"), int):
        case.query["wait"] = 0  # to wait for an event that nobody makes shows nothing
    if route.media_types == ("*/*",):
        case.media_type = "application/octet-stream"  # of any type are files; a form is one only where it holds a file
    key = keys["operator" if route.access in {"operator", "signed_in"} else "tenant"]
    response = case.call(base_url=appliance.url, session=session, headers={"Authorization": f"Bearer {key}"})
    excused = [positive_data_acceptance, negative_data_rejection] if route.name in TAKE_MORE_THAN_THE_DOCUMENT_SAYS or _depends(response) else []
    excused += [negative_data_rejection] if _lost_on_the_way(case) else []
    operation = (appliance.url, route.name)
    case.validate_response(response, excluded_checks=[*excused, ignored_auth] if operation in _guarded else excused)
    if response.status_code < 300:
        _guarded.add(operation)


def _lost_on_the_way(case: Any) -> bool:
    """Tell whether an address carries less than was made, so that what is wrong may not arrive: an empty list or object is written as nothing."""
    return any(value in ([], {}) for value in (case.query or {}).values())


def _code(fault: dict[str, str]) -> str:
    custom = fault["code"] == "missing" and fault["pointer"].startswith("/custom/")
    return "missing_custom_field" if custom else fault["code"]


def _depends(response: Any) -> bool:
    if response.status_code < 400:
        return False
    problem = response.json()
    codes = {_code(fault) for fault in problem.get("errors", ())} or {problem["code"]}
    return codes <= DEPENDS_ON_WHAT_IS_THERE or problem["code"] in {"batch_refused", "body_missing", "invalid_account", "weak_password"}
