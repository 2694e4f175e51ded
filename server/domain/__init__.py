"""Values and rules, standard library only: no clock, no I/O, no logging.

Words used everywhere, in tables, code, API and pages:

tenant        one customer of the partner; owns every record, key, webhook and event
mode          `live` or `test`; a row of one is invisible to the other
actor         who acts: a key, a signed-in user, an operator, or the appliance itself
resource      a kind of CRM record (contact, company, deal, ...)
event         an immutable fact that something happened, `noun.past_verb`
webhook       a tenant's subscription: an address that wants events
delivery      one event owed to one webhook; unique per pair
attempt       one HTTP request made for a delivery
dead letter   a delivery whose attempts are exhausted
held          a delivery waiting because its webhook is paused or disabled
tier          a named set of rate limits with a price
pattern       what a webhook subscribes to: `*`, `noun.*`, a type, or an alias of one
parked        a webhook that waits as a whole because its receiver asked for less
cursor        the sealed place in a list after which the next page begins
job           long work whose progress is a row (import, export, move)
sending domain what may stand in From, once its owner has shown that it is theirs
finding       how one thing about a sending domain is, with the record that mends it
tombstone     what remains of a deleted record until retention removes it
"""
