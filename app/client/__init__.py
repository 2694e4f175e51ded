"""How the console speaks with an appliance: plain Python over `requests`, without Qt, so that a script may use it as well.

errors        what can go wrong, split by what to do next
trust         certificates: a public authority's, or exactly the one whose fingerprint is pinned; never none
transport     one request and its answer: time limits, retries, idempotency keys
api           the verbs of the appliance over a transport, inside a tenant or above all of them
stream        server-sent events
bulk          one act on everything that a filter finds
cancellation  how a caller says that it waits no more
"""
