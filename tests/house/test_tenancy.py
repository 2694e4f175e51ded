"""No query of a tenant's rows can be called without saying whose: `tenant_id` comes first in every function of the store.

The tables name what is not a tenant's row, or is found before the tenant can be known, each with its reason.
"""

from __future__ import annotations

from pathlib import Path

from tests.house import source

STORE = Path("server/store")
# Modules without tenants' rows.
UNSCOPED_MODULES = {
    "audit_chain": "one chain seals the entries of all tenants",
    "signing_keys": "keys that tokens are signed with belong to the appliance",
    "backup_runs": "a backup is of the whole appliance",
    "connector_packages": "the catalogue is the appliance's",
    "blocklist_listings": "the addresses that mail leaves from belong to the appliance",
    "copies": "a backup and a move take the whole database",
    "database": "the connection itself; it knows no table",
    "declaration": "builds columns and values; it runs no query",
    "directory": "operators find things of all tenants",
    "figures": "figures of the whole appliance",
    "generations": "counters that tell processes of a change",
    "given": "hands rows to a statement; it names no table",
    "health": "figures of the whole appliance; they show no row",
    "leases": "what a process had in hand was of all tenants; it reads nothing",
    "lines": "the delivery loop works for all tenants",
    "lockouts": "failures are counted before anybody is known",
    "marks": "marks belong to the appliance",
    "one_time_tokens": "a token tells its user, and the user the tenant",
    "outbox": "messages of the appliance itself",
    "request_log": "lines of all tenants are appended together; each names its own",
    "retention": "what is past its time goes for all tenants alike",
    "schema": "migrations and table definitions",
    "seals": "a rotation of the master key wraps every tenant's secrets anew",
    "search_questions": "builds what the index of words is asked by queries that name their tenant",
    "selection": "builds SQL for queries that name their tenant",
    "transport_policies": "what other domains publish for everybody",
    "webhook_health": "the delivery loop looks after the webhooks of all tenants",
    "tiers": "tiers belong to the appliance",
}
# Functions of other modules.
UNSCOPED_FUNCTIONS = {
    "sync_states.untold": "the worker starts the runs of all tenants; each names its own",
    "sync_hints.due": "the worker starts the runs of all tenants; each names its own",
    "sync_runs.abandoned": "the worker ends the runs of all tenants whose jobs are over; each names its own",
    "sync_runs.due": "the worker starts the runs of all tenants; each names its own",
    "sync_runs.unscheduled": "the worker starts the runs of all tenants; each names its own",
    "vendor_slots.take": "a vendor counts all who use one account together; it reads nothing",
    "vendor_slots.give_back": "a place is known by who holds it",
    "vendor_slots.prune": "what is over goes, whosever it was",
    "vendor_paces.hold": "a vendor counts all who use one app together",
    "vendor_paces.reason": "a vendor counts all who use one app together",
    "vendor_paces.prune": "what is over goes, whosever it was",
    "authorizations.find_by_code": "the code tells the tenant",
    "authorizations.find_live": "a token that was found by its hash names the authorization",
    "authorizations.prune": "what is over goes, whosever it was",
    "authorizations.revoke": "a token or code that was found by its hash names the authorization",
    "authorizations.use_code": "the code tells the tenant",
    "clients.delete": "the client was found by its tenant or proved itself",
    "clients.find_anywhere": "a client that asks for a token tells the tenant",
    "clients.touch": "the client proved itself",
    "clients.unused": "what nobody uses goes, whosever it was",
    "contents.any_unscanned": "the worker scans the contents of all tenants; it reads nothing",
    "contents.discard_of_removed": "retention removes documents of all tenants alike",
    "contents.discarded": "the worker removes files of all tenants; each names its own",
    "contents.known": "a file without a row has no tenant that could be asked",
    "contents.queue_unscanned": "the worker scans the contents of all tenants; it reads nothing",
    "contents.take_unscanned": "the worker scans the contents of all tenants; each names its own",
    "contents.totals": "a figure of the whole appliance",
    "contents.walk": "whoever examines the appliance looks for all contents; each names its tenant",
    "uploads.expired": "the worker removes uploads of all tenants; each names its own",
    "uploads.known": "a file without a row has no tenant that could be asked",
    "legacy.find_token": "the token tells the tenant",
    "tokens.find_access": "the token tells the tenant",
    "tokens.find_by_digest": "the token tells the tenant",
    "tokens.prune": "what is over goes, whosever it was",
    "tokens.revoke": "the token was found by its hash",
    "tokens.use": "the token was found by its hash",
    "deliveries.cancel": "the delivery loop looks after every webhook, also one whose row is gone; it reads nothing",
    "deliveries.hold": "the delivery loop looks after every webhook, also one whose row is gone; it reads nothing",
    "deliveries.unhold": "the delivery loop looks after every webhook, also one whose row is gone; it reads nothing",
    "connector_authorizations.bind": "the state tells the tenant",
    "connector_authorizations.choose_app": "the state tells the tenant",
    "connector_authorizations.find_by_state": "the state tells the tenant",
    "connector_authorizations.use": "the state tells the tenant",
    "connector_credentials.expiring": "the worker refreshes the tokens of all tenants; each names its own",
    "installations.counts": "a figure of the whole appliance",
    "installations.ended": "the worker gives back what installations of all tenants had at their vendors; each names its own",
    "installations.find_anywhere": "a vendor that calls knows an installation and no tenant; the row tells it",
    "installations.outdated": "an upgrade of a connector reaches the installations of all tenants; each names its own",
    "integration_reviews.page": "everybody on the appliance reads what others think of a connector",
    "integration_reviews.ratings": "everybody on the appliance reads what others think of a connector",
    "provider_apps.find_by_id": "the credential that names it told the tenant",
    "remote_subscriptions.due": "the worker renews the subscriptions of all tenants; each names its own",
    "webhooks.find_anywhere": "who knows a webhook's id may read its public keys",
    "webhooks.wanting": "the delivery loop works for all tenants; it names them",
    "api_keys.find_by_digest": "the key tells the tenant",
    "api_keys.never_used": "first uses of all tenants' keys are told apart together",
    "api_keys.owner_by_digest": "the key tells the tenant",
    "api_keys.touch": "last-used times of all tenants are written together",
    "attempts.insert_many": "the delivery loop works for all tenants; each attempt names its tenant",
    "email_accounts.receiving": "the worker fetches for all tenants; each account names its own",
    "email_daily_reports.due": "the worker tells all tenants; each report names its own",
    "email_daily_reports.unbegun": "the worker begins the reports of all tenants; it returns whose",
    "email_events.insert_many": "the sender works for all tenants; each row names its own",
    "email_figures.add": "the sender works for all tenants; each figure names its own",
    "email_figures.count": "the message that it is given names its tenant",
    "email_hits.waiting": "the worker judges the hits of all tenants; each names its own",
    "email_messages.contents": "the sender works for all tenants; each row names its own",
    "email_messages.purge": "what is past its time goes for all tenants alike",
    "email_queue.due_lanes": "the sender works for all tenants; each lane names its own",
    "email_queue.take": "a lane tells the tenant",
    "email_queue.settle": "the lease tells whose recipients they are",
    "email_queue.renew": "the lease tells whose recipients they are",
    "email_queue.give_back": "the lease tells whose recipients they are",
    "email_queue.drop_empty_lanes": "the worker tidies up for all tenants; it reads nothing",
    "email_queue.reopen_lanes": "the worker tidies up for all tenants; it reads nothing",
    "email_sites.find": "who takes mail for a domain is the same for everybody",
    "email_sites.put": "who takes mail for a domain is the same for everybody",
    "email_sites.prune": "who takes mail for a domain is the same for everybody",
    "email_streams.everywhere": "the worker judges the streams of all tenants; each names its own",
    "email_throttles.in_force": "the sender works for all tenants; each throttle names its own",
    "email_warmups.sources": "the sender works for all tenants; each source names its own",
    "deliveries.count_in": "a figure of the whole appliance",
    "deliveries.depth": "a figure of the whole appliance",
    "deliveries.due_webhooks": "the delivery loop works for all tenants",
    "deliveries.give_back": "the delivery loop works for all tenants",
    "deliveries.renew": "the delivery loop works for all tenants",
    "deliveries.settle": "the delivery loop works for all tenants",
    "deliveries.stranded_webhooks": "the delivery loop works for all tenants",
    "deliveries.take": "the delivery loop works for all tenants",
    "deprecated_calls.add_many": "counts of all tenants are written together; each names its own",
    "events.bodies": "the delivery loop works for all tenants",
    "events.everywhere": "the search index is made for all tenants; each row names its own",
    "events.newest": "the order of events is one for all tenants",
    "events.of_all": "operators watch the events of all tenants",
    "event_consumers.place_of": "reads a row that was found; it runs no query",
    "inbound_messages.any_due": "the worker processes the messages of all tenants",
    "inbound_messages.postpone": "the lease tells whose message it is",
    "inbound_messages.release_stranded": "what is held by mistake is released for all tenants alike",
    "inbound_messages.settle": "the lease tells whose message it is",
    "inbound_messages.take": "the worker processes the messages of all tenants; each names its own",
    "inbound_sources.find_by_address": "a vendor knows an address and no tenant; the source tells it",
    "inbound_sources.installed": "the worker processes the messages of all tenants; it learns nothing of a source",
    "inbound_sources.of_provider": "a vendor with one address for all customers names its account; each source tells its tenant",
    "inbound_sources.troubled": "a figure of the whole appliance",
    "inbound_sources.watched": "the watch looks after the sources of all tenants; each names its own",
    "sending_domains.claim_due": "the worker looks after the domains of all tenants; each names its own",
    "sending_domains.verified": "whether another tenant holds a name is asked of all; each row names its own",
    "jobs.any_due": "the worker does the jobs of all tenants",
    "jobs.finish": "the lease tells whose job it is",
    "jobs.give_back": "the lease tells whose job it is",
    "jobs.renew": "the lease tells whose job it is",
    "jobs.save": "the lease tells whose job it is",
    "jobs.take": "the worker does the jobs of all tenants",
    "object_types.is_reserved": "knows words; it runs no query",
    "object_types.model_name": "spells a name; it runs no query",
    "object_types.resource_of": "makes a resource of declarations; it runs no query",
    "records.by_noun": "names the declared resources; it runs no query",
    "records.by_plural": "names the declared resources; it runs no query",
    "records.everywhere": "the search index is made for all tenants; each row names its own",
    "records.referring": "names the declared references; it runs no query",
    "records.resources": "names the declared resources; it runs no query",
    "search.advance": "the index is made for all tenants in one walk",
    "search.begin": "the index is made for all tenants in one walk",
    "search.everywhere": "the index is made for all tenants; each entry names its own",
    "search.position": "the index is made for all tenants in one walk",
    "sealed_values.everywhere": "the doctor tries the values of all tenants; each row names its own",
    "sessions.find_by_digest": "the session tells the tenant",
    "sessions.prune": "sessions of all tenants end alike",
    "sessions.revoke": "the session tells the tenant",
    "sessions.revoke_all": "the user tells the tenant",
    "tenant_rows.of_records": "names tables; it runs no query",
    "tenant_rows.tables": "names tables; it runs no query",
    "tenants.find_by_name": "an operator names a tenant that has no id yet for the caller",
    "tenants.in_status": "an operator's upkeep finds tenants",
    "tenants.insert": "the row is the tenant",
    "tenants.page": "an operator lists tenants",
    "tenants.update": "the row is the tenant",
    "users.find_anywhere": "an operator, or a token, names a user of whatever tenant",
    "email_arrivals.purge": "what is past its time goes for all tenants alike",
    "email_arrivals.take_due": "the worker sorts the mail of all tenants; each names its own",
    "email_routes.leading": "whoever sends mail names no tenant; the address does",
    "email_queue.find_anywhere": "a return path with our mark names the recipient, and that the tenant",
    "users.find_by_email": "who signs in names no tenant",
    "users.page_of_all": "operators list everybody",
    "users.replace_recovery_codes": "the user tells the tenant",
    "users.use_totp_step": "the user tells the tenant",
    "webhooks.open_versions": "the delivery loop works for all tenants",
    "webhooks.targets": "the delivery loop works for all tenants",
}


def test_every_query_takes_the_tenant_first() -> None:
    loose = [name for name in unscoped_functions() if name not in UNSCOPED_FUNCTIONS and name.split(".")[0] not in UNSCOPED_MODULES]
    assert loose == []


def test_every_exception_is_still_one() -> None:
    loose = unscoped_functions()
    assert [name for name in UNSCOPED_FUNCTIONS if name not in loose] == []
    assert [name for name in UNSCOPED_MODULES if not any(function.startswith(f"{name}.") for function in loose)] == []


def unscoped_functions() -> list[str]:
    """Return `module.function` for each public function of the store whose first parameter is not `tenant_id`."""
    return [
        f"{module.path.stem}.{node.name}"
        for module in source.modules("server")
        if module.path.parent == STORE
        for node in module.tree.body
        if isinstance(node, source.Function) and not node.name.startswith("_") and first_parameter(node) != "tenant_id"
    ]


def first_parameter(function: source.Function) -> str | None:
    """Return the name of the first parameter, or None."""
    parameters = [*function.args.posonlyargs, *function.args.args]
    return parameters[0].arg if parameters else None
